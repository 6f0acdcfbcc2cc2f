"""Who runs what only one process may run at a time."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col

from bot.store.inserting import add_if_free
from bot.store.tables import LeaseRow


def acquire_lease(session: Session, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Takes or renews the lease `name` for `holder` until `until`; False while somebody else has it."""
    free = or_(col(LeaseRow.holder) == holder, col(LeaseRow.until) <= now)
    taken = update(LeaseRow).where(col(LeaseRow.name) == name, free).values(holder=holder, until=until)
    if session.exec(taken).rowcount:
        return True
    return add_if_free(session, LeaseRow(name=name, holder=holder, until=until), "name")


def release_lease(session: Session, name: str, holder: str) -> None:
    """Gives the lease back, so that the next need not wait for its end."""
    session.exec(delete(LeaseRow).where(col(LeaseRow.name) == name, col(LeaseRow.holder) == holder))
