"""What was fitted lasts until something that it depends on changes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.domain import Confirmed, Item, ItemId
from bot.retrieval import fitting
from bot.retrieval.embedding import Embedder
from bot.retrieval.index import VectorIndex
from bot.retrieval.retriever import Retriever

HISTORY = [Confirmed(f"where are our contact lists, asked {n} times", ItemId("tool:hubspot")) for n in range(8)]


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with every fit that is really made."""
    made: list[int] = []
    usual = fitting.fit

    def counted(*given: Any) -> fitting.Fit:
        made.append(1)
        return usual(*given)

    monkeypatch.setattr(fitting, "fit", counted)
    return made


def started(items: dict[ItemId, Item], embedder: Embedder, file: Path, past: list[Confirmed] = HISTORY) -> Retriever:
    retriever = Retriever(embedder, VectorIndex.in_memory(embedder), file)
    retriever.refresh(items, past)
    return retriever


def test_a_second_start_ranks_alike_without_a_fit(
    items: dict[ItemId, Item], embedder: Embedder, tmp_path: Path, fits: list[int]
) -> None:
    first, second = (started(items, embedder, tmp_path / "fitted.json") for _ in range(2))
    assert len(fits) == 1
    assert first.rank("who unsubscribed last month") == second.rank("who unsubscribed last month")
    assert [file.name for file in tmp_path.iterdir()] == ["fitted.json"]


def test_another_library_or_history_is_fitted_anew(
    items: dict[ItemId, Item], embedder: Embedder, tmp_path: Path, fits: list[int]
) -> None:
    file = tmp_path / "fitted.json"
    started(items, embedder, file)
    started(items, embedder, file, HISTORY[1:])
    started(dict(list(items.items())[1:]), embedder, file, HISTORY[1:])
    assert len(fits) == 3


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"key": 1, "mix": 2}', "\x00", "nan", "short", "words"])
def test_a_broken_file_is_made_again(
    items: dict[ItemId, Item], embedder: Embedder, tmp_path: Path, fits: list[int], broken: str
) -> None:
    file = tmp_path / "fitted.json"
    started(items, embedder, file)
    whole = json.loads(file.read_text())
    spoilt = {
        "nan": {**whole, "mix": [float("nan")] * len(whole["mix"])},
        "short": {**whole, "confidence": whole["confidence"][1:]},
        "words": {**whole, "mix": ["much"]},
    }
    file.write_text(json.dumps(spoilt[broken]) if broken in spoilt else broken)
    retriever = started(items, embedder, file)
    assert len(fits) == 2 and json.loads(file.read_text()) == whole
    assert retriever.snapshot and np.isfinite(retriever.snapshot.mix).all()


def test_a_place_that_cannot_be_written_costs_the_next_start_a_fit_and_no_more(
    items: dict[ItemId, Item], embedder: Embedder, tmp_path: Path, fits: list[int]
) -> None:
    for _ in range(2):
        assert started(items, embedder, tmp_path / "nowhere" / "fitted.json").rank("churn").candidates
    assert len(fits) == 2
