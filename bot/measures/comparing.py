"""Two runs over the same questions: what got better, what got worse, and could that be chance? Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from bot.domain import Verdict
from bot.measures import quality
from bot.measures.quality import Row
from bot.measures.resampling import Figure, Places, resampled


@dataclass(frozen=True)
class Difference:
    """One figure in both runs, over the questions they share."""

    name: str
    before: int  # questions for which it held
    after: int
    gained: int
    lost: int
    p: float  # exact McNemar test: probability of a split at least as uneven if both were equally good


@dataclass(frozen=True)
class Shift:
    """A figure that no single question has, in both runs, over the questions they share."""

    name: str
    before: float
    after: float
    difference: Figure  # paired bootstrap: chance alone where it holds 0


FIGURES: tuple[tuple[str, Callable[[Row], bool]], ...] = (
    ("Right one first", lambda row: row.right),
    ("Right one in the first three", lambda row: row.shown),
    ("Answered, and right", lambda row: row.verdict is Verdict.ANSWERED and row.right),
    ("Answered, and wrong", lambda row: row.verdict is Verdict.ANSWERED and not row.right),
)
SHIFTS: tuple[tuple[str, Callable[[Sequence[Row]], float]], ...] = (
    ("Mean reciprocal rank", lambda rows: quality.mean_reciprocal_rank([row for row in rows if row.known])),
    ("Answerable at 90 % precision", quality.coverage),
    ("AUROC, known or unknown", lambda rows: quality.auroc(rows, lambda row: row.known)),
    ("AUROC, first right or not", lambda rows: quality.auroc(rows, lambda row: row.right)),
    ("Expected calibration error", quality.calibration_error),
)


def compare(before: Sequence[Row], after: Sequence[Row]) -> list[Difference]:
    """Pairs the runs by question; a question that only one of them has is left out."""
    pairs = _paired(before, after)
    return [_difference(name, holds, pairs) for name, holds in FIGURES]


def shifts(before: Sequence[Row], after: Sequence[Row]) -> list[Shift]:
    """The same for the figures of a whole run; small talk is left out."""
    pairs = [(old, new) for old, new in _paired(before, after) if not new.out_of_scope]
    return [_shift(name, figure, pairs) for name, figure in SHIFTS] if pairs else []


def errors_removed(plain: Sequence[bool], ours: Sequence[bool]) -> Figure:
    """Of the questions that `plain` got wrong, the share by which `ours` has fewer; negative where it has more."""
    theirs, own = ~np.array(plain, bool), ~np.array(ours, bool)

    def removed(places: Places) -> float:
        wrong = int(theirs[places].sum())
        return float((wrong - own[places].sum()) / wrong) if wrong else float("nan")

    return resampled(len(theirs), removed)


def _paired(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[Row, Row]]:
    earlier = {row.question: row for row in before}
    return [(earlier[row.question], row) for row in after if row.question in earlier]


def _difference(name: str, holds: Callable[[Row], bool], pairs: Sequence[tuple[Row, Row]]) -> Difference:
    held = [(holds(old), holds(new)) for old, new in pairs]
    gained = sum(new and not old for old, new in held)
    lost = sum(old and not new for old, new in held)
    p = float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
    return Difference(name, sum(old for old, _ in held), sum(new for _, new in held), gained, lost, p)


def _shift(name: str, figure: Callable[[Sequence[Row]], float], pairs: Sequence[tuple[Row, Row]]) -> Shift:
    before, after = [old for old, _ in pairs], [new for _, new in pairs]
    difference = resampled(
        len(pairs), lambda places: figure([after[at] for at in places]) - figure([before[at] for at in places])
    )
    return Shift(name, figure(before), figure(after), difference)
