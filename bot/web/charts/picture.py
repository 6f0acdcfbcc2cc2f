"""What every picture is: a drawing, the same as a table, and the words that belong to it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain import RecordedValue, Spread
from bot.measures.definitions import DEFINITIONS
from bot.measures.report import Figure, Unit

Spec = dict[str, Any]  # Vega-Lite
NOT_SHOWN = "not shown"
Cell = str | int | float | None  # None: not shown, never zero


@dataclass(frozen=True)
class Table:
    """The numbers of a picture: what is read aloud, exported, and checked."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Picture:
    """`key` is that of the definition and names the export; `says` stands for the drawing where it cannot be seen."""

    key: str
    says: str
    n: str
    table: Table
    spec: Spec | None = None  # None: the table is the picture
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return DEFINITIONS[self.key].title

    @property
    def definition(self) -> str:
        return DEFINITIONS[self.key].text

    @property
    def caution(self) -> str:
        return DEFINITIONS[self.key].caution


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    return Table(tuple(columns), tuple(tuple(row) for row in rows))


def share(value: float | None) -> str:
    """0.613 → "61 %"; under 10 % one digit more."""
    if value is None:
        return NOT_SHOWN
    return f"{100 * value:.0f} %" if value >= 0.1 or value == 0 else f"{100 * value:.1f} %"


def rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def shown(value: Cell) -> str:
    """A cell as people read it."""
    if value is None:
        return NOT_SHOWN
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:,}" if isinstance(value, int) else value


def figure_text(figure: Figure, value: float | None) -> str:
    """A value in its unit."""
    if value is None:
        return NOT_SHOWN
    match figure.unit:
        case Unit.SHARE:
            return share(value)
        case Unit.SECONDS:
            return f"{value:.1f} s"
        case Unit.HOURS:
            return f"{value:.1f} h"
        case Unit.PER_PERSON:
            return f"{value:.1f}"
    return f"{value:,.0f}"


def change_text(figure: Figure) -> str:
    """The change against the period before, with its sign; no judgement whether more is better."""
    change = figure.change
    if change is None:
        return "no comparison"
    if abs(change) < (0.0005 if figure.unit is Unit.SHARE else 0.05):
        return "no change"
    arrow, size = ("▲", change) if change > 0 else ("▼", -change)
    if figure.unit is Unit.SHARE:
        return f"{arrow} {100 * size:.1f} points"
    return f"{arrow} {figure_text(figure, size)}"


def day(when: date) -> str:
    """The 3rd of March → "3 Mar"."""
    return f"{when.day} {when:%b}"


def spread_cells(spread: Spread) -> tuple[Cell, ...]:
    return rounded(spread.p50), rounded(spread.p90), spread.n


def value_text(value: RecordedValue) -> str:
    """A recorded value with its source and date."""
    figure = "" if value.figure is None else f"{shown(float(value.figure))} {value.unit}".strip()
    return " · ".join(part for part in (figure, value.source, value.date.isoformat()) if part)


def figure_table(figures: Mapping[str, Figure]) -> Table:
    """The strip as a table."""
    rows = [
        (
            _title(key),
            figure_text(figure, figure.value),
            figure.n if figure.value is not None else None,
            figure_text(figure, figure.before),
            figure.n_before if figure.before is not None else None,
            change_text(figure),
        )
        for key, figure in figures.items()
    ]
    return table(("Figure", "Value", "n", "Period before", "n before", "Change"), rows)


def _title(key: str) -> str:
    return definition_of(key)[0] + key_ending(key)


def definition_of(key: str) -> tuple[str, str, str]:
    """Title, definition and caution of a figure; p50 and p90 share theirs."""
    return DEFINITIONS[key.removesuffix("_p50").removesuffix("_p90")]


def key_ending(key: str) -> str:
    """Which of two figures with one definition it is."""
    return {"_p50": ", half are faster than", "_p90": ", nine in ten are faster than"}.get(key[-4:], "")
