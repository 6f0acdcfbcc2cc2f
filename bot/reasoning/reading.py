"""What a language model chose, held against what it was shown, and mixed into the one confidence. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, log

from bot.domain import Candidate, ItemId, Ranking, Reading, Sureness

MOST = 3  # ids that a reader may name

# By how much a reading moves the local log-odds of its first choice, and how much of them it leaves: the reader has
# seen the same words, and more of them. From a strong model's recorded answers to 230 questions about the 67 public
# skills that the local model was never taught: of what it called certain 126 of 127 were right, likely 70 of 71,
# unsure 11 of 11 (few, so believed less); of 21 that it said nothing serves, 19 had no answer.
_LOCAL = 0.5
_SHIFT = {Sureness.CERTAIN: 4.0, Sureness.LIKELY: 3.3, Sureness.UNSURE: 2.4}
_UNVERIFIED = 0.5  # instead, where it quotes what nobody wrote
_NOTHING = -3.5  # where it says that nothing serves
_RANGE = (0.005, 0.995)  # local probabilities outside say no more


@dataclass(frozen=True)
class Shown:
    """An entry as the reader saw it."""

    id: ItemId
    title: str
    text: str  # the line of the catalogue


def checked(reading: Reading, question: str, shown: Mapping[ItemId, Shown]) -> Reading | None:
    """The reading as far as it may be believed; None where it names what it was not shown.

    Words that it claims to have read but that do not stand there leave it unverified.
    """
    ids = tuple(dict.fromkeys(reading.ids))[:MOST]
    if any(id not in shown for id in ids):
        return None
    if not ids:
        return replace(reading, ids=())
    read = _stands_in(reading.question_words, question) and _stands_in(reading.entry_words, shown[ids[0]].text)
    return replace(reading, ids=ids, verified=read)


def mixed(ranking: Ranking, reading: Reading, shown: Mapping[ItemId, Shown]) -> Ranking:
    """The ranking with the reader's choice in front and one confidence of both. `reading` was checked."""
    if reading.small_talk:
        return Ranking((), 0.0, small_talk=True)
    if not reading.ids:
        return replace(ranking, small_talk=False, confidence=_sigmoid(_LOCAL * _logit(ranking.confidence) + _NOTHING))
    candidates = {candidate.id: candidate for candidate in ranking.candidates}
    chosen = [candidates.get(id) or Candidate(id, shown[id].title, 0.0) for id in reading.ids]
    rest = [candidate for candidate in ranking.candidates if candidate.id not in reading.ids]
    shift = _SHIFT[reading.sure] if reading.verified else _UNVERIFIED
    return Ranking((*chosen, *rest), _sigmoid(_LOCAL * _logit(_local(ranking, reading)) + shift))


def _local(ranking: Ranking, reading: Reading) -> float:
    """What the ranking alone gives the reader's first choice: its confidence if it is the first there too."""
    agree = bool(ranking.candidates) and ranking.candidates[0].id == reading.ids[0]
    # Where they differ, what is left of the probability is spread over everything else.
    return ranking.confidence if agree else (1.0 - ranking.confidence) / 4


def _stands_in(words: str, text: str) -> bool:
    claimed, there = _words(words), f" {' '.join(_words(text))} "
    return bool(claimed) and f" {' '.join(claimed)} " in there


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _logit(probability: float) -> float:
    p = min(max(probability, _RANGE[0]), _RANGE[1])
    return log(p / (1 - p))


def _sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))
