"""Teaches the local embedding model on questions whose answer is known (`signpost teach`, extra `teach`).

The model learns that a question lies near the names and description of what served it, near its best body
passage, and near other questions it served; everything else in the batch is what it should lie far from
(in-batch negatives). Only the difference is kept: low-rank, a few MB, applied to the base model once.
"""

import csv
import hashlib
import os
import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.domain import ItemId
from bot.errors import BadInput
from bot.library import loading
from bot.retrieval import embedding, model_difference, model_files
from bot.retrieval.lexical import LexicalIndex
from bot.retrieval.model_sources import MINILM, ModelSource
from bot.retrieval.profiles import Profile, profile
from bot.retrieval.progress import Report, silent

PASSES = 3
SEED = 7
BATCH = 24  # items; each brings two questions, its description, a passage and, at times, a sentence
_MISSING = "Teaching needs PyTorch, which is not installed: pip install 'signpost[teach]'"
_LIKELY_PASSAGES = 3  # the best of them is often a matter of taste: one is drawn
_SENTENCES = 0.4  # share of items that also bring a sentence, so that plain search gets no worse
_TYPOS = 0.15  # share of questions that get a typo


@dataclass(frozen=True)
class Subject:
    """An item with what it is taught by: questions it serves, and questions that only seem to be for it."""

    id: ItemId
    card: str  # names and description, or all there is where there is no description
    passages: tuple[str, ...]
    sentences: tuple[str, ...]
    questions: tuple[str, ...]
    likely: tuple[tuple[int, ...], ...]  # for each question, the passages most like it
    tempting: tuple[str, ...] = ()


Turn = tuple[Subject, tuple[int, int]]  # a subject, and which two of its questions it brings


@dataclass(frozen=True)
class Batch:
    """Texts of one step. Rows of `asked`, `statements` and `near_misses` say by number whose they are."""

    cards: list[str]
    passages: list[str]
    asked: list[str]  # two a subject: 0, 0, 1, 1, …
    statements: list[tuple[int, str]]
    near_misses: list[tuple[int, str]]


def teach(
    lessons: Sequence[tuple[Path, Path]],
    out: Path,
    cache: Path,
    *,
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
    tempts with. Items whose ids are in `without` are left out, so that they can be measured with. Same seed, data
    and machine: the same matrices. Raises BadInput, ModelFileError.
    """
    _require_torch()
    from bot.retrieval import teaching_loop

    subjects = [subject for library, questions in lessons for subject in read_subjects(library, questions, without)]
    if len(subjects) < 2:
        raise BadInput(
            "Teaching needs questions for at least two items of the library: expected should hold their ids."
        )
    weights, tokenizer = model_files.base_weights(base, cache, model_file, report)
    before = embedding.shipped(base) if on_top else None
    start = before.applied_to(weights) if before else weights
    batches = list(plan(subjects, passes, seed))
    taught = teaching_loop.fit(start, tokenizer, base.network, batches, seed, report)
    note = {
        "base": base.weights_sha256,
        "on_top_of": before.sha256 if before else None,
        "command": f"signpost teach --base {base.called} --passes {passes} --seed {seed}{' --on-top' * on_top}",
        "questions": [_sha256(questions) for _, questions in lessons],
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


def plan(subjects: Sequence[Subject], passes: int, seed: int) -> Iterator[Batch]:
    """The batches of all passes, in order. In each pass (nearly) every question is asked once."""
    rng = random.Random(seed)  # noqa: S311 (a repeatable order, nothing secret)
    for _ in range(passes):
        turns = [turn for subject in subjects for turn in _turns(subject, rng)]
        rng.shuffle(turns)
        while turns:
            waiting: list[Turn] = []
            for at in range(0, len(turns) - 1, BATCH):
                # One subject twice in a batch would be its own wrong answer.
                distinct = {turn[0].id: turn for turn in turns[at : at + BATCH]}
                waiting += [turn for turn in turns[at : at + BATCH] if distinct[turn[0].id] is not turn]
                if len(distinct) > 1:
                    yield _batch(list(distinct.values()), rng)
            # A few that had to wait come up in another pass; where there are few subjects, they are most.
            turns = waiting if len(waiting) > len(turns) / 10 else []


def _turns(subject: Subject, rng: random.Random) -> list[Turn]:
    """Its questions in pairs; a single one is its own sibling."""
    order = rng.sample(range(len(subject.questions)), len(subject.questions))
    order += order[:1] * (len(order) % 2)
    return [(subject, (order[at], order[at + 1])) for at in range(0, len(order), 2)]


def _batch(turns: Sequence[Turn], rng: random.Random) -> Batch:
    batch = Batch([], [], [], [], [])
    for number, (subject, pair) in enumerate(turns):
        batch.cards.append(subject.card)
        likely = sorted({at for one in pair for at in subject.likely[one]})
        batch.passages.append(subject.passages[rng.choice(likely)])
        batch.asked.extend(_mistyped(subject.questions[one], rng) for one in pair)
        if rng.random() < _SENTENCES and len(subject.passages) > 1:
            batch.statements.append((number, rng.choice(subject.sentences)))
        if subject.tempting:
            batch.near_misses.append((number, rng.choice(subject.tempting)))
    return batch


def _mistyped(text: str, rng: random.Random) -> str:
    """Now and then a letter left out or two swapped, as hurried people do."""
    if rng.random() >= _TYPOS or len(text) < 8:
        return text
    at = rng.randrange(1, len(text) - 2)
    return text[:at] + (text[at + 1] + text[at] if rng.random() < 0.5 else "") + text[at + 2 :]


def _subject(of: Profile, questions: Sequence[str], tempting: Sequence[str]) -> Subject:
    # A tool note has no description: all it says is its body.
    card = of.headline if of.sentences != (of.headline,) else of.whole
    return Subject(of.id, card, of.bodies, of.sentences, tuple(questions), (), tuple(tempting))


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
