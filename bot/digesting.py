"""What people are told without asking: the week's digest. When it is due, who reads it, what it says, and stopping it.

Once a week, whatever happens: one process at a time decides that a week is due (a lease), one delivery a reader stands
in the outbox for that week (a unique key), and after a crash the door looks for the message before it posts again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.domain import EVERYONE, Actor, DeliveryKind, ItemId, Organisation, PersonId
from bot.errors import BadInput
from bot.measures.digest import Digest
from bot.measures.digest import digest as digest_of
from bot.reasoning import authority
from bot.reports import Period, report
from bot.store import records
from bot.wiring import Books

LATE = timedelta(days=3)  # a weekend without the bot; an older digest is no news any more
WEEKS = 8  # behind the picture
_LEASE, _HOLD = "digest", timedelta(seconds=30)
_PROCESS = uuid4().hex  # who holds the lease
_CHANNEL, _DIRECT = "digest", "digest:direct"  # what stopping is about


@dataclass(frozen=True)
class Reader:
    """Whom one week's digest is for: one leader, or the channel. As text, what the delivery is about."""

    week: str  # of the calendar, ISO: "2026-W47"
    person: PersonId | None = None

    def __str__(self) -> str:
        return f"{self.week}:{self.person}" if self.person else self.week

    @classmethod
    def read(cls, about: str) -> "Reader":
        """The inverse of `str`."""
        week, _, person = about.partition(":")
        return cls(week, PersonId(person) if person else None)


# ---------------------------------------------------------------- when


def moment_of(organisation: Organisation, week: str) -> datetime:
    """When that week's digest goes out, UTC."""
    plan, zone = organisation.digest, ZoneInfo(organisation.time_zone)
    monday = datetime.strptime(f"{week}-1", "%G-W%V-%u").date()  # noqa: DTZ007  A day has no zone.
    return datetime.combine(monday + timedelta(days=plan.day), time(plan.hour), zone).astimezone(UTC)


def week_due(organisation: Organisation, now: datetime) -> str | None:
    """The week whose digest should have gone out by now, and not long ago."""
    if organisation.digest.off:
        return None
    today = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    weeks = [_week(today), _week(today - timedelta(days=7))]
    return next((week for week in weeks if timedelta() <= now - moment_of(organisation, week) < LATE), None)


def next_time(organisation: Organisation, now: datetime) -> datetime:
    """When the next one goes out, UTC."""
    today = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    moments = [moment_of(organisation, _week(today + timedelta(days=days))) for days in (0, 7)]
    return next(moment for moment in moments if moment > now)


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


# ---------------------------------------------------------------- owing it


def owe(books: Books, week: str, leaders: Collection[PersonId]) -> bool:
    """Puts that week's digest into the outbox, for the channel or else for each leader; False to try again later."""
    organisation, now = books.organisation, books.now()
    readers = [Reader(week)] if organisation.digest.channel else [Reader(week, p) for p in sorted(leaders)]
    with books.database.transaction() as session:
        if not records.acquire_lease(session, _LEASE, _PROCESS, now, now + _HOLD):
            return False
        if not records.digest_owed(session, week) and records.anybody_asked_before(
            session, moment_of(organisation, week)
        ):
            for reader in readers:
                if not _stopped(session, reader.person):
                    records.owe(session, DeliveryKind.DIGEST, str(reader), now)
        records.release_lease(session, _LEASE, _PROCESS)
    return True


# ---------------------------------------------------------------- what it says


def digest_for(books: Books, reader: Reader) -> Digest | None:
    """As of the moment when it was due, so that a second attempt says the same; None once it was stopped."""
    with books.database.reading() as session:
        if books.organisation.digest.off or _stopped(session, reader.person):
            return None
    return digest(books, min(books.now(), moment_of(books.organisation, reader.week)))


def preview(books: Books, actor: Actor) -> Digest:
    """As it would be told now. Raises NotAllowed for anyone but leaders, the owner and the deputy."""
    authority.require_leader(books.organisation, actor)
    return digest(books)


def digest(books: Books, at: datetime | None = None) -> Digest:
    """Of the seven whole days before the day of `at`, as they were known then (None: now). It names nobody."""
    zone = ZoneInfo(books.organisation.time_zone)
    today = (at or books.now()).astimezone(zone).date()
    end = _midnight(today, zone)
    # From a Monday on: the first of the weeks would be cut otherwise, and not drawn.
    start = today - timedelta(days=today.weekday() + 7 * WEEKS)
    week = report(books, Period(_midnight(today - timedelta(days=7), zone), end), at=at)
    longer = report(books, Period(_midnight(start, zone), end), at=at)
    return digest_of(week, longer, _public(books))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _public(books: Books) -> frozenset[ItemId]:
    """Answers that everyone may read."""
    with books.database.reading() as session:
        written = records.curated_answers(session)
    every = [*written, *books.library.answers.values()]
    return frozenset(one.id for one in every if EVERYONE in one.scope)


# ---------------------------------------------------------------- stopping it


def is_stopped(books: Books, actor: Actor) -> bool:
    """Whether this leader (or the channel, where it goes to one) gets none."""
    with books.database.reading() as session:
        return books.organisation.digest.off or _stopped(session, _own(books, actor))


def stop(books: Books, actor: Actor) -> None:
    """No more digests for this leader, or for the channel where it goes to one. Raises NotAllowed."""
    _say(books, actor, "digest.stopped")


def resume(books: Books, actor: Actor) -> None:
    """Digests again. Raises NotAllowed; BadInput where the settings switch them off."""
    if books.organisation.digest.off:
        raise BadInput("The digest is switched off in knowledge/organisation.toml: set off = false under [digest].")
    _say(books, actor, "digest.resumed")


def _say(books: Books, actor: Actor, what: str) -> None:
    authority.require_leader(books.organisation, actor)
    about = _CHANNEL if books.organisation.digest.channel else _DIRECT
    with books.database.transaction() as session:
        records.note(session, books.now(), actor.id, what, about)


def _own(books: Books, actor: Actor) -> PersonId | None:
    return None if books.organisation.digest.channel else actor.id


def _stopped(session: records.Session, person: PersonId | None) -> bool:
    return records.digest_stopped(session, _DIRECT if person else _CHANNEL, person)
