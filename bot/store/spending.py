"""What language models have cost, by the day."""

from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.store.inserting import add_if_free
from bot.store.tables import CounterRow


def tokens_spent(session: Session, at: datetime) -> int:
    """Tokens used on the day (UTC) of this moment, by all processes together."""
    return session.exec(select(CounterRow.value).where(CounterRow.name == _name(at))).first() or 0


def spend_tokens(session: Session, at: datetime, tokens: int) -> None:
    """Adds to the day's account."""
    add_if_free(session, CounterRow(name=_name(at)), "name")
    day = update(CounterRow).where(col(CounterRow.name) == _name(at))
    session.exec(day.values(value=col(CounterRow.value) + tokens))


def _name(at: datetime) -> str:
    return f"tokens:{at.astimezone(UTC):%Y-%m-%d}"
