"""Until when somebody listened, and where people ask: what it takes to find what was said to nobody."""

from datetime import UTC, datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from bot.domain import Place, Visibility
from bot.store.inserting import add_if_free
from bot.store.tables import CounterRow, QuestionRow

_HEARD = "heard"  # in seconds since 1970


def heard_until(session: Session) -> datetime | None:
    """The last moment at which a process was known to listen; None before the first."""
    seconds = session.exec(select(CounterRow.value).where(CounterRow.name == _HEARD)).first()
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def mark_heard(session: Session, at: datetime) -> None:
    """Somebody listens at this moment. An earlier moment than the one known changes nothing."""
    add_if_free(session, CounterRow(name=_HEARD), "name")
    later = update(CounterRow).where(col(CounterRow.name) == _HEARD, col(CounterRow.value) < int(at.timestamp()))
    session.exec(later.values(value=int(at.timestamp())))


def places_asked_in(session: Session, since: datetime, limit: int) -> tuple[Place, ...]:
    """The conversations in which the bot was spoken to since then, the latest first; without any message of them."""
    statement = (
        select(QuestionRow.workspace, QuestionRow.channel, QuestionRow.visibility)
        .where(col(QuestionRow.asked_at) >= since, col(QuestionRow.message_ts).is_not(None))
        .group_by(col(QuestionRow.workspace), col(QuestionRow.channel), col(QuestionRow.visibility))
        .order_by(func.max(QuestionRow.asked_at).desc())
        .limit(limit)
    )
    rows = session.exec(statement)
    return tuple(Place(team, channel, Visibility(kind)) for team, channel, kind in rows if team and channel and kind)
