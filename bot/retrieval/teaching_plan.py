"""What is taught in which order: items with their questions, in batches in which near-twins meet. Pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.domain import ItemId

BATCH = 32  # items; each brings two questions, its description, a passage and, at times, a sentence
_SENTENCES = 0.4  # share of items that also bring a sentence, so that plain search gets no worse
_TYPOS = 0.15  # share of questions that get a typo
_KIN = 4  # how many near-twins go together
_NEAREST, _LIKE = 12, 0.45  # among how many neighbours they are looked for, and how alike they must be (cosine)
_SHUFFLED = 0.3  # how often it is not the nearest of them


@dataclass(frozen=True)
class Subject:
    """An item with what it is taught by: questions it serves, and questions that only seem to be for it."""

    id: ItemId
    card: str  # names and description, or all there is where there is no description
    passages: tuple[str, ...]
    sentences: tuple[str, ...]
    questions: tuple[str, ...]
    likely: tuple[tuple[int, ...], ...] = ()  # for each question, the passages most like it
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


def plan(subjects: Sequence[Subject], vectors: npt.NDArray[np.float32], passes: int, seed: int) -> Iterator[Batch]:
    """The batches of all passes, in order. In each pass every question is asked once.

    `vectors` are those of the subjects' cards, of length 1, (n, width). In the first pass items meet at random, in
    the others beside their near-twins: what is to be told apart has to be seen side by side, once the coarse
    differences are learned.
    """
    rng = random.Random(seed)  # noqa: S311 (a repeatable order, nothing secret)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1.0)
    for number in range(passes):
        turns = [_turns(subject, rng) for subject in subjects]
        batches: list[list[Turn]] = []
        while any(turns):
            order = _beside_near_twins(likeness, rng) if number else rng.sample(range(len(subjects)), len(subjects))
            # A round asks each subject at most once: twice in a batch it would be its own wrong answer.
            asked = [turns[at].pop() for at in order if turns[at]]
            batches += [asked[at : at + BATCH] for at in range(0, len(asked), BATCH)]
        rng.shuffle(batches)
        yield from (_batch(batch, rng) for batch in batches if len(batch) > 1)


def _beside_near_twins(likeness: npt.NDArray[np.float32], rng: random.Random) -> list[int]:
    """All places in an order in which items that are alike mostly stand together."""
    free = set(range(len(likeness)))
    groups: list[list[int]] = []
    for first in rng.sample(range(len(likeness)), len(likeness)):
        if first not in free:
            continue
        near = [int(at) for at in np.argsort(-likeness[first], kind="stable")[:_NEAREST]]
        if rng.random() < _SHUFFLED:
            rng.shuffle(near)
        near = [at for at in near if at in free and at != first and likeness[first, at] > _LIKE]
        groups.append([first, *near[: _KIN - 1]])
        free.difference_update(groups[-1])
    rng.shuffle(groups)
    return [at for group in groups for at in group]


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
