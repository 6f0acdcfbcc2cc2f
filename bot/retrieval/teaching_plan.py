"""What is taught in which order: items with their questions, in batches in which near-twins meet. Pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain import ItemId
from bot.retrieval.lexical import LexicalIndex

BATCH = 24  # items; each brings two questions, its description, a passage and, at times, a sentence
_SENTENCES = 0.4  # share of items that also bring a sentence, so that plain search gets no worse
_TYPOS = 0.15  # share of questions that get a typo
_KIN, _LIKE = 3, 0.15  # items without known near-twins: how many like ones go together, and how alike (cosine of words)


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
    kin: str = ""  # near-twins have the same; empty where nobody said


Turn = tuple[Subject, tuple[int, int]]  # a subject, and which two of its questions it brings


@dataclass(frozen=True)
class Batch:
    """Texts of one step. Rows of `asked`, `statements` and `near_misses` say by number whose they are."""

    cards: list[str]
    passages: list[str]
    asked: list[str]  # two a subject: 0, 0, 1, 1, …
    statements: list[tuple[int, str]]
    near_misses: list[tuple[int, str]]


def plan(subjects: Sequence[Subject], passes: int, seed: int) -> Iterator[Batch]:
    """The batches of all passes, in order. In each pass (nearly) every question is asked once.

    In the first pass items meet at random, in the others their near-twins: what is to be told apart has to be seen
    side by side, once the coarse differences are learned.
    """
    rng = random.Random(seed)  # noqa: S311 (a repeatable order, nothing secret)
    kin = families(subjects)
    for number in range(passes):
        groups = kin if number else [[subject] for subject in subjects]
        turns = {subject.id: _turns(subject, rng) for subject in subjects}
        while any(turns.values()):
            # A round asks each subject at most once: twice in a batch it would be its own wrong answer.
            rng.shuffle(groups)
            round_ = [turns[one.id].pop() for group in groups for one in group if turns[one.id]]
            for at in range(0, len(round_), BATCH):
                if len(round_[at : at + BATCH]) > 1:
                    yield _batch(round_[at : at + BATCH], rng)


def families(subjects: Sequence[Subject]) -> list[list[Subject]]:
    """Near-twins together: those that are said to be kin, and of the others those whose cards share most words."""
    known: dict[str, list[Subject]] = {}
    for subject in subjects:
        if subject.kin:
            known.setdefault(subject.kin, []).append(subject)
    others = [subject for subject in subjects if not subject.kin]
    return [*known.values(), *_alike(others)]


def _alike(subjects: Sequence[Subject]) -> list[list[Subject]]:
    likeness, _ = LexicalIndex([subject.card for subject in subjects]).scores([subject.card for subject in subjects])
    free = set(range(len(subjects)))
    groups = []
    for first in range(len(subjects)):
        if first not in free:
            continue
        near = [int(at) for at in np.argsort(-likeness[first], kind="stable") if likeness[first, at] > _LIKE]
        group = [first, *(at for at in near if at in free and at != first)][:_KIN]
        free.difference_update(group)
        groups.append([subjects[at] for at in group])
    return groups


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
