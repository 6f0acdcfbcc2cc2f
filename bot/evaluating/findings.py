"""Everything that one evaluation found, ready to be printed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.domain import ItemId
from bot.evaluating.baseline import Beside
from bot.evaluating.explaining import Miss, explain
from bot.evaluating.running import Result
from bot.measures import comparing, curves, quality, stealing
from bot.measures.comparing import Difference, Shift
from bot.measures.curves import Bin, Point
from bot.measures.knowing import Knowing
from bot.measures.learning import Lesson
from bot.measures.quality import Row, Summary
from bot.measures.stealing import Pair
from bot.retrieval.embedding import Embedder
from bot.wiring import Mind


@dataclass(frozen=True)
class Comparison:
    """This run beside another over the same questions; "before" is whichever is in use now or was earlier."""

    before: str  # what they are called
    after: str
    differences: tuple[Difference, ...]
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Other:
    """What another embedder makes of the same questions."""

    figures: Summary
    compared: Comparison  # from the one in use to the other


@dataclass(frozen=True)
class Findings:
    """Of one run. What was not asked for is None or empty."""

    entries: int  # that the library holds
    past_questions: int
    embedder: str
    figures: Summary
    bins: tuple[Bin, ...]
    risk: tuple[Point, ...]
    at_90: Point | None  # where most is answered while 90 % of the answers are right
    misses: tuple[Miss, ...]  # the surest wrong ones
    stolen: tuple[Pair, ...]
    compared: Comparison | None = None  # with an earlier run
    other: Other | None = None
    beside: Beside | None = None
    hidden: Knowing | None = None
    lessons: tuple[Lesson, ...] = ()


def find(mind: Mind, embedder: Embedder, results: Sequence[Result], past_questions: int) -> Findings:
    """What the results say by themselves."""
    rows = [result.row for result in results]
    asked = [row for row in rows if not row.out_of_scope]
    figures = quality.summary(rows)
    by_row = {id(result.row): result for result in results}
    risk = curves.risk_coverage(asked)
    return Findings(
        entries=len(mind.known.items),
        past_questions=past_questions,
        embedder=embedder.name,
        figures=figures,
        bins=tuple(curves.reliability(asked)),
        risk=tuple(risk),
        at_90=curves.at_precision(risk),
        misses=tuple(explain(mind, embedder, [by_row[id(row)] for row in figures.worst])),
        stolen=tuple(stealing.pairs(_theft(asked, mind.known.items))),
    )


def comparison(before: str, earlier: Sequence[Row], after: str, later: Sequence[Row]) -> Comparison:
    """Two runs side by side, over the questions that both have."""
    return Comparison(before, after, tuple(comparing.compare(earlier, later)), tuple(comparing.shifts(earlier, later)))


def _theft(rows: Sequence[Row], items: Collection[ItemId]) -> Iterator[tuple[ItemId, ItemId]]:
    for row in rows:
        there = [id for id in row.expected if id in items]
        if there and row.candidates and not row.right:
            yield row.candidates[0], there[0]
