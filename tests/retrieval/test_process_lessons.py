"""What was learnt of process and technology: shipped for our own models, else kept until something changes."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from bot.errors import EmbeddingsUnavailable
from bot.retrieval import embedding, process_learning, process_lessons
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.index import VectorIndex, key_of
from bot.retrieval.model_files import PreparedModel
from bot.retrieval.model_sources import MODELS, ModelSource
from bot.retrieval.process_sense import ProcessSense

ASKED = [
    "each quote waits for a signature of two directors who are never there",
    "which tool turns a webinar into a blog post?",
    "nobody feels in charge of the shared inbox, and i need something that sorts 300 mails a day",
    "how many days of leave do i have left",
    "is there an app that cuts the pauses out of a recording",
    "we rewrite the brief three times because marketing and sales never agree on the goal",
    "legal takes two weeks to look at an nda. also looking for a template for one",
    "thanks, that was quick",
]


@dataclass
class Numbers:
    """An embedder that is not shipped: vectors drawn by the text's hash."""

    name: str = "elsewhere:numbers"
    dimension: int = 8
    embedded: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        drawn = [np.random.default_rng(int(key_of(text)[:15], 16)).normal(size=self.dimension) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in drawn], np.float32).reshape(-1, self.dimension)


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Starts":
    return Starts(monkeypatch, tmp_path / "process.safetensors")


@dataclass
class Starts:
    """A process that begins anew each time, with one folder."""

    monkeypatch: pytest.MonkeyPatch
    file: Path

    def sense(self, embedder: Embedder) -> ProcessSense:
        self.monkeypatch.setattr(process_lessons, "_known", {})
        return process_lessons.sense(embedder, VectorIndex.in_memory(embedder), self.file)


@pytest.mark.parametrize("source", MODELS.values(), ids=MODELS)
def test_what_is_shipped_was_learnt_from_todays_requests_by_todays_code(source: ModelSource) -> None:
    name = PreparedModel(source, Path(), "", embedding.shipped(source)).name
    assert process_lessons.shipped(name), "stale: run  python -m tests.lessons  and commit what it makes"


@pytest.mark.soak
def test_what_is_shipped_says_what_would_be_learnt_now(embedder: Embedder) -> None:
    shipped = process_lessons.shipped(embedder.name)
    assert shipped
    learnt = process_learning.learnt(embedder.embed)
    before, now = ([ProcessSense(one, embedder).diagnose(text) for text in ASKED] for one in (shipped, learnt))
    assert [one.kind for one in before] == [one.kind for one in now]
    assert [one.blocking_step for one in before] == [one.blocking_step for one in now]
    # Half precision takes 0.001; another processor's rounding may take more.
    assert [one.probability for one in before] == pytest.approx([one.probability for one in now], abs=0.02)


def test_with_a_shipped_model_a_start_embeds_and_fits_nothing_and_the_index_keeps_nothing_for_it(
    embedder: Embedder,
) -> None:
    class Silent(Numbers):
        def embed(self, texts: Sequence[str]) -> Vectors:
            raise EmbeddingsUnavailable("Nothing should be embedded.")

    silent = Silent(embedder.name, embedder.dimension)
    assert process_lessons.sense(silent, VectorIndex.in_memory(silent)).embedder == embedder.name
    assert not process_lessons.to_keep(embedder.name)


@pytest.mark.soak
def test_a_start_imports_nothing_that_only_fitting_drawing_or_printing_needs() -> None:
    heavy = "jinja2 joblib langchain onnx pypdf scipy.optimize scipy.stats sklearn torch vl_convert"
    code = f"import sys, bot.cli.main, bot.slack.app; print(*sorted(set({heavy!r}.split()) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def test_with_another_model_it_is_learnt_once_and_kept(starts: Starts) -> None:
    first, second = Numbers(), Numbers()
    said = [starts.sense(first).diagnose(text) for text in ASKED]
    again = starts.sense(second)
    assert set(first.embedded) >= process_learning.texts() and not second.embedded
    assert process_lessons.to_keep(first.name) == process_learning.texts()
    assert [again.diagnose(text).probability for text in ASKED] == pytest.approx(
        [one.probability for one in said], abs=0.02
    )
    assert [file.name for file in starts.file.parent.iterdir()] == ["process.safetensors"]


def test_of_another_model_it_is_learnt_anew(starts: Starts) -> None:
    starts.sense(Numbers())
    other = Numbers("elsewhere:other", 9)
    starts.sense(other)
    assert other.embedded


@pytest.mark.parametrize("broken", ["empty", "cut", "not a number"])
def test_a_broken_file_is_made_again(starts: Starts, broken: str) -> None:
    starts.sense(Numbers())
    whole = starts.file.read_bytes()
    # The numbers lie behind the header, the last of them in double precision.
    spoilt = {"empty": b"", "cut": whole[:-9], "not a number": whole[:-8] + b"\xff" * 8}[broken]
    starts.file.write_bytes(spoilt)
    starts.sense(again := Numbers())
    assert again.embedded and starts.file.read_bytes() == whole


def test_where_it_cannot_be_kept_the_bot_goes_on(starts: Starts) -> None:
    starts.file = starts.file.parent / "nowhere" / "process.safetensors"
    assert starts.sense(Numbers()).diagnose(ASKED[0])
    assert not starts.file.parent.exists()
