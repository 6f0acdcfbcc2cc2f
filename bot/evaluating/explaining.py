"""Why a wrong candidate won: which signals and words spoke for it, and what the right one lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bot.domain import Answer, ItemId
from bot.evaluating.running import Result
from bot.measures.quality import Row
from bot.retrieval.embedding import Embedder
from bot.retrieval.lexical import words
from bot.retrieval.profiles import Profile
from bot.retrieval.ranking import SIGNALS, Array, Questions, Scores
from bot.retrieval.retriever import Snapshot
from bot.wiring import Mind

TWINS = 0.99  # as alike as the closest hundredth of all pairs of the library
NAMES = {
    "whole": "the whole text",
    "headline": "name and description",
    "sentences": "sentences of the description",
    "bodies": "passages of the body",
    "words": "words",
    "characters": "parts of words",
    "asked": "past questions",
}
MEASURED = 400  # items that say how alike two usually are
FEWEST = 15  # items: of fewer, a hundredth of the pairs is not even one
_LEXICAL = {"words", "characters"}
_SHOWN_WORDS = 6


class Reason(StrEnum):
    """What kind of miss it is; the first that applies."""

    NOTHING_FITS = "nothing_fits"
    NOT_IN_LIBRARY = "not_in_library"
    READER = "reader"
    OUT_OF_SIGHT = "out_of_sight"
    NEAR_TWIN = "near_twin"
    PAST_QUESTION = "past_question"
    WORDS = "words"
    MEANING = "meaning"


SENTENCES = {
    Reason.NOTHING_FITS: "Nothing in the library answers it.",
    Reason.NOT_IN_LIBRARY: "The expected id is not in the library: the label is wrong, or the entry has gone.",
    Reason.READER: "The language model chose it.",
    Reason.OUT_OF_SIGHT: "The right one is not among the candidates that are kept.",
    Reason.NEAR_TWIN: "The two are near-twins: among the most alike pairs of the library.",
    Reason.PAST_QUESTION: "Past questions of the winner are nearer.",
    Reason.WORDS: "The winner shares more words with the question.",
    Reason.MEANING: "The winner's text is nearer in meaning.",
}


@dataclass(frozen=True)
class Miss:
    """A question whose first candidate is wrong."""

    result: Result
    winner: ItemId
    wanted: tuple[ItemId, ...]
    reason: Reason
    place: int | None  # of the right one, from 1; None where it is not among the candidates
    signals: tuple[str, ...] = ()  # what put the winner ahead, most first
    words: tuple[str, ...] = ()  # of the question, that the winner holds and the right one lacks, rarest first
    lacking: tuple[str, ...] = ()  # of the question, that neither holds

    @property
    def sentence(self) -> str:
        """The reason for people."""
        return SENTENCES[self.reason]


def explain(mind: Mind, embedder: Embedder, results: Sequence[Result]) -> list[Miss]:
    """For results whose first candidate is wrong, in their order."""
    snapshot = mind.retriever.snapshot
    if snapshot is None or not results:
        return []
    twins_from = _alike(embedder, snapshot.shelf.profiles)
    holding = [frozenset(words(profile.words)) for profile in snapshot.shelf.profiles]
    return [_explained(snapshot, embedder, result, twins_from, holding) for result in results]


def _explained(
    snapshot: Snapshot, embedder: Embedder, result: Result, twins_from: float, holding: Sequence[frozenset[str]]
) -> Miss:
    row, shelf = result.row, snapshot.shelf
    at = {id: place for place, id in enumerate(shelf.ids)}
    winner = row.candidates[0]
    right = _right(row, at)
    if right is None:
        reason = Reason.NOT_IN_LIBRARY if row.expected else Reason.NOTHING_FITS
        return Miss(result, winner, row.expected, reason, None)
    scores = shelf.score(Questions((row.question,), embedder.embed([row.question])), snapshot.mix)
    leads = _leads(scores, snapshot.mix, at[winner], at[right])
    held, lacking = _words(row.question, holding, at[winner], at[right])
    twins = _cosine(embedder, shelf.profiles[at[winner]], shelf.profiles[at[right]]) >= twins_from
    return Miss(
        result,
        winner,
        row.expected,
        _reason(result.answer, row.place, twins, leads),
        None if row.place is None else row.place + 1,
        tuple(NAMES[signal] for signal in leads),
        held,
        lacking,
    )


def _right(row: Row, at: Mapping[ItemId, int]) -> ItemId | None:
    """The right item that came nearest; None where the library holds none."""
    places = {id: place for place, id in enumerate(row.candidates)}
    there = [id for id in row.expected if id in at]
    return min(there, key=lambda id: places.get(id, len(places)), default=None)


def _reason(answer: Answer, place: int | None, twins: bool, leads: Sequence[str]) -> Reason:
    if answer.reader:
        return Reason.READER
    if twins:
        return Reason.NEAR_TWIN
    if place is None:
        return Reason.OUT_OF_SIGHT
    if leads[:1] == ["asked"]:
        return Reason.PAST_QUESTION
    return Reason.WORDS if leads and leads[0] in _LEXICAL else Reason.MEANING


def _leads(scores: Scores, mix: Array, winner: int, right: int) -> list[str]:
    """The signals that put the winner ahead, most first."""
    names = (*SIGNALS, "asked")
    ahead = mix * (scores.parts[0, :, winner] - scores.parts[0, :, right])
    return [names[at] for at in np.argsort(-ahead, kind="stable")[:3] if ahead[at] > 0]


def _words(
    question: str, holding: Sequence[frozenset[str]], winner: int, right: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Telling words of the question that only the winner holds, rarest first, and those that neither does."""
    spoken = {stem: token for token in question.split() for stem in words(token)}
    missed = [stem for stem in spoken if stem not in holding[right]]
    only = [stem for stem in missed if stem in holding[winner]]
    only.sort(key=lambda stem: sum(stem in held for held in holding))
    neither = [stem for stem in missed if stem not in holding[winner]]
    return (
        tuple(_bare(spoken[stem]) for stem in only[:_SHOWN_WORDS]),
        tuple(_bare(spoken[stem]) for stem in neither[:_SHOWN_WORDS]),
    )


def _bare(token: str) -> str:
    return token.strip(".,;:!?\"'()[]“”")


def _alike(embedder: Embedder, profiles: Sequence[Profile]) -> float:
    """From which cosine of their whole texts on two items are near-twins; none are in a very small library."""
    some = profiles[:: -(-len(profiles) // MEASURED) or 1]
    if len(some) < FEWEST:
        return float("inf")
    vectors = embedder.embed([profile.whole for profile in some])
    return float(np.quantile((vectors @ vectors.T)[np.triu_indices(len(some), 1)], TWINS))


def _cosine(embedder: Embedder, one: Profile, other: Profile) -> float:
    first, second = embedder.embed([one.whole, other.whole])
    return float(first @ second)
