"""Time zones, the hour that comes twice, presses taken back, changed teams: a report is right at every edge."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import Organisation, Team, TeamName
from bot.measures import strip
from bot.measures.clock import micros, parse_hours, working_hours
from bot.measures.counting import working_hours as one_by_one
from bot.measures.facts import STATES, facts
from bot.measures.privacy import View
from bot.measures.scope import Scope
from tests.measures import history
from tests.measures.history import TEAMS
from tests.measures.oracle import Truth

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
# Both changes of the clock in each of the zones lie in one of these.
STARTS = st.sampled_from([datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 20, tzinfo=UTC)])
SEEDS = st.integers(0, 10_000)
SHOWN = View(names_people=True)
DAY = timedelta(days=1)


def _organisation(zone: str) -> Organisation:
    return Organisation(time_zone=zone, teams={TeamName(t): Team(TeamName(t), headcount=4) for t in TEAMS[:3]})


@settings(max_examples=25, deadline=None)
@given(SEEDS, ZONES, STARTS, st.integers(0, 30), st.integers(1, 20), st.sampled_from([None, TEAMS[1]]))
def test_figures_and_weeks_are_the_truth_in_every_zone(
    seed: int, zone: str, start: datetime, first: int, days: int, team: str | None
) -> None:
    cases = history.generate(60, 12, start, 45, seed, teams=3)
    tz, day = ZoneInfo(zone), start.date() + first * DAY
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=tz) for d in (day, day + days * DAY))
    organisation = _organisation(zone)
    scope = Scope(facts(history.log_of(cases)), begin, end, zone, SHOWN, TeamName(team) if team else None)
    truth = Truth(cases, begin, end, organisation, (), team)
    found = strip.figures(scope, organisation)
    assert {key: (one.value, one.n) for key, one in found.items()} == {
        key: (pytest.approx(value), n) for key, (value, n) in truth.figures().items()
    }
    for week, wanted in zip(strip.weeks(scope, organisation), truth.weeks(), strict=True):
        assert (week.start, week.active, week.returning) == (wanted["start"], wanted["active"], wanted["returning"])
        assert (week.states, week.undecided) == (wanted["states"], wanted["undecided"])
    funnel = strip.funnel(scope)
    assert [funnel.asked, funnel.returned, funnel.used_skill, funnel.confirmed] == truth.funnel()


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(0, 60 * 24 * 20))
def test_a_past_moment_is_as_if_nothing_had_happened_since(seed: int, minutes: int) -> None:
    """Late presses, presses taken back, decisions: what comes afterwards changes nothing that was known before."""
    start = datetime(2026, 3, 20, tzinfo=UTC)
    cases = history.generate(50, 8, start, 20, seed, teams=3)
    moment = start + timedelta(minutes=minutes)
    then = facts(history.log_of(cases), micros(moment))
    truth = Truth(cases, start, start + 99 * DAY, _organisation("UTC"), at=moment)
    known = {id: place for id, place, there in zip(then.questions, then.state, then.known, strict=True) if there}
    assert {id: STATES[place] if place >= 0 else None for id, place in known.items()} == truth.state
    earlier = [one for case in cases if (one := case.by(moment))]
    assert [STATES[p] for p in facts(history.log_of(earlier)).state.tolist()] == [STATES[p] for p in known.values()]


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


@given(MOMENTS, MOMENTS, ZONES, st.sampled_from(["mon-fri 09:00-17:30", "sat 00:00-23:59", "mon-sun 01:30-02:30"]))
def test_working_hours_of_many_are_those_of_each(one: datetime, other: datetime, zone: str, hours: str) -> None:
    start, end = min(one, other), max(one, other)
    days = working_hours(hours, zone, date(2025, 12, 31), date(2027, 1, 1))
    found = days.between(np.array([micros(start)]), np.array([micros(end)]))
    assert found.tolist() == [pytest.approx(one_by_one(start, end, hours, zone))]


def test_hours_are_read_as_the_library_allows_them() -> None:
    assert parse_hours("mon-wed,sat 08:00-24:00")[0] == {0, 1, 2, 5}
    assert parse_hours("fri-mon 08:00-12:00")[0] == {4, 5, 6, 0}
    with pytest.raises(ValueError, match="time of the day"):
        parse_hours("mon-fri 8-12")
