"""Who did what when. Written beside every change, in its transaction; holds nobody's words."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.domain import Event, PersonId
from bot.store.inserting import add_if_free
from bot.store.tables import CounterRow, Data, EventRow

BOT = "signpost"  # who does what no person did
BATCH = 1000  # rows held in memory at a time where all of them are read

_KNOWLEDGE = "knowledge"
_ERASURES = "erasures"


def note(session: Session, at: datetime, who: str, what: str, about: str, data: Data | None = None) -> None:
    """Adds an event."""
    session.add(EventRow(at=at, who=who, what=what, about=about, data=data or {}))


def events_between(session: Session, start: datetime, end: datetime) -> Iterator[Event]:
    """Every event from `start` on and before `end`, oldest first."""
    statement = (
        select(EventRow)
        .where(col(EventRow.at) >= start, col(EventRow.at) < end)
        .order_by(col(EventRow.at), col(EventRow.number))
    )
    for row in session.exec(statement, execution_options={"yield_per": BATCH}):
        yield Event(row.at, PersonId(row.who), row.what, row.about, row.data)


def knowledge_version(session: Session) -> str:
    """Another text whenever curated answers or confirmations have changed: one look-up by key."""
    return str(session.exec(select(CounterRow.value).where(CounterRow.name == _KNOWLEDGE)).first() or 0)


def knowledge_changed(session: Session) -> None:
    """Makes `knowledge_version` another one. Call it last: it holds one row that all writers share."""
    _count(session, _KNOWLEDGE)


def erasures(session: Session) -> int:
    """How often a person was erased so far."""
    return session.exec(select(CounterRow.value).where(CounterRow.name == _ERASURES)).first() or 0


def count_erasure(session: Session) -> None:
    """One more person was erased."""
    _count(session, _ERASURES)


def one_at_a_time(session: Session, name: str) -> None:
    """Whoever else calls this with the same name waits until this transaction has ended."""
    _count(session, name)


def _count(session: Session, name: str) -> None:
    add_if_free(session, CounterRow(name=name), "name")
    counter = update(CounterRow).where(col(CounterRow.name) == name)
    session.exec(counter.values(value=col(CounterRow.value) + 1))
