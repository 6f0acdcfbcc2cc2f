"""A history that is known to the last fact: every figure of every picture is the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import reporting
from bot.domain import ItemId, Library, Organisation, Skill, Spread, TeamName, ToolNote
from bot.measures.report import Report
from bot.store.database import Database
from bot.wiring import BooksOnly
from tests.measures import history
from tests.measures.history import SKILLS, TEAMS, TOOLS, Case
from tests.measures.oracle import Truth

DAY = timedelta(days=1)
START = datetime(2026, 2, 2, 3, 30, tzinfo=UTC)
SAVED = [(START + timedelta(days=7 * n), answer) for n, answer in enumerate(history.ANSWERS)]
LIBRARY = Library(
    skills={ItemId(id): Skill(ItemId(id), id, id, "", TEAMS[n % 12], ()) for n, id in enumerate(SKILLS)},
    tools={ItemId(id): ToolNote(ItemId(id), id) for id in TOOLS},
)


@dataclass(frozen=True)
class Past:
    """A database with a history in it, and the history."""

    books: BooksOnly
    cases: Sequence[Case]

    def truth(self, period: reporting.Period, team: str | None = None, at: datetime | None = None) -> Truth:
        return Truth(self.cases, period.start, period.end, self.books.organisation, SAVED, team, at)


def past(database: Database, count: int, people: int, days: int) -> Past:
    cases = history.generate(count, people, START, days)
    history.write(database, cases, SAVED)
    return Past(BooksOnly(database, history.organisation(people), LIBRARY), cases)


@pytest.fixture(scope="module")
def known(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Past:
    from shutil import copy

    from bot.store.database import connect

    file = copy(sqlite_template, tmp_path_factory.mktemp("history") / "history.sqlite3")
    return past(connect(f"sqlite:///{file}"), 2000, 90, 80)


def _close(found: Spread, wanted: Spread) -> bool:
    return found.n == wanted.n and (found.p50, found.p90) == pytest.approx((wanted.p50, wanted.p90))


def compare(report: Report, truth: Truth, before: Truth, now: datetime) -> None:
    """Every figure that a report holds, to somebody from whom nothing is hidden."""
    figures, earlier = truth.figures(), before.figures()
    assert list(report.figures) == list(figures)
    for key, (value, n) in figures.items():
        figure = report.figures[key]
        assert (figure.value, figure.n) == (pytest.approx(value), n), key
        assert (figure.before, figure.n_before) == (pytest.approx(earlier[key][0]), earlier[key][1]), key
    for week, wanted in zip(report.weeks, truth.weeks(), strict=True):
        spreads = {name: wanted.pop(name) for name in ("first_answer", "owner_answer")}
        assert {name: getattr(week, name) for name in wanted} == wanted
        assert all(_close(getattr(week, name), spread) for name, spread in spreads.items())
    funnel = report.funnel
    assert [funnel.asked, funnel.returned, funnel.used_skill, funnel.confirmed] == truth.funnel()
    assert [report.depth.light, report.depth.moderate, report.depth.heavy] == truth.depth()
    for row in report.teams:
        assert [cell.people for cell in row.cells] == truth.heat(row.name), row.name
        assert [row.people_7, row.people_28] == truth.spans(row.name)
        if row.headcount:
            assert row.adoption_28 == pytest.approx(truth.spans(row.name)[1] / row.headcount)
    for share in report.kinds:
        assert [share.n, share.process, share.mixed, share.technology] == truth.kinds(share.team)
    assert {one.id: [one.recommended, one.confirmed, one.people] for one in report.use} == truth.use()
    for tool in report.radar:
        assert (tool.questions, tool.before) == (truth.about_tool(tool.id), before.about_tool(tool.id))
    assert {one.id: [one.questions, one.failed] for one in report.stop} == truth.stop()
    assert {one.answer: [one.askers, one.served_again] for one in report.closed} == truth.closed()
    layer_of: Mapping[str | None, str] = {id: skill.layer for id, skill in LIBRARY.skills.items()}
    for one in report.mandate:
        subject = one.subject.removeprefix("layer:")
        items, oldest = truth.open_for(
            lambda near, subject=subject: subject in ("signpost", near, layer_of.get(near)),  # type: ignore[misc]
            now,
        )
        assert (one.open_items, one.oldest_hours) == (items, pytest.approx(oldest))


@pytest.mark.parametrize(
    ("first", "last", "team", "at"),
    [
        (date(2026, 3, 2), date(2026, 3, 29), None, None),  # summer time begins on its last day
        (date(2026, 3, 11), date(2026, 4, 21), None, datetime(2026, 4, 2, 11, tzinfo=UTC)),
        (date(2026, 3, 30), date(2026, 4, 5), "team-3", None),
        (date(2026, 2, 1), date(2026, 4, 30), None, None),
    ],
)
def test_every_figure_is_the_truth(known: Past, first: date, last: date, team: str | None, at: datetime | None) -> None:
    period = reporting.days(known.books, first, last)
    now = at or datetime(2026, 5, 4, 9, 15, tzinfo=UTC)
    books = At(known.books, now)
    report = reporting.report(books, period, TeamName(team) if team else None, at, for_owner=True)
    before = known.truth(reporting.days(books, first - (last - first) - DAY, first - DAY), team, at)
    compare(report, known.truth(period, team, at), before, now)


@dataclass(frozen=True)
class At:
    """Books whose clock stands still."""

    books: BooksOnly
    moment: datetime

    @property
    def database(self) -> Database:
        return self.books.database

    @property
    def organisation(self) -> Organisation:
        return self.books.organisation

    @property
    def library(self) -> Library:
        return self.books.library

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()
