"""Which ring each tool was seen in: kept as events, so that the radar can say what moved."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain import Event, ItemId, PersonId, Ring
from bot.store.events import BOT, note, one_at_a_time
from bot.store.tables import EventRow

RINGED = "tool.ringed"


def ringed(session: Session, tools: Collection[ItemId]) -> tuple[Event, ...]:
    """Each time one of these tools was seen in another ring than before, oldest first; the first look included."""
    statement = select(EventRow).where(col(EventRow.about).in_(tools), EventRow.what == RINGED)
    rows = session.exec(statement.order_by(col(EventRow.number)))
    return tuple(Event(row.at, PersonId(row.who), row.what, row.about, row.data) for row in rows)


def note_rings(session: Session, now_in: Mapping[ItemId, Ring | None], at: datetime) -> None:
    """Notes each tool that is in another ring than it was last seen in, once, whoever else notes them now."""
    one_at_a_time(session, "rings")
    before = {event.about: event.data.get("ring") for event in ringed(session, now_in.keys())}
    for tool, ring in now_in.items():
        if tool not in before or before[tool] != ring:
            note(session, at, BOT, RINGED, tool, {"ring": ring and ring.value})
