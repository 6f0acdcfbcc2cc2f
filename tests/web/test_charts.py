"""The pictures, without a browser: nothing shown that should not be, nothing drawn from too little."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
import vl_convert
from pypdf import PdfReader

from bot.measures.report import Depth, Funnel, Report
from bot.web import printing
from bot.web.charts import adoption, album, answering, library
from bot.web.charts.picture import Picture, change_text, figure_text, share
from tests.web import example

PICTURES = [picture for _, pictures in album.sections(example.report()) for picture in pictures]


HIDDEN = ("active", "returning", "questions", "states", "undecided")


def _marks(spec: Any) -> list[str]:
    if isinstance(spec, dict):
        mark = spec.get("mark")
        own = [mark["type"] if isinstance(mark, dict) else mark] if mark else []
        return own + [found for value in spec.values() for found in _marks(value)]
    return [found for value in spec for found in _marks(value)] if isinstance(spec, list) else []


@pytest.mark.parametrize("picture", [p for p in PICTURES if p.spec], ids=lambda p: p.key)
def test_the_charting_library_draws_it(picture: Picture) -> None:
    assert picture.spec
    svg = vl_convert.vegalite_to_svg({**picture.spec, "width": 500})
    assert svg.count("<path") > 3 and picture.says.split(",")[0] in json.dumps(picture.spec, ensure_ascii=False)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: p.key)
def test_it_says_what_it_is_and_from_how_many(picture: Picture) -> None:
    assert picture.title and picture.definition and picture.caution
    assert picture.says.endswith(".") and picture.n.startswith("n = ")


@pytest.mark.parametrize("weeks", [1, 3, 4])
def test_no_line_is_drawn_through_fewer_than_four_weeks(weeks: int) -> None:
    report = example.report(weeks)
    for draw in (adoption.weeks, answering.first_answer, answering.owner_answer):
        picture = draw(report)
        assert ("line" in _marks(picture.spec)) is (weeks >= 4)
        assert (adoption.FEW_WEEKS in picture.notes) is (weeks < 4)


def test_what_is_not_shown_is_never_zero() -> None:
    """Every part that may be hidden is hidden: no picture makes a number of it."""
    report = example.report()
    hidden = replace(
        report,
        people=None,
        states=None,
        weeks=tuple(replace(week, **dict.fromkeys(HIDDEN)) for week in report.weeks),
        funnel=Funnel(None, None, None, None),
        depth=Depth(None, None, None, None, None),
        kinds=tuple(replace(k, n=None, process=None, mixed=None, technology=None) for k in report.kinds),
        figures={key: replace(figure, value=None, n=0) for key, figure in report.figures.items()},
    )  # fmt: skip
    for draw in (adoption.weeks, adoption.funnel, adoption.depth, answering.outcomes, answering.kinds):
        picture = draw(hidden)
        numbers = [cell for row in picture.table.rows for cell in row[1:] if isinstance(cell, int | float)]
        assert set(numbers) <= {7}, picture.key  # days of a week
        assert picture.spec is None, picture.key
    for figure in hidden.figures.values():
        assert figure_text(figure, figure.value) == "not shown" and change_text(figure) == "no comparison"


def test_an_empty_report_has_every_picture_and_draws_none() -> None:
    report = example.report()
    empty = Report(report.start, report.end, report.before, None, None, "UTC", False, None)
    pictures = [picture for _, each in album.sections(empty) for picture in each]
    assert len(pictures) == len(PICTURES)
    assert [p.key for p in pictures if p.spec] == []
    paper = printing.pdf(empty, "Acme & Söhne", report.start.date(), report.end.date())
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    assert "Signpost: Acme & Söhne, 2026-01-05" in text and "Fewer than five people asked" in text
    assert [p.title for p in pictures if p.title not in text] == []


def test_nothing_recorded_is_not_mapped() -> None:
    picture = library.value_map(example.report())
    cells = dict(zip(picture.table.columns, picture.table.rows[2], strict=True))
    assert cells == {"Outcome": "pipeline", "claimed": "not mapped", "observed": "not mapped", "measured": "not mapped"}


def test_what_is_red_comes_first_in_words() -> None:
    assert [row[1] for row in library.mandate(example.report()).table.rows] == ["● red", "○ in order", "○ in order"]


@pytest.mark.parametrize(("value", "words"), [(0.613, "61 %"), (0.0312, "3.1 %"), (0.0, "0 %"), (None, "not shown")])
def test_a_share_in_words(value: float | None, words: str) -> None:
    assert share(value) == words
