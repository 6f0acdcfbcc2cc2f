"""How good the answers are: questions whose right answer is known, against what was ranked and decided. Pure.

Shares are 0–1 with Wilson's 95 % interval (Wilson 1927); figures that are no shares carry a bootstrap interval.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from bot.domain import ItemId, Verdict
from bot.measures.resampling import NOTHING, Figure, resampled

Z = 1.959964  # of the normal distribution, for 95 %
BINS = 10
PRECISION_FLOOR = 0.9
SHOWN = 3  # candidates that a tentative answer shows
WORST = 20


@dataclass(frozen=True)
class Row:
    """One question and what became of it. `expected` is empty for a question that nothing answers."""

    question: str
    expected: tuple[ItemId, ...]
    candidates: tuple[ItemId, ...]  # best first
    confidence: float
    verdict: Verdict
    out_of_scope: bool = False  # expected to be small talk

    @property
    def known(self) -> bool:
        """Whether something in the library answers it."""
        return bool(self.expected)

    @property
    def place(self) -> int | None:
        """Where the first right candidate stands, from 0."""
        places = [at for at, candidate in enumerate(self.candidates) if candidate in self.expected]
        return places[0] if places else None

    @property
    def shown(self) -> bool:
        """Whether the right one is among those that a tentative answer shows."""
        return self.place is not None and self.place < SHOWN

    @property
    def right(self) -> bool:
        """Whether the first candidate is right."""
        return self.place == 0


@dataclass(frozen=True)
class Reached:
    """What people get to see, in counts of questions."""

    answered_right: int
    answered_wrong: int
    tentative_right: int  # the right one is among those shown
    tentative_wrong: int
    unresolved: int
    out_of_scope: int


@dataclass(frozen=True)
class Summary:
    """Every figure of an evaluation; known questions unless it says otherwise."""

    known: int
    unknown: int
    top_1: Figure
    recall_3: Figure
    recall_5: Figure
    mrr: Figure
    answered_precision: Figure  # right, of everything answered, unknown questions included
    coverage_at_90: Figure  # share of known questions answered where the surest answers are right 90 % of the time
    auroc_known: Figure  # confidence, known against unknown
    auroc_right: Figure  # confidence, first candidate right against not, over all
    calibration_error: Figure  # expected calibration error over ten equally filled bins
    refusal_precision: Figure  # unknown, of what was not answered
    refusal_recall: Figure  # not answered, of what is unknown
    small_talk_recall: Figure  # taken for small talk, of what is
    small_talk_false: Figure  # taken for small talk, of all other questions
    of_known: Reached
    of_unknown: Reached
    worst: tuple[Row, ...]  # wrong answers, surest first


def summary(rows: Sequence[Row]) -> Summary:
    """Every figure over these rows. The same rows give the same figures: the bootstrap is seeded."""
    asked = [row for row in rows if not row.out_of_scope]
    known = [row for row in asked if row.known]
    unknown = [row for row in asked if not row.known]
    answered = [row for row in asked if row.verdict is Verdict.ANSWERED]
    refused = [row for row in asked if row.verdict is not Verdict.ANSWERED]
    talk = [row for row in rows if row.out_of_scope]
    return Summary(
        known=len(known),
        unknown=len(unknown),
        top_1=_share(known, lambda row: row.right),
        recall_3=_share(known, lambda row: row.shown),
        recall_5=_share(known, lambda row: row.place is not None and row.place < 5),
        mrr=_bootstrap(known, mean_reciprocal_rank),
        answered_precision=_share(answered, lambda row: row.right),
        coverage_at_90=_bootstrap(asked, coverage),
        auroc_known=_bootstrap(asked, lambda some: auroc(some, lambda row: row.known)),
        auroc_right=_bootstrap(asked, lambda some: auroc(some, lambda row: row.right)),
        calibration_error=_bootstrap(asked, calibration_error),
        refusal_precision=_share(refused, lambda row: not row.known),
        refusal_recall=_share(unknown, lambda row: row.verdict is not Verdict.ANSWERED),
        small_talk_recall=_share(talk, lambda row: row.verdict is Verdict.OUT_OF_SCOPE),
        small_talk_false=_share(asked, lambda row: row.verdict is Verdict.OUT_OF_SCOPE),
        of_known=_reached(known),
        of_unknown=_reached(unknown),
        worst=worst_misses(asked),
    )


def worst_misses(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Questions whose first candidate is wrong, the surest first."""
    wrong = [row for row in rows if not row.right and row.candidates]
    return tuple(sorted(wrong, key=lambda row: -row.confidence)[:WORST])


def wilson(successes: int, total: int) -> Figure:
    """A share and its interval; also sensible at 0, at all, and for few."""
    if not total:
        return NOTHING
    share, z2 = successes / total, Z * Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z * sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return Figure(share, max(0.0, middle - half), min(1.0, middle + half))


def calibration_error(rows: Sequence[Row]) -> float:
    """Mean distance of confidence from the share that is right, over BINS equally filled bins (Naeini et al. 2015)."""
    if not rows:
        return float("nan")
    order = sorted(rows, key=lambda row: row.confidence)
    bins = np.array_split(np.array([[row.confidence, row.right] for row in order], float), min(BINS, len(order)))
    return float(sum(abs(part[:, 0].mean() - part[:, 1].mean()) * len(part) for part in bins) / len(order))


def _share(rows: Sequence[Row], holds: Callable[[Row], bool]) -> Figure:
    return wilson(sum(holds(row) for row in rows), len(rows))


def mean_reciprocal_rank(rows: Sequence[Row]) -> float:
    """Of the first right candidate; 0 where none is right (Voorhees 1999)."""
    return float(np.mean([0.0 if row.place is None else 1 / (row.place + 1) for row in rows])) if rows else float("nan")


def coverage(rows: Sequence[Row]) -> float:
    """The largest share of known questions that can be answered, surest first over all, at PRECISION_FLOOR."""
    known = sum(row.known for row in rows)
    order = sorted(rows, key=lambda row: -row.confidence)
    right = np.cumsum([row.right for row in order])
    enough = np.flatnonzero(right >= PRECISION_FLOOR * np.arange(1, len(order) + 1))
    return float(right[enough[-1]] / known) if known and len(enough) else (0.0 if known else float("nan"))


def auroc(rows: Sequence[Row], positive: Callable[[Row], bool]) -> float:
    """How often a question for which it holds has the higher confidence; nan where it holds for all or none."""
    return rank_auroc(np.array([row.confidence for row in rows]), np.array([positive(row) for row in rows], bool))


def rank_auroc(scores: npt.NDArray[np.float64], positive: npt.NDArray[np.bool_]) -> float:
    """How often a positive scores higher than a negative, ties half; nan where one sort is missing (Hanley 1982)."""
    here, there = int(positive.sum()), int((~positive).sum())
    if not here or not there:
        return float("nan")
    return float((rankdata(scores)[positive].sum() - here * (here + 1) / 2) / (here * there))


def _bootstrap(rows: Sequence[Row], figure: Callable[[Sequence[Row]], float]) -> Figure:
    return resampled(len(rows), lambda places: figure([rows[at] for at in places]))


def _reached(rows: Sequence[Row]) -> Reached:
    def count(verdict: Verdict, right: bool | None = None) -> int:
        shown = 1 if verdict is Verdict.ANSWERED else SHOWN
        of_verdict = [row for row in rows if row.verdict is verdict]
        seen = [row.place is not None and row.place < shown for row in of_verdict]
        return len(seen) if right is None else sum(one is right for one in seen)

    return Reached(
        answered_right=count(Verdict.ANSWERED, True),
        answered_wrong=count(Verdict.ANSWERED, False),
        tentative_right=count(Verdict.TENTATIVE, True),
        tentative_wrong=count(Verdict.TENTATIVE, False),
        unresolved=count(Verdict.UNRESOLVED),
        out_of_scope=count(Verdict.OUT_OF_SCOPE),
    )
