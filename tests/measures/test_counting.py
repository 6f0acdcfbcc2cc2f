"""Durations: the middle, the slow end, and the hours in which people work."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.measures import counting


def test_the_middle_and_the_slow_end() -> None:
    spread = counting.spread(range(1, 12))
    assert (spread.p50, spread.p90, spread.n) == (6, 10, 11)
    assert counting.spread([3.0]) == counting.Spread(3.0, 3.0, 1)


HOURS = "mon-fri 09:00-17:30"


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T09:00+01:00", "2026-11-23T17:30+01:00", 8.5),  # one whole Monday
        ("2026-11-20T17:00+01:00", "2026-11-23T09:30+01:00", 1.0),  # over a weekend
        ("2026-11-21T10:00+01:00", "2026-11-22T10:00+01:00", 0.0),  # a weekend
        ("2026-10-23T16:30+02:00", "2026-10-26T10:00+01:00", 2.0),  # over the end of summer time
        ("2026-11-23T03:00+01:00", "2026-11-23T08:00+01:00", 0.0),  # before anybody works
    ],
)
def test_only_working_hours_count(start: str, end: str, hours: float) -> None:
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    assert counting.working_hours(first, last, HOURS, "Europe/Berlin") == pytest.approx(hours)


@pytest.mark.parametrize(("hours", "counted"), [("mon-thu,sat 09:00-17:00", 8), ("mon-fri 00:00-24:00", 24)])
def test_all_hours_that_an_organisation_may_write_are_counted(hours: str, counted: float) -> None:
    first = datetime(2026, 11, 5, 23, tzinfo=UTC)  # a Thursday's midnight in Berlin
    assert counting.working_hours(first - timedelta(days=1), first, hours, "Europe/Berlin") == counted
