"""knowledge/outcomes/*.csv: what skills, tools and answers brought, with evidence. A bad line costs itself alone."""

import csv
import math
from collections.abc import Iterator, Mapping
from datetime import date

from bot.domain import Finding, Grade, RecordedValue
from bot.library.files import Source
from bot.library.findings import Report

COLUMNS = ("subject", "outcome", "grade", "figure", "unit", "source", "date", "note")
NEEDED = ("subject", "outcome", "grade", "source", "date")
_PREFIXES = ("skill:", "tool:", "answer:", "gap:")


def parse_outcomes(source: Source) -> tuple[tuple[RecordedValue, ...], tuple[Finding, ...]]:
    """The file's values, line by line; never raises for what is in it."""
    report = Report(source.path)
    values = tuple(value for value in _values(source, report) if value)
    return values, source.findings + report.findings


def _values(source: Source, report: Report) -> Iterator[RecordedValue | None]:
    rows = csv.DictReader(source.text.splitlines(), restkey="", restval="")
    try:
        names = [name.strip().lower() for name in rows.fieldnames or ()]
        if missing := [name for name in NEEDED if name not in names]:
            mend = f"Begin the file with the line: {','.join(COLUMNS)}"
            report.error("outcomes-columns", f"Columns are missing: {', '.join(missing)}; nothing is read.", mend, 1)
            return
        rows.fieldnames = names
        for row in rows:
            cells = {key: value.strip() for key, value in row.items() if isinstance(value, str)}
            yield _value(cells, rows.line_num, report, source.path)
    except csv.Error as error:
        report.error("outcomes-not-csv", f"The file is not CSV from here on ({error}).", "Mend it.", rows.line_num)


def _value(cells: Mapping[str, str], line: int, report: Report, path: str) -> RecordedValue | None:
    day, figure = _day(cells["date"]), _figure(cells.get("figure", ""))
    if fault := _fault(cells, figure):
        report.error("outcome-value", f"{fault[0]}; the line is left out.", fault[1], line)
    elif day is None:
        problem = f"The date {cells['date'][:80]!r} cannot be read; the line is left out."
        report.error("outcome-value", problem, "Write it like 2026-11-24.", line)
    else:
        outcome, grade = cells["outcome"].lower(), Grade(cells["grade"].lower())
        unit, note = cells.get("unit", ""), cells.get("note", "")
        return RecordedValue(cells["subject"], outcome, grade, figure, unit, cells["source"], day, note, path, line)
    return None


def _fault(cells: Mapping[str, str], figure: float | None) -> tuple[str, str] | None:
    """Problem and mend."""
    if not cells["subject"].startswith(_PREFIXES):
        return f"The subject {cells['subject'][:80]!r} is no id", "Write it like skill:marketing/campaign-brief."
    if cells["grade"].lower() not in set(Grade):
        return f"The grade {cells['grade'][:80]!r} is not known", f"Write one of: {', '.join(Grade)}."
    if not cells["source"]:
        return "There is no source", "Say where the figure can be checked."
    if figure is not None and not math.isfinite(figure):
        return f"The figure {cells['figure'][:80]!r} is no number", "Write it like 12.5; the unit has its own column."
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _figure(text: str) -> float | None:
    """None where there is none; not a number where it cannot be read."""
    try:
        return float(text) if text else None
    except ValueError:
        return math.nan
