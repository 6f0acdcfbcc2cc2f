"""The three charts of the report: numbers in, places on a picture out. The template draws them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.measures.curves import Bin, Point
from bot.measures.learning import Lesson
from bot.reasoning.deciding import Policy

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 56, 30, 40, 52
_MOST_POINTS = 200  # of a line: more than the eye can tell apart
_PERCENT = tuple((step / 5, f"{step * 20} %") for step in range(6))


@dataclass(frozen=True)
class Axis:
    """What stands along one side."""

    label: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Line:
    """Joined points; `style` (solid, dashed, dotted) tells lines apart without colour."""

    name: str
    points: tuple[tuple[float, float], ...]
    style: str = "solid"


@dataclass(frozen=True)
class Dot:
    """A point with its interval."""

    x: float
    y: float
    low: float
    high: float
    label: str = ""
    square: bool = False


@dataclass(frozen=True)
class Chart:
    """One picture. `description` says in words what it shows."""

    title: str
    description: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    marks: tuple[tuple[float, str], ...] = ()  # upright lines
    notes: tuple[tuple[float, str], ...] = ()  # along the top
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    def across(self, x: float) -> float:
        """Where a value of the x axis lies, in units of the picture."""
        share = (x - self.x.low) / (self.x.high - self.x.low)
        return round(self.left + share * (self.right - self.left), 1)

    def up(self, y: float) -> float:
        """Where a value of the y axis lies; what lies outside is put on the edge."""
        share = min(1.0, max(0.0, (y - self.y.low) / (self.y.high - self.y.low)))
        return round(self.bottom - share * (self.bottom - self.top), 1)

    def path(self, line: Line) -> str:
        """A line's points as SVG wants them."""
        return " ".join(f"{self.across(x)},{self.up(y)}" for x, y in line.points)


def reliability(bins: Sequence[Bin], policy: Policy) -> Chart:
    """How often the first candidate is right, for each tenth of the confidence."""
    told = [f"of {one.count} questions at {one.confidence:.0%} sure, {one.right.value:.0%} right" for one in bins]
    return Chart(
        title="Is the confidence borne out?",
        description="On the dashed line confidence and share right are the same. " + "; ".join(told) + ".",
        x=Axis("confidence", 0, 1, _PERCENT),
        y=Axis("first candidate right", 0, 1, _PERCENT),
        lines=(Line("as sure as right", ((0, 0), (1, 1)), "dashed"),),
        dots=tuple(Dot(one.confidence, one.right.value, one.right.low, one.right.high) for one in bins),
        marks=((policy.tentative, "shown"), (policy.answered, "answered")),
        notes=tuple(((one.low + one.high) / 2, f"n {one.count}") for one in bins),
    )


def risk_coverage(points: Sequence[Point], at_90: Point | None) -> Chart:
    """How many of the answers would be wrong, for each share of questions answered."""
    few = [*points[:: -(-len(points) // _MOST_POINTS) or 1], *points[-1:]]
    best = (
        f"Answering from {at_90.confidence:.0%} sure on, {at_90.coverage:.0%} of the questions get an answer, "
        f"{1 - at_90.risk:.0%} of them right."
        if at_90
        else "At no confidence are 90 % of the answers right."
    )
    return Chart(
        title="How many can be answered at what risk?",
        description=best,
        x=Axis("share of all questions answered, surest first", 0, 1, _PERCENT),
        y=Axis("share of the answers that are wrong", 0, 1, _PERCENT),
        lines=(
            Line("wrong, of those answered", tuple((one.coverage, one.risk) for one in few)),
            Line("10 % wrong", ((0, 0.1), (1, 0.1)), "dashed"),
        ),
        dots=(Dot(at_90.coverage, at_90.risk, at_90.risk, at_90.risk, "90 % right"),) if at_90 else (),
    )


def learning_curve(lessons: Sequence[Lesson]) -> Chart:
    """First and first three right, by past questions an entry; the steps stand evenly."""
    told = [
        f"with {one.past_questions}, {one.top_1.value:.0%} first and {one.recall_3.value:.0%} in the first three"
        for one in lessons
    ]
    figures = [(at, one.top_1, one.recall_3) for at, one in enumerate(lessons)]
    return Chart(
        title="What are past questions worth?",
        description="Right one " + "; ".join(told) + ".",
        x=Axis(
            "past questions an entry",
            -0.3,
            max(len(lessons) - 1, 1) + 0.3,
            tuple((at, str(one.past_questions)) for at, one in enumerate(lessons)),
        ),
        y=Axis("known questions", 0, 1, _PERCENT),
        lines=(
            Line("in the first three (squares)", tuple((at, three.value) for at, _, three in figures), "dotted"),
            Line("first (circles)", tuple((at, first.value) for at, first, _ in figures)),
        ),
        dots=tuple(
            Dot(at, figure.value, figure.low, figure.high, square=square)
            for at, first, three in figures
            for figure, square in ((first, False), (three, True))
        ),
    )
