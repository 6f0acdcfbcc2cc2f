"""What a confidence is worth: is it borne out, and how many can be answered at what risk? Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.measures.quality import PRECISION_FLOOR, Row, wilson
from bot.measures.resampling import Figure

STEPS = 10


@dataclass(frozen=True)
class Bin:
    """A tenth of the confidence scale."""

    low: float
    high: float
    confidence: float  # mean of what is in it
    right: Figure  # share whose first candidate is right
    count: int


@dataclass(frozen=True)
class Point:
    """What answering all from this confidence on would give."""

    confidence: float
    coverage: float  # share of all questions that are answered
    risk: float  # share of these that are wrong


def reliability(rows: Sequence[Row]) -> list[Bin]:
    """Each tenth of the confidence scale that holds any question."""
    tenths: dict[int, list[Row]] = {}
    for row in rows:
        tenths.setdefault(min(int(row.confidence * STEPS), STEPS - 1), []).append(row)
    return [
        Bin(
            low=at / STEPS,
            high=(at + 1) / STEPS,
            confidence=sum(row.confidence for row in part) / len(part),
            right=wilson(sum(row.right for row in part), len(part)),
            count=len(part),
        )
        for at, part in sorted(tenths.items())
    ]


def risk_coverage(rows: Sequence[Row]) -> list[Point]:
    """Surest first (El-Yaniv and Wiener 2010), one point for each confidence that occurs."""
    order = sorted(rows, key=lambda row: -row.confidence)
    points, wrong = [], 0
    for count, row in enumerate(order, 1):
        wrong += not row.right
        if count == len(order) or order[count].confidence < row.confidence:
            points.append(Point(row.confidence, count / len(order), wrong / count))
    return points


def at_precision(points: Sequence[Point], floor: float = PRECISION_FLOOR) -> Point | None:
    """The point that answers most while `floor` of the answers are right; None where none does."""
    enough = [point for point in points if point.risk <= 1 - floor + 1e-9]
    return max(enough, key=lambda point: point.coverage, default=None)
