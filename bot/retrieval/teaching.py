"""Teaches the local embedding model on questions whose answer is known (`signpost teach`, extra `teach`).

The model learns that a question lies near the names and description of what served it, near its best body
passage, and near other questions it served; everything else in the batch is what it should lie far from
(in-batch negatives). Only the difference is kept: low-rank, a few MB, applied to the base model once.
"""

import csv
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bot.domain import ItemId
from bot.errors import BadInput
from bot.library import loading
from bot.retrieval import embedding, model_difference, model_files
from bot.retrieval.lexical import LexicalIndex
from bot.retrieval.model_sources import MINILM, ModelSource
from bot.retrieval.profiles import Profile, profile, sentences
from bot.retrieval.progress import Report, silent
from bot.retrieval.teaching_plan import Subject

PASSES = 3
SEED = 7
_MISSING = "Teaching needs PyTorch, which is not installed: pip install 'signpost[teach]'"
_LIKELY_PASSAGES = 3  # the best of them is often a matter of taste: one is drawn


def teach(
    lessons: Sequence[tuple[Path, Path]],
    out: Path,
    cache: Path,
    *,
    cards: Sequence[Path] = (),
    without: Collection[str] = (),
    base: ModelSource = MINILM,
    on_top: bool = False,
    passes: int = PASSES,
    seed: int = SEED,
    model_file: Path | None = None,
    report: Report = silent,
) -> None:
    """Fits a local model, `base`, to `lessons`, pairs of a library's folder and a CSV of its questions; writes `out`.

    With `on_top` it begins with what Signpost ships for this base, and the file holds both.

    Columns: question, expected (or resolved_by), and optionally note, which may name the item that a near miss
    tempts with. `cards` are JSON Lines with items and their questions in one (see `read_cards`). Items whose ids are
    in `without` are left out, so that they can be measured with. Same seed, data and machine: the same matrices.
    Raises BadInput, ModelFileError.
    """
    _require_torch()
    from bot.retrieval import teaching_loop

    subjects = [subject for library, questions in lessons for subject in read_subjects(library, questions, without)]
    subjects += [subject for file in cards for subject in read_cards(file, without)]
    if len(subjects) < 2:
        raise BadInput(
            "Teaching needs questions for at least two items of the library: expected should hold their ids."
        )
    weights, tokenizer = model_files.base_weights(base, cache, model_file, report)
    before = embedding.shipped(base) if on_top else None
    start = before.applied_to(weights) if before else weights
    taught = teaching_loop.fit(start, tokenizer, base, subjects, passes, seed, report)
    note = {
        "base": base.weights_sha256,
        "on_top_of": before.sha256 if before else None,
        "command": f"signpost teach --base {base.called} --passes {passes} --seed {seed}{' --on-top' * on_top}",
        "questions": [_sha256(file) for file in (*(questions for _, questions in lessons), *cards)],
        "without": sorted(without),
        "date": datetime.now(UTC).date().isoformat(),
    }
    # Two lessons together need twice the rank of one.
    rank = 2 * model_difference.RANK if before else model_difference.RANK
    model_difference.write(out, {name: weights[name] for name in taught}, taught, note, rank)


def read_subjects(library: Path, questions: Path, without: Collection[str] = ()) -> list[Subject]:
    """The items of `library` that `questions` teach, but for those in `without`. Raises BadInput."""
    items = {key: item for key, item in loading.load(library).items().items() if key not in without}
    asked: dict[ItemId, list[str]] = defaultdict(list)
    tempting: dict[ItemId, list[str]] = defaultdict(list)
    for row in _rows(questions):
        expected = (row.get("expected") or row.get("resolved_by") or "").split("|")[0].strip()
        if ItemId(expected) in items:
            asked[ItemId(expected)].append(row["question"])
        elif (near := _tempted(row.get("note") or "")) in items:
            tempting[near].append(row["question"])
    subjects = [_subject(profile(items[key]), texts, tempting[key]) for key, texts in sorted(asked.items())]
    return _with_likely_passages(subjects)


def read_cards(file: Path, without: Collection[str] = ()) -> list[Subject]:
    """Items written to teach with: a JSON object a line. Raises BadInput.

    `id`, `name`, `description`, `passages` ("Heading: text"), `questions`, `near_misses` (questions that only seem to
    be for it).
    """
    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        subjects = [_of_card(line) for line in lines if f"card:{line['id']}" not in without]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{file} cannot be read as cards ({type(error).__name__}): a JSON object a line.") from error
    return _with_likely_passages(subjects)


def _of_card(card: dict[str, Any]) -> Subject:
    return Subject(
        id=ItemId(f"card:{card['id']}"),
        card=f"{card['name']}: {card['description']}",
        passages=tuple(card["passages"]),
        sentences=tuple(sentences([card["description"]])),
        questions=tuple(card["questions"]),
        tempting=tuple(card["near_misses"]),
    )


def _subject(of: Profile, questions: Sequence[str], tempting: Sequence[str]) -> Subject:
    # A tool note has no description: all it says is its body.
    card = of.headline if of.sentences != (of.headline,) else of.whole
    return Subject(of.id, card, of.bodies, of.sentences, tuple(questions), tempting=tuple(tempting))


def _with_likely_passages(subjects: Sequence[Subject]) -> list[Subject]:
    owners = [number for number, subject in enumerate(subjects) for _ in subject.passages]
    starts = [owners.index(number) for number in range(len(subjects))]
    index = LexicalIndex([passage for subject in subjects for passage in subject.passages])
    found = []
    for subject, start in zip(subjects, starts, strict=True):
        by_words, by_characters = index.scores(subject.questions)
        own = (by_words + by_characters)[:, start : start + len(subject.passages)]
        likely = np.argsort(-own, axis=1, kind="stable")[:, :_LIKELY_PASSAGES]
        found.append(replace(subject, likely=tuple(tuple(map(int, row)) for row in likely)))
    return found


def _tempted(note: str) -> ItemId:
    """The id in "near miss: skill:x/y — why it does not serve"."""
    return ItemId(note.partition("near miss:")[2].strip().split(" ")[0].rstrip(",;—"))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = set(reader.fieldnames or ())
            if "question" not in columns or not columns & {"expected", "resolved_by"}:
                raise BadInput(f"{path} should have the columns question and expected in its first line.")
            return [row for row in reader if (row["question"] or "").strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read as a CSV file: {error}.") from error


def _require_torch() -> None:
    # Threads that wait for each other by spinning cost several times the work where the machine has other things to do.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        import torch  # noqa: F401
    except ImportError:
        raise BadInput(_MISSING) from None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
