"""What past questions are worth: the figures with so many a item, as means over draws. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.measures import quality
from bot.measures.quality import Row
from bot.measures.resampling import Figure, Places, averaged


@dataclass(frozen=True)
class Lesson:
    """One point of the learning curve; intervals over questions and draws."""

    past_questions: int  # an item, at most
    history: float  # past questions in all, a draw
    draws: int
    top_1: Figure
    recall_3: Figure
    coverage_at_90: Figure
    auroc_known: Figure
    calibration_error: Figure


def lesson(past_questions: int, history: Sequence[int], draws: Sequence[Sequence[Row]]) -> Lesson:
    """From the rows of each draw: the same questions in the same order."""
    asked = [[row for row in rows if not row.out_of_scope] for rows in draws]
    known = [[row for row in rows if row.known] for rows in asked]
    return Lesson(
        past_questions=past_questions,
        history=sum(history) / len(history),
        draws=len(draws),
        top_1=_mean(known, lambda rows: _share(rows, lambda row: row.right)),
        recall_3=_mean(known, lambda rows: _share(rows, lambda row: row.shown)),
        coverage_at_90=_mean(asked, quality.coverage),
        auroc_known=_mean(asked, lambda rows: quality.auroc(rows, lambda row: row.known)),
        calibration_error=_mean(asked, quality.calibration_error),
    )


def _mean(draws: Sequence[Sequence[Row]], figure: Callable[[Sequence[Row]], float]) -> Figure:
    def of_draw(draw: int, places: Places) -> tuple[float]:
        return (figure([draws[draw][at] for at in places]),)

    return averaged(len(draws), len(draws[0]) if draws else 0, of_draw)


def _share(rows: Sequence[Row], holds: Callable[[Row], bool]) -> float:
    return sum(map(holds, rows)) / len(rows)
