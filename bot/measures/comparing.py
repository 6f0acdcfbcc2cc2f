"""Two runs over the same questions: what got better, what got worse, and could that be chance? Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

from bot.domain import Verdict
from bot.measures.quality import SHOWN, Row


@dataclass(frozen=True)
class Difference:
    """One figure in both runs, over the questions they share."""

    name: str
    before: int  # questions for which it held
    after: int
    gained: int
    lost: int
    p: float  # exact McNemar test: probability of a split at least as uneven if both were equally good


FIGURES: tuple[tuple[str, Callable[[Row], bool]], ...] = (
    ("Right one first", lambda row: row.right),
    ("Right one in the first three", lambda row: row.place is not None and row.place < SHOWN),
    ("Answered, and right", lambda row: row.verdict is Verdict.ANSWERED and row.right),
    ("Answered, and wrong", lambda row: row.verdict is Verdict.ANSWERED and not row.right),
)


def compare(before: Sequence[Row], after: Sequence[Row]) -> list[Difference]:
    """Pairs the runs by question; a question that only one of them has is left out."""
    earlier = {row.question: row for row in before}
    pairs = [(earlier[row.question], row) for row in after if row.question in earlier]
    return [_difference(name, holds, pairs) for name, holds in FIGURES]


def _difference(name: str, holds: Callable[[Row], bool], pairs: Sequence[tuple[Row, Row]]) -> Difference:
    held = [(holds(old), holds(new)) for old, new in pairs]
    gained = sum(new and not old for old, new in held)
    lost = sum(old and not new for old, new in held)
    p = float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
    return Difference(name, sum(old for old, _ in held), sum(new for _, new in held), gained, lost, p)
