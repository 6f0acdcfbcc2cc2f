"""knowledge/organisation.toml: who is who. A fault costs its key; the default stands in for it."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import DigestPlan, Finding, GroupId, Ladder, Organisation, PersonId, Team, TeamName
from bot.library.files import Source, printable
from bot.library.findings import Report

KEYS = (
    "name", "owner", "deputy", "leaders", "escalation_channel", "time_zone", "working_hours",
    "data_classes", "outcomes", "ladder", "digest", "teams",
)  # fmt: skip
TEAM_KEYS = ("group", "headcount", "owner", "deputy")
LADDER_KEYS = ("remind", "deputy", "red")
DIGEST_KEYS = ("channel", "day", "hour", "off")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = f"(?:{'|'.join(_DAYS)})"
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_TIME = r"(?:[01]?\d|2[0-4]):[0-5]\d"
_HOURS = re.compile(rf"{_DAY}(?:[-,]{_DAY})*\s+{_TIME}-{_TIME}", re.IGNORECASE)


def parse_organisation(source: Source) -> tuple[Organisation, tuple[Finding, ...]]:
    """The organisation; what is not said, or cannot be read, is as in `Organisation()`."""
    report = Report(source.path)
    table = _Table(_toml(source.text, report), report)
    table.check_keys(KEYS)
    plain = Organisation()
    organisation = Organisation(
        name=table.text("name"),
        owner=_person(table, "owner"),
        deputy=_person(table, "deputy"),
        leaders=table.texts("leaders", ()),
        escalation_channel=table.text("escalation_channel").removeprefix("#"),
        time_zone=_time_zone(table, plain.time_zone),
        working_hours=_working_hours(table, plain.working_hours),
        data_classes=tuple(name.lower() for name in table.texts("data_classes", plain.data_classes)),
        outcomes=tuple(name.lower() for name in table.texts("outcomes", plain.outcomes)),
        ladder=_ladder(table.table("ladder"), plain.ladder),
        digest=_digest(table.table("digest"), plain.digest),
        teams=_teams(table.table("teams")),
    )
    return organisation, source.findings + report.findings


UNREADABLE = "organisation-not-toml"  # the code of the finding when nothing in the file could be used


class _Table:
    """A table of the file, read key by key."""

    def __init__(self, values: Mapping[str, Any], report: Report, name: str = "") -> None:
        self.values = values
        self.report = report
        self.name = name

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        if isinstance(value, str):
            return printable(value).strip()
        self.wrong(key, "is not a text", f'Write {key} = "…"')
        return ""

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.values.get(key)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(dict.fromkeys(printable(item).strip() for item in value if item.strip()))
        if value is not None:
            self.wrong(key, "is not a list of texts", f'Write {key} = ["…", "…"]')
        return default

    def number(self, key: str, default: float | None) -> float | None:
        value = self.values.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
            return float(value)
        if value is not None:
            self.wrong(key, "is not a number of 0 or more", f"Write {key} = 4")
        return default

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, "is neither true nor false", f"Write {key} = true")
        return default

    def table(self, key: str) -> "_Table":
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, "is not a table", f"Write [{key}]")
            value = {}
        return _Table(value, self.report, f"{self.name}{key}.")

    def check_keys(self, known: tuple[str, ...]) -> None:
        for key in self.values:
            if key not in known:
                mend = f"Known keys are: {', '.join(known)}."
                self.report.warning("key-unknown", f"Not known here: {self._label(key)}.", mend)

    def wrong(self, key: str, problem: str, mend: str) -> None:
        self.report.error("organisation-value", f"{self._label(key)} {problem}; it is left out.", f"{mend}.")

    def _label(self, key: str) -> str:
        return printable(self.name + key)[:80]


def _toml(text: str, report: Report) -> Mapping[str, Any]:
    if not text.strip():
        report.error(UNREADABLE, "The file is empty.", "Remove it, or write who is who; every key is optional.")
        return {}
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of a thousand digits is a ValueError of its own
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else None
        problem = f"The file is not valid TOML ({str(error)[:120]}); nothing in it is used."
        report.error(UNREADABLE, problem, "Mend the line; texts stand in double quotes.", line)
        return {}


def _person(table: _Table, key: str) -> PersonId | None:
    return PersonId(table.text(key)) if table.text(key) else None


def _time_zone(table: _Table, default: str) -> str:
    name = table.text("time_zone")
    try:
        return ZoneInfo(name).key if name else default
    except (ValueError, KeyError, OSError):  # a folder of zones, "Europe", is an OSError
        table.wrong("time_zone", f"is not known: {name[:80]!r}", 'Write it like "Europe/Berlin"')
        return default


def _working_hours(table: _Table, default: str) -> str:
    text = " ".join(table.text("working_hours").split())
    if text and not _HOURS.fullmatch(text):
        table.wrong("working_hours", f"cannot be read: {text[:80]!r}", f'Write it like "{default}"')
        return default
    return text.lower() or default


def _ladder(table: _Table, default: Ladder) -> Ladder:
    table.check_keys(LADDER_KEYS)
    steps = [table.number(key, getattr(default, key)) for key in LADDER_KEYS]
    remind, deputy, red = (step or 0.0 for step in steps)
    if not remind <= deputy <= red:
        table.wrong("red", "comes before an earlier step", "Let remind, deputy and red rise")
        return default
    return Ladder(remind, deputy, red)


def _digest(table: _Table, default: DigestPlan) -> DigestPlan:
    table.check_keys(DIGEST_KEYS)
    channel, day = table.text("channel").removeprefix("#"), table.text("day").lower()[:3]
    if channel and not _CHANNEL.fullmatch(channel):
        table.wrong("channel", f"is no channel's id: {channel[:80]!r}", 'Write it like "C012AB3CD" (Slack: About)')
        channel = ""
    if day and day not in _DAYS:
        table.wrong("day", f"is no day of the week: {day!r}", f"Write one of: {', '.join(_DAYS)}")
        day = ""
    return DigestPlan(
        channel=channel,
        day=_DAYS.index(day) if day else default.day,
        hour=_hour(table, default.hour),
        off=table.flag("off", default.off),
    )


def _hour(table: _Table, default: int) -> int:
    value = table.values.get("hour", default)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 23:
        return value
    table.wrong("hour", "is not a whole hour from 0 to 23", "Write hour = 9")
    return default


def _teams(table: _Table) -> Mapping[TeamName, Team]:
    teams = (_team(printable(name).strip(), table.table(name)) for name in table.values)
    return {team.name: team for team in teams if team.name}


def _team(name: str, table: _Table) -> Team:
    table.check_keys(TEAM_KEYS)
    headcount = table.number("headcount", None)
    return Team(
        name=TeamName(name),
        group=GroupId(table.text("group")) if table.text("group") else None,
        headcount=None if headcount is None else int(headcount),
        owner=_person(table, "owner"),
        deputy=_person(table, "deputy"),
    )
