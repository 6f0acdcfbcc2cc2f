"""Which ring each tool was last seen in: kept as events, so that the radar can say what moved."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain import Event, ItemId, PersonId, Ring
from bot.store.deliveries import BOT
from bot.store.events import note, one_at_a_time
from bot.store.tables import EventRow

MOVED = "tool.moved"


def rings(session: Session, tools: Collection[ItemId]) -> Mapping[ItemId, Ring]:
    """The ring that each of these tools was last seen in."""
    statement = select(EventRow).where(col(EventRow.about).in_(tools), EventRow.what == MOVED)
    rows = session.exec(statement.order_by(col(EventRow.number)))
    return {ItemId(row.about): Ring(str(row.data["to"])) for row in rows}


def moves(session: Session, start: datetime) -> tuple[Event, ...]:
    """Every move from `start` on, oldest first; `from` is None where a tool was seen for the first time."""
    statement = select(EventRow).where(col(EventRow.at) >= start, EventRow.what == MOVED)
    statement = statement.order_by(col(EventRow.number))
    return tuple(Event(row.at, PersonId(row.who), row.what, row.about, row.data) for row in session.exec(statement))


def note_rings(session: Session, now_in: Mapping[ItemId, Ring], at: datetime) -> None:
    """Notes each tool that is in another ring than it was last seen in, once, whoever else notes them now."""
    one_at_a_time(session, "rings")
    before = rings(session, now_in.keys())
    for tool, ring in now_in.items():
        if (was := before.get(tool)) is not ring:
            # Where nothing was known yet, this is the first look, and nothing has moved.
            data = {"from": was.value if was else None, "to": ring.value, "first": not before}
            note(session, at, BOT, MOVED, tool, data)
