"""The pages: what they ask for, what they show, and to whom."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot import curating, example_history, reporting
from bot.domain import Role, TeamName
from bot.errors import BadInput, NotFound
from bot.measures.definitions import DEFINITIONS, PRIVACY
from bot.measures.report import Report
from bot.web import assets, printing
from bot.web.charts import album
from bot.web.charts.picture import Table, change_text, definition_of, figure_table, figure_text, key_ending, shown
from bot.web.house import House, Viewer

SHOWN_AFTER_SIGN_IN = ("/", "/numbers", "/mine", "/waiting")
WEEKS = (4, 8, 13, 26, 52)
_USUAL = 8
_EARLIEST = 2000
_LONGEST = timedelta(days=731)
_templates = Environment(
    loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_templates.globals |= {"asset": assets.address}
_templates.filters |= {"shown": shown, "change": change_text}


def render(template: str, code: int = 200, **values: Any) -> HTMLResponse:
    """A page; everything that people wrote is escaped by the template engine."""
    return HTMLResponse(_templates.get_template(template).render(**values), code)


def sentence(words: str, code: int, way: str = "/", way_name: str = "To the dashboard") -> HTMLResponse:
    """A page that says one thing and where to go from there."""
    return render("sentence.html", code, words=words, way=way, way_name=way_name)


@dataclass(frozen=True)
class Choice:
    """What the filters of the dashboard say."""

    first: date
    last: date
    team: TeamName | None
    weeks: int | None  # None: other dates
    owner: bool  # the owner's view, which names people

    @property
    def query(self) -> str:
        """The same as a query, for the links of this page."""
        parts = [f"weeks={self.weeks}"] if self.weeks else [f"from={self.first}", f"to={self.last}"]
        parts += [f"team={self.team}"] if self.team else []
        return "&".join([*parts, *(["view=owner"] if self.owner else [])])


class Pages:
    """The handlers. They are plain functions, so the server runs them in threads; each raises the errors of `site`."""

    def __init__(self, house: House) -> None:
        self.house = house

    def dashboard(self, request: Request) -> Response:
        """Key figures and pictures, for leaders and the owner; others are led to their own questions."""
        viewer = self.house.viewer(request)
        if viewer.roles == {Role.ASKER}:
            return RedirectResponse("/mine", 303)
        choice = self._choice(request.query_params, viewer)
        report = self._report(choice)
        return self._render(
            "dashboard.html",
            viewer,
            choice=choice,
            report=report,
            strip=_strip(report),
            figures=figure_table(report.figures),
            sections=album.sections(report),
            teams=list(self.house.books.organisation.teams),
            weeks=WEEKS,
            privacy=PRIVACY,
            example=example_history.has_some(self.house.books),
        )

    def csv(self, request: Request) -> Response:
        """One picture's numbers."""
        viewer = self.house.viewer(request)
        choice = self._choice(request.query_params, viewer)
        key = request.path_params["key"]
        found = album.tables(self._report(choice)).get(key)
        if found is None:
            raise NotFound("There is no such picture: open the dashboard and follow the link under one.")
        name = f"signpost-{key}-{choice.first}-{choice.last}.csv"
        return Response(as_csv(found), media_type="text/csv", headers=_attachment(name))

    def pdf(self, request: Request) -> Response:
        """The page on paper."""
        viewer = self.house.viewer(request)
        choice = self._choice(request.query_params, viewer)
        report = self._report(choice)
        marked = " (an example)" if example_history.has_some(self.house.books) else ""
        body = printing.pdf(report, self.house.books.organisation.name + marked, choice.first, choice.last)
        name = f"signpost-{choice.first}-{choice.last}.pdf"
        return Response(body, media_type="application/pdf", headers=_attachment(name))

    def numbers(self, request: Request) -> Response:
        """How these numbers can mislead."""
        viewer = self.house.viewer(request)
        viewer.require(Role.LEADER, Role.OWNER)
        return self._render("numbers.html", viewer, definitions=DEFINITIONS, privacy=PRIVACY)

    def mine(self, request: Request) -> Response:
        """The viewer's own questions."""
        viewer = self.house.viewer(request)
        asked = reporting.my_questions(self.house.books, viewer.actor, 100)
        return self._render("mine.html", viewer, asked=asked)

    def waiting(self, request: Request) -> Response:
        """What waits for the owner, with who asked it."""
        viewer = self.house.viewer(request)
        viewer.require(Role.OWNER)
        cases = curating.open_cases(self.house.books, viewer.actor)
        names = {case.asked.question.asker: self.house.directory.name(case.asked.question.asker) for case in cases}
        return self._render("waiting.html", viewer, cases=cases, names=names)

    def _render(self, template: str, viewer: Viewer, **values: Any) -> Response:
        name = self.house.directory.name(viewer.actor.id)
        organisation = self.house.books.organisation.name
        return render(template, viewer=viewer, viewer_name=name, organisation=organisation, Role=Role, **values)

    def _report(self, choice: Choice) -> Report:
        books = self.house.books
        period = reporting.days(books, choice.first, choice.last)
        return reporting.report(books, period, choice.team, for_owner=choice.owner)

    def _choice(self, given: QueryParams, viewer: Viewer) -> Choice:
        """The filters, checked. Raises BadInput, and NotAllowed where this viewer may not look."""
        viewer.require(Role.LEADER, Role.OWNER)
        owner = given.get("view") == "owner"
        if owner:
            viewer.require(Role.OWNER)
        team = given.get("team") or None
        if team and team not in self.house.books.organisation.teams:
            raise BadInput("There is no such team: choose one of the list.")
        first, last, weeks = _dates(given, self.house.books.today())
        return Choice(first, last, TeamName(team) if team else None, weeks, owner)


def _dates(given: QueryParams, today: date) -> tuple[date, date, int | None]:
    if given.get("from") or given.get("to"):
        first, last = _date(given.get("from", ""), "from"), _date(given.get("to") or str(today), "to")
        if last > today or first.year < _EARLIEST:
            raise BadInput(f"The dates should lie between {_EARLIEST} and today ({today}).")
        if last - first > _LONGEST:
            raise BadInput("That is more than two years: choose a shorter period.")
        return first, last, None
    weeks = given.get("weeks") or str(_USUAL)
    if weeks not in map(str, WEEKS):
        raise BadInput(f"The number of weeks should be one of {', '.join(map(str, WEEKS))}.")
    monday = today - timedelta(days=today.weekday())
    return monday - timedelta(weeks=int(weeks) - 1), today, int(weeks)


def _date(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"“{name}” should be a date like 2026-03-31.") from None


def _strip(report: Report) -> list[Mapping[str, Any]]:
    """The key figures with what belongs beside each."""
    return [
        {
            "key": key,
            "title": definition_of(key)[0] + key_ending(key),
            "definition": definition_of(key)[1],
            "caution": definition_of(key)[2],
            "value": figure_text(figure, figure.value),
            "before": figure_text(figure, figure.before),
            "figure": figure,
        }
        for key in album.STRIP
        if (figure := report.figures.get(key))
    ]


def as_csv(table: Table) -> str:
    """The table for a spreadsheet, which must take no cell for a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(table.columns)
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return file.getvalue()


def _cell(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] in "=+-@\t\r":
        return f"'{cell}"
    return shown(None) if cell is None else cell


def _attachment(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
