"""Typed access to what people wrote in a frontmatter: each fault is reported, and costs that field only."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from bot.domain import Review
from bot.library.findings import Report
from bot.library.frontmatter import Path, Value

_DURATION = re.compile(r"(\d{1,5})\s*(d|w|m|y|days?|weeks?|months?|years?)?", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_YEARS = range(1970, 2200)  # a slip of the pen outside of these would only overflow later on
_LONGEST = timedelta(days=36_500)

T = TypeVar("T")


class Fields:
    """One map of a frontmatter, with the line of each key."""

    def __init__(self, values: Mapping[str, Value], lines: Mapping[Path, int], report: Report, path: Path = ()) -> None:
        self.values = values
        self.report = report
        self._lines = lines
        self._path = path

    def line(self, key: str) -> int | None:
        """The line of the key in its file."""
        return self._lines.get((*self._path, key))

    def text(self, key: str) -> str:
        """The value as one text; a list is joined with commas; empty when it is missing."""
        value = self.values.get(key, "")
        if isinstance(value, dict):
            self._error("not-a-text", key, "is a map where a text belongs", "Write a text")
            return ""
        return value.strip() if isinstance(value, str) else ", ".join(self._plain(key, value))

    def texts(self, key: str) -> tuple[str, ...]:
        """The value as several texts: a list, or one text."""
        value = self.values.get(key, "")
        if isinstance(value, list):
            return tuple(dict.fromkeys(self._plain(key, value)))
        return (self.text(key),) if self.text(key) else ()

    def names(self, key: str) -> tuple[str, ...]:
        """The value as several names: a list, or a text with commas."""
        parts = [part.strip() for text in self.texts(key) for part in text.split(",")]
        return tuple(dict.fromkeys(part for part in parts if part))

    def day(self, key: str) -> date | None:
        """The value as a date, `2026-10-01`."""
        text = self.text(key)
        try:
            day = date.fromisoformat(text[:10]) if text else None
        except ValueError:
            day = None
        if text and (day is None or day.year not in _YEARS):
            self._error("bad-date", key, f"is no date: {_short(text)}", "Write it as 2026-10-01")
            return None
        return day

    def duration(self, key: str) -> timedelta | None:
        """The value as a length of time: 90d, 12w, 6m (30 days each) or 1y (365 days)."""
        text = self.text(key)
        match = _DURATION.fullmatch(text)
        length = timedelta(int(match[1]) * _DAYS[(match[2] or "d")[0].lower()]) if match else timedelta(0)
        if not text or timedelta(0) < length <= _LONGEST:
            return length or None
        self._error("bad-duration", key, f"is no length of time: {_short(text)}", "Write it as 90d, 12w, 6m or 1y")
        return None

    def review(self, reviewed: str = "reviewed", every: str = "review_every") -> Review:
        """The two review keys together."""
        return Review(self.day(reviewed), self.duration(every))

    def choice(self, key: str, choices: Mapping[str, T], code: str) -> T | None:
        """The value as one of `choices` (lower case); None when missing, or another (then reported)."""
        text = self.text(key)
        if text and text.lower() not in choices:
            known = ", ".join(choices)
            self._error(code, key, f"is {_short(text)}, which is not known", f"Write one of {known}")
        return choices.get(text.lower())

    def map(self, key: str) -> "Fields":
        """A map under this key; without keys when it is missing or something else (then reported)."""
        value = self.values.get(key, {})
        if value and not isinstance(value, dict):
            self._error("not-a-map", key, "is not a map", "Write `name: value` lines under it, indented")
        return self._inside(value if isinstance(value, dict) else {}, key)

    def records(self, key: str) -> tuple["Fields | str", ...]:
        """A list of maps; a plain text among them is returned as it is; one map counts as a list of one."""
        value = self.values.get(key, [])
        entries = value if isinstance(value, list) else [value] if value else []
        return tuple(self._record(key, number, entry) for number, entry in enumerate(entries) if entry)

    def check_keys(self, known: Iterable[str], code: str, mend: str) -> None:
        """Reports all keys that are not known, as one finding."""
        unknown = [key for key in self.values if key not in set(known)]
        if unknown:
            names = _short(", ".join(unknown))
            self.report.warning(code, f"Not known here: {names}.", mend, self.line(unknown[0]))

    def _record(self, key: str, number: int, entry: Value) -> "Fields | str":
        if isinstance(entry, dict):
            return self._inside(entry, key, number) if isinstance(self.values[key], list) else self._inside(entry, key)
        return entry if isinstance(entry, str) else ", ".join(self._plain(key, entry))

    def _inside(self, values: Mapping[str, Value], *steps: str | int) -> "Fields":
        return Fields(values, self._lines, self.report, (*self._path, *steps))

    def _plain(self, key: str, values: list[Value]) -> list[str]:
        texts = [value.strip() for value in values if isinstance(value, str)]
        if len(texts) < len(values):
            self._error("not-a-text", key, "holds a list or map where a text belongs", "Write plain texts")
        return [text for text in texts if text]

    def _error(self, code: str, key: str, problem: str, mend: str) -> None:
        self.report.error(code, f"{_short(key)} {problem}.", f"{mend}.", self.line(key))


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
