"""The numbers of one period, counted from facts; definitions in MEASURES."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from statistics import quantiles
from zoneinfo import ZoneInfo

from bot.domain import Spread
from bot.measures.clock import parse_hours

SMALLEST_CELL = 5  # people: a smaller group is folded into "other"
OTHER = "other"


def spread(durations: Iterable[float]) -> Spread:
    """Median and 90th percentile, by linear interpolation between the closest ranks."""
    values = sorted(durations)
    if len(values) < 2:
        return Spread(values[0], values[0], 1) if values else Spread()
    cuts = quantiles(values, n=10, method="inclusive")
    return Spread(cuts[4], cuts[8], len(values))


def working_hours(start: datetime, end: datetime, hours: str, zone: str) -> float:
    """Hours between two moments that lie within e.g. "mon-thu,sat 09:00-17:30" of a time zone.

    Raises ValueError for hours that cannot be read.
    """
    days, opens, closes = parse_hours(hours)
    tz = ZoneInfo(zone)
    first, last = start.astimezone(tz), end.astimezone(tz)
    total = timedelta()
    day = first.date()
    while day <= last.date():
        if day.weekday() in days:
            midnight = datetime.combine(day, time.min, tz)
            opening, closing = max(start, midnight + opens), min(end, midnight + closes)
            total += max(timedelta(), closing.astimezone(ZoneInfo("UTC")) - opening.astimezone(ZoneInfo("UTC")))
        day += timedelta(days=1)
    return total.total_seconds() / 3600
