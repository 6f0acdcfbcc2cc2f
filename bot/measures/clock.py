"""Days, weeks and working hours of the organisation's time zone, as microseconds since 1970 in UTC. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1, 1, 3)  # noqa: DTZ001 (on the wall; a day from where the calendar ends, whatever the zone)
MICROSECOND = timedelta(microseconds=1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def micros(moment: datetime) -> int:
    """Exactly."""
    return (moment - EPOCH) // MICROSECOND


def moment(microseconds: int) -> datetime:
    """And back."""
    return EPOCH + timedelta(microseconds=microseconds)


def midnight(day: date, zone: str) -> datetime:
    """The beginning of a day, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def local_day(microseconds: int, zone: str) -> date:
    """The calendar day of a moment."""
    return moment(microseconds).astimezone(ZoneInfo(zone)).date()


def days_back(end: datetime, days: int, zone: str) -> datetime:
    """So many calendar days earlier at the same time of the day, however long those days were."""
    local = end.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() - timedelta(days), local.time(), ZoneInfo(zone)).astimezone(UTC)


def period_before(start: datetime, end: datetime, zone: str) -> datetime:
    """Where a period begins that ends with `start` and is as long as this one by the calendar."""
    first, last = (moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in (start, end))
    if last - first > first - _EARLIEST:  # longer than there are days before it
        return _EARLIEST.replace(tzinfo=UTC)
    return (first - (last - first)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def mondays(start: datetime, end: datetime, zone: str) -> list[date]:
    """The Monday of every week that has a part in the half-open period."""
    first = start.astimezone(ZoneInfo(zone)).date()
    last = (end - MICROSECOND).astimezone(ZoneInfo(zone)).date()
    monday = first - timedelta(first.weekday())
    return [monday + timedelta(days) for days in range(0, (last - monday).days + 1, 7)]


@dataclass(frozen=True)
class WorkingHours:
    """The working time before any moment, counted up day by day."""

    opens: Ints
    closes: Ints
    before: Ints  # working microseconds before each opening

    def between(self, start: Ints, end: Ints) -> npt.NDArray[np.float64]:
        """Working hours between each two moments."""
        return (self._until(end) - self._until(start)) / 3.6e9

    def _until(self, at: Ints) -> Ints:
        if not len(self.opens):
            return np.zeros(len(at), np.int64)
        day = np.searchsorted(self.opens, at, side="right") - 1
        known = np.maximum(day, 0)
        today = np.clip(at - self.opens[known], 0, self.closes[known] - self.opens[known])
        return np.where(day < 0, 0, self.before[known] + today)


@lru_cache(maxsize=16)
def working_hours(hours: str, zone: str, first: date, last: date) -> WorkingHours:
    """Of "mon-thu,sat 09:00-17:30" from one day to another. Raises ValueError for hours that cannot be read."""
    weekdays, begins, ends = parse_hours(hours)
    tz = ZoneInfo(zone)
    opens, closes = [], []
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        if day.weekday() in weekdays:
            noon = datetime.combine(day, time.min, tz)
            opens.append(micros(noon + begins))  # by the clock on the wall, as every sum within a zone
            closes.append(micros(noon + ends))
    length = np.maximum(np.array(closes, np.int64) - np.array(opens, np.int64), 0)
    return WorkingHours(np.array(opens, np.int64), np.array(opens, np.int64) + length, np.cumsum(length) - length)


def parse_hours(text: str) -> tuple[frozenset[int], timedelta, timedelta]:
    """Weekdays (Monday is 0), opening and closing as time since midnight. Raises ValueError."""
    days, _, span = text.strip().lower().partition(" ")
    weekdays: set[int] = set()
    for part in days.split(","):
        first, *rest = part.split("-")
        begin = end = _DAYS.index(first)
        for other in rest:
            end = _DAYS.index(other)
        weekdays |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    opens, closes = (_since_midnight(part) for part in span.strip().split("-"))
    return frozenset(weekdays), opens, closes


def _since_midnight(text: str) -> timedelta:
    if not (found := re.fullmatch(r"(\d{1,2}):(\d{2})", text)):
        raise ValueError(f"no time of the day: {text!r}")
    return timedelta(hours=int(found[1]), minutes=int(found[2]))
