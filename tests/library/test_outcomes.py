"""What things brought, read from files that people write by hand."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Grade, RecordedValue
from bot.library.files import Source
from bot.library.lint import lint
from bot.library.loading import load
from bot.library.outcomes import COLUMNS, parse_outcomes

HEAD = ",".join(COLUMNS)
GOOD = 'skill:marketing/brief,hours,measured,12.5,hours a month,https://wiki/a,2026-10-01,"before, after"'


def _parse(*lines: str) -> tuple[tuple[RecordedValue, ...], list[tuple[int | None, str]]]:
    values, findings = parse_outcomes(Source("knowledge/outcomes/all.csv", "\n".join([HEAD, *lines])))
    return values, [(finding.line, finding.problem) for finding in findings]


def test_a_line_is_a_value_with_its_evidence() -> None:
    (value,), findings = _parse(GOOD)
    assert findings == []
    assert value == RecordedValue(
        "skill:marketing/brief", "hours", Grade.MEASURED, 12.5, "hours a month", "https://wiki/a", date(2026, 10, 1),
        "before, after", "knowledge/outcomes/all.csv", 2,
    )  # fmt: skip


def test_no_figure_is_not_zero() -> None:
    (value,), _ = _parse("tool:hubspot,pipeline,claimed,,,talk with sales,2026-10-01,")
    assert value.figure is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("brief,hours,measured,1,h,a,2026-10-01,", "no id"),
        ("skill:a,hours,guessed,1,h,a,2026-10-01,", "grade 'guessed'"),
        ("skill:a,hours,measured,1,h,,2026-10-01,", "no source"),
        ("skill:a,hours,measured,1,h,a,1.10.2026,", "date"),
        ("skill:a,hours,measured,twelve,h,a,2026-10-01,", "no number"),
        ("skill:a,hours,measured,inf,h,a,2026-10-01,", "no number"),
        ("skill:a", "grade ''"),
    ],
)
def test_a_bad_line_costs_itself_and_is_named(line: str, says: str) -> None:
    values, ((number, problem),) = _parse(GOOD, line)
    assert (len(values), number) == (1, 3) and says in problem


def test_a_file_without_the_columns_says_which() -> None:
    values, findings = parse_outcomes(Source("knowledge/outcomes/x.csv", "skill,figure\na,1\n"))
    assert values == () and "subject, outcome, grade, source, date" in findings[0].problem


@given(st.text())
def test_whatever_is_in_the_file_it_is_read(text: str) -> None:
    parse_outcomes(Source("knowledge/outcomes/x.csv", f"{HEAD}\n{text}"))


def test_lint_knows_what_a_value_belongs_to(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge" / "outcomes"
    folder.mkdir(parents=True)
    (folder / "all.csv").write_text(f"{HEAD}\n{GOOD}\ngap:1,fame,claimed,,,me,2026-10-01,\n", encoding="utf-8")
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    library = load(tmp_path)
    assert len(library.values) == 2
    found = {(finding.code, finding.line) for finding in lint(library, tmp_path)}
    assert found >= {("subject-unknown", 2), ("outcome-unknown", 3), ("file-ignored", None)}
