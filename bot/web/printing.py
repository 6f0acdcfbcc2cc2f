"""The dashboard as one PDF: real text, drawings as vectors, one A4 page a section. Pages are SVG first."""

import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from pypdf import PdfReader, PdfWriter

from bot.measures.definitions import PRIVACY
from bot.measures.report import Report
from bot.web.charts import album
from bot.web.charts.picture import Picture, Spec, Table, figure_table, shown

WIDTH, HEIGHT = 595, 842  # points of A4
EDGE, INNER = 36, WIDTH - 2 * 36
_LINE = 11
_SMALLER = 0.72  # drawings on paper against those on a screen
_templates = Environment(loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined)
_CONFIG = {"background": None, "font": "sans-serif", "view": {"stroke": None}, "legend": {"columns": 3}}


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    words: str
    size: float = 8.5
    weight: str = "normal"
    ink: str = "#1b2430"


@dataclass
class Page:
    """What stands on one page: words, and drawings moved to their place."""

    texts: list[Text] = field(default_factory=list)
    drawings: list[tuple[float, float, float, str]] = field(default_factory=list)
    y: float = EDGE + 14


def pdf(report: Report, organisation: str, first: date, last: date) -> bytes:
    """The whole page. Runs the charting library: a tenth of a second a picture."""
    writer = PdfWriter()
    title = f"{organisation or 'Signpost'}, {first} to {last}" + (f", team {report.team}" if report.team else "")
    for number, page in enumerate(_pages(report, title), start=1):
        page.texts.append(Text(WIDTH - EDGE - 40, HEIGHT - 18, f"page {number}", 7, ink="#55606f"))
        svg = _templates.get_template("page.svg").render(page=page, width=WIDTH, height=HEIGHT)
        writer.append(PdfReader(io.BytesIO(vl_convert.svg_to_pdf(svg, scale=1.0))))
    writer.add_metadata({"/Title": f"Signpost: {title}"})
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _pages(report: Report, title: str) -> Iterator[Page]:
    page = Page()
    _say(page, f"Signpost: {title}", 14, "bold")
    if report.people is None:
        _say(page, "Fewer than five people asked in this time, so their numbers are not shown.")
    _tabulate(page, figure_table(report.figures))
    for heading, pictures in album.sections(report):
        headed = False
        for picture in pictures:
            drawing = _drawn(picture.spec) if picture.spec else None
            if page.y + _needed(picture, drawing) > HEIGHT - 40:
                yield page
                page = Page()
            if not headed:
                page.y += 14
                _say(page, heading, 12, "bold")
                headed = True
            _put(page, picture, drawing)
    if page.y > HEIGHT - 110:
        yield page
        page = Page()
    _say(page, PRIVACY, 7.5, ink="#55606f")
    yield page


def _drawn(spec: Spec) -> tuple[str, float, float]:
    """The drawing as SVG with its width and height, no wider than the page."""
    wide = INNER / _SMALLER - 4
    size = {"width": wide, "height": min(spec["height"], 300)} if spec["width"] == "container" else {}
    svg = vl_convert.vegalite_to_svg({**spec, **size}, config=_CONFIG)
    box = svg.split('viewBox="', 1)[1].split('"', 1)[0].split()
    return svg, float(box[2]) * _SMALLER, float(box[3]) * _SMALLER


def _needed(picture: Picture, drawing: tuple[str, float, float] | None) -> float:
    lines = len(_wrapped(picture.says, 8.5)) + len(_wrapped(picture.definition, 7)) + len(_wrapped(picture.caution, 7))
    body = drawing[2] if drawing else _LINE * (1 + sum(_row_lines(row) for row in picture.table.rows[:_MOST_ROWS]))
    return 60 + _LINE * lines + body


def _put(page: Page, picture: Picture, drawing: tuple[str, float, float] | None) -> None:
    page.y += 6
    _say(page, f"{picture.title} ({picture.n})", 10, "bold")
    _say(page, picture.says)
    if drawing:
        svg, width, height = drawing
        page.drawings.append((EDGE + max(0.0, (INNER - width) / 2), page.y - 4, _SMALLER, svg))
        page.y += height + 8
    else:
        _tabulate(page, picture.table)
    for note in picture.notes:
        _say(page, note, 7, ink="#55606f")
    _say(page, picture.definition, 7, ink="#55606f")
    _say(page, f"How it can mislead: {picture.caution}", 7, ink="#55606f")


def _say(page: Page, words: str, size: float = 8.5, weight: str = "normal", ink: str = "#1b2430") -> None:
    for line in _wrapped(words, size):
        page.texts.append(Text(EDGE, page.y, line, size, weight, ink))
        page.y += size * 1.3
    page.y += size * 0.3


_MOST_ROWS = 24  # of a table on paper; the CSV has them all


def _tabulate(page: Page, table: Table) -> None:
    across = INNER / len(table.columns)
    for row in (table.columns, *table.rows[:_MOST_ROWS]):
        cells = [_cut(shown(cell), across) for cell in row]
        for number, lines in enumerate(cells):
            for at, line in enumerate(lines):
                weight = "bold" if row is table.columns else "normal"
                page.texts.append(Text(EDGE + number * across, page.y + at * 9, line, 7, weight))
        page.y += 9 * max(map(len, cells)) + 2
    if len(table.rows) > _MOST_ROWS:
        _say(page, f"… and {len(table.rows) - _MOST_ROWS} more in the CSV.", 7)
    page.y += 4


def _cut(words: str, width: float) -> list[str]:
    return textwrap.wrap(words, max(6, int(width / 3.7))) or [""]


def _row_lines(row: Sequence[object]) -> int:
    return max(len(_cut(str(cell), INNER / len(row))) for cell in row)


def _wrapped(words: str, size: float) -> list[str]:
    """Lines that surely fit: letters are about half as wide as they are high."""
    return textwrap.wrap(words, int(INNER / (size * 0.5)))
