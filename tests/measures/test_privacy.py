"""Leaders see teams, never people: nothing they are given names a person, shows few people or repeats a word."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import reporting
from bot.domain import ItemId, Library, ToolNote
from bot.measures.privacy import View
from bot.measures.report import Report
from bot.store.database import Database
from bot.wiring import BooksOnly
from tests.measures import history
from tests.measures.history import SUBJECTS, TEAMS, TOOLS

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 2, 2, tzinfo=UTC)
CELLS = st.dictionaries(st.sampled_from([*TEAMS, "other"]), st.frozensets(st.integers(0, 30), max_size=12))


@given(CELLS)
def test_what_is_folded_is_nobody_or_five_people_or_everything(cells: dict[str, frozenset[int]]) -> None:
    def union(names):  # type: ignore[no-untyped-def]
        return len(frozenset().union(*(cells[name] for name in names)))

    counts = {name: len(people) for name, people in cells.items()}
    folded = View().folded(counts, union)
    shown = {name for name, n in counts.items() if n and name not in folded}
    assert all(counts[name] >= 5 for name in shown)
    assert not folded or union(folded) >= 5 or not shown
    assert View(names_people=True).folded(counts, union) <= {"other"}


def _people(value: object, path: str = "") -> Iterator[tuple[str, int]]:
    """Every number of people in a report."""
    counted = {"people", "people_7", "people_28", "active", "returning", "asked", "returned", "used_skill", "confirmed"}
    counted |= {"askers", "light", "moderate", "heavy", "other"}
    if is_dataclass(value):
        for one in fields(value):
            inside = getattr(value, one.name)
            if one.name in counted and isinstance(inside, int) and "use." not in path:
                yield f"{path}{one.name}", inside
            yield from _people(inside, f"{path}{one.name}.")
    elif isinstance(value, tuple):
        for one in value:
            yield from _people(one, path)


def _check(report: Report) -> None:
    assert [(where, n) for where, n in _people(report) if 0 < n < 5] == []
    for key in ("askers", "returning_askers"):
        figure = report.figures.get(key)
        assert figure is None or figure.value is None or figure.value == 0 or figure.value >= 5
    text = repr(report).casefold()
    assert re.findall(r"\bu\d+\b|u-owner", text) == []
    assert [word for word in SUBJECTS if word[:-1] in text] == []


def test_no_leader_sees_a_person_a_small_cell_or_a_word(sqlite_database: Database) -> None:
    tools = {ItemId(id): ToolNote(ItemId(id), id, owner="U77", use_for="letters") for id in TOOLS}
    organisation = replace(history.organisation(40, teams=6), owner="U78", deputy="U79")
    cases = history.generate(400, 40, START, 60, seed=5, teams=6)
    history.write(sqlite_database, cases)
    books = BooksOnly(sqlite_database, organisation, Library(tools=tools))
    for first, days in ((0, 60), (7, 7), (20, 1), (0, 28)):
        begin = START + timedelta(days=first)
        period = reporting.Period(begin, begin + timedelta(days=days))
        for team in (None, *organisation.teams):
            _check(reporting.report(books, period, team))
        seen = [t for t in organisation.teams if reporting.report(books, period, t).people is not None]
        whole = reporting.report(books, period).people
        hidden = set(organisation.teams) - set(seen)
        inside = [case for case in cases if period.start <= case.at < period.end and case.verdict != "out_of_scope"]
        rest = {case.asker for case in inside if not case.follows and (not case.teams or hidden & set(case.teams))}
        assert whole is None or not rest or len(rest) >= 5, "what is left when the shown teams are taken away"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 30))
def test_teams_and_weeks_cannot_be_worked_out(seed: int, count: int, people: int) -> None:
    from bot.measures import strip, teams
    from bot.measures.facts import facts
    from bot.measures.scope import Scope

    cases = history.generate(count, people, START, 30, seed, teams=4)
    scope = Scope(facts(history.log_of(cases)), START, START + timedelta(days=30), "Europe/Berlin", View())
    organisation = history.organisation(people, teams=4)
    for row in teams.adoption(scope, organisation):
        assert all(cell.people is None or cell.people == 0 or cell.people >= 5 for cell in row.cells)
    weeks = strip.weeks(scope, organisation)
    hidden = [week.start for week in weeks if week.active is None]
    asked_in: dict[object, set[str]] = {}
    for case in cases:
        if case.follows is None and case.verdict and case.verdict != "out_of_scope":
            day = case.at.astimezone(BERLIN).date()
            asked_in.setdefault(day - timedelta(day.weekday()), set()).add(case.asker)
    shown = [week for week in weeks if week.active]
    assert not hidden or not shown or len(set().union(*(asked_in.get(day, set()) for day in hidden))) >= 5
