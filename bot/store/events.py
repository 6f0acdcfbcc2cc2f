"""Who did what when. Written beside every change, in its transaction; holds nobody's words."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import and_, func, update
from sqlmodel import Session, col, select

from bot.domain import Event, ItemId, PersonId, Ring
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


def note_rings(session: Session, rings: Mapping[ItemId, Ring | None], at: datetime) -> None:
    """Adds an event for each tool whose ring is another than the last one noted, so that reports can say what moved."""
    ours = and_(col(EventRow.what) == "tool.ringed", col(EventRow.about).in_(rings))
    latest = select(func.max(EventRow.number)).where(ours).group_by(col(EventRow.about))
    known = session.exec(select(EventRow).where(col(EventRow.number).in_(latest)))
    seen = {ItemId(row.about): row.data["ring"] for row in known}
    for tool, ring in rings.items():
        if tool not in seen or seen[tool] != (ring and ring.value):
            note(session, at, BOT, "tool.ringed", tool, {"ring": ring and ring.value})


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


def hold(session: Session, name: str) -> None:
    """Whoever else calls this with the same name waits until this transaction ends."""
    _count(session, name)


def _count(session: Session, name: str) -> None:
    add_if_free(session, CounterRow(name=name), "name")
    counter = update(CounterRow).where(col(CounterRow.name) == name)
    session.exec(counter.values(value=col(CounterRow.value) + 1))
