"""The numbers of one period, counted from facts; definitions in MEASURES."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from statistics import quantiles
from zoneinfo import ZoneInfo

from bot.domain import Spread

SMALLEST_CELL = 5  # people: a smaller group is folded into "other"
OTHER = "other"


def spread(durations: Iterable[float]) -> Spread:
    """Median and 90th percentile, by linear interpolation between the closest ranks."""
    values = sorted(durations)
    if len(values) < 2:
        return Spread(values[0], values[0], 1) if values else Spread()
    cuts = quantiles(values, n=10, method="inclusive")
    return Spread(cuts[4], cuts[8], len(values))


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def working_hours(start: datetime, end: datetime, hours: str, zone: str) -> float:
    """Hours between two moments that lie within e.g. "mon-fri 09:00-17:30" of a time zone.

    Raises ValueError for hours that cannot be read.
    """
    days, opens, closes = _hours(hours)
    tz = ZoneInfo(zone)
    first, last = start.astimezone(tz), end.astimezone(tz)
    total = timedelta()
    day = first.date()
    while day <= last.date():
        if day.weekday() in days:
            opening = max(start, datetime.combine(day, opens, tz))
            closing = min(end, datetime.combine(day, closes, tz))
            total += max(timedelta(), closing.astimezone(ZoneInfo("UTC")) - opening.astimezone(ZoneInfo("UTC")))
        day += timedelta(days=1)
    return total.total_seconds() / 3600


def _hours(text: str) -> tuple[frozenset[int], time, time]:
    days, _, span = text.strip().lower().partition(" ")
    first, _, last = days.partition("-")
    begin, finish = _DAYS.index(first), _DAYS.index(last or first)
    opens, _, closes = span.partition("-")
    return frozenset(range(begin, finish + 1)), time.fromisoformat(opens), time.fromisoformat(closes)
