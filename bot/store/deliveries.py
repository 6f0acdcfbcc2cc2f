"""The outbox: messages owed, who is telling them, and how it went."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain import Delivery, DeliveryId, DeliveryKind
from bot.errors import NotFound
from bot.store.events import BOT, note
from bot.store.inserting import add_if_free
from bot.store.tables import DeliveryRow


def owe(
    session: Session, kind: DeliveryKind, about: str, at: datetime, *, claimed_until: datetime | None = None
) -> DeliveryId:
    """Adds a message owed. `kind` and `about` together are unique: nothing is told twice."""
    row = DeliveryRow(id=uuid4().hex, kind=kind, about=about, created_at=at, claimed_until=claimed_until)
    session.add(row)
    return DeliveryId(row.id)


def owe_reminder(session: Session, about: str, at: datetime) -> bool:
    """Adds a reminder about this unless there is, or was, one; whether it did. Safe in several processes at once."""
    row = DeliveryRow(id=f"reminder-{about}", kind=DeliveryKind.REMINDER, about=about, created_at=at)
    return add_if_free(session, row, "id")


def owe_again(session: Session, kind: DeliveryKind, about: str, at: datetime) -> None:
    """Owes this message, also if it was told before: what it tells has changed."""
    if (row := _row_of(session, kind, about)) is None:
        owe(session, kind, about, at)
        return
    row.attempts, row.delivered_as, row.delivered_at, row.gave_up = 0, None, None, ""
    row.created_at, row.not_before, row.claimed_until = at, None, None


def drop_pending(session: Session, kind: DeliveryKind, about: str, because: str, at: datetime) -> None:
    """What was not told yet never will be; what was stays as it is."""
    row = _row_of(session, kind, about)
    if row is not None and row.delivered_at is None and not row.gave_up:
        give_up(session, DeliveryId(row.id), because, at)


def claim_delivery(session: Session, id: DeliveryId, now: datetime, until: datetime) -> Delivery | None:
    """Claims this delivery until `until`; None if it is told, given up, claimed by somebody or not due."""
    claim = update(DeliveryRow).where(col(DeliveryRow.id) == id, _due(now)).values(claimed_until=until)
    if session.exec(claim, execution_options={"synchronize_session": False}).rowcount == 0:
        return None
    return _delivery(_row(session, id))


def due_deliveries(session: Session, now: datetime, limit: int, until: datetime) -> tuple[Delivery, ...]:
    """Claims up to `limit` due deliveries until `until`, oldest first; none that another process claims."""
    due = (
        select(DeliveryRow)
        .where(_due(now))
        .order_by(col(DeliveryRow.created_at), col(DeliveryRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    rows = session.exec(due).all()
    for row in rows:
        row.claimed_until = until
    session.flush()
    return tuple(_delivery(row) for row in rows)


def delivery_of(session: Session, kind: DeliveryKind, about: str) -> Delivery | None:
    """The delivery of this kind about this question or escalation, if one was ever owed."""
    row = session.exec(_about(kind, about)).first()
    return _delivery(row) if row else None


def deliveries_between(session: Session, start: datetime, end: datetime, kind: DeliveryKind) -> tuple[Delivery, ...]:
    """Those of a kind that were owed from `start` on and before `end`, oldest first."""
    statement = (
        select(DeliveryRow)
        .where(DeliveryRow.kind == kind)
        .where(col(DeliveryRow.created_at) >= start, col(DeliveryRow.created_at) < end)
        .order_by(col(DeliveryRow.created_at), col(DeliveryRow.id))
    )
    return tuple(_delivery(row) for row in session.exec(statement))


def begin_attempt(session: Session, id: DeliveryId) -> None:
    """Notes that a message is about to be posted: whoever comes later must look before posting.

    Raises NotFound if it was dropped since it was claimed: what it would tell was taken back or erased.
    """
    row = _row(session, id)
    if row.gave_up:
        raise NotFound("This message is not to be sent any more.")
    row.attempts += 1


def extend_claim(session: Session, delivery: Delivery, until: datetime) -> bool:
    """Holds it until `until`; False if it is no longer the claim that `delivery` was given."""
    row = _row(session, delivery.id)
    if row.claimed_until is None or row.claimed_until != delivery.claimed_until:
        return False
    row.claimed_until = until
    return True


def note_begun(session: Session, id: DeliveryId, where: str) -> None:
    """Notes where a message is that is not yet whole. Does nothing to what was told."""
    row = _row(session, id)
    if row.delivered_at is None:
        row.delivered_as = where


def mark_delivered(session: Session, id: DeliveryId, delivered_as: str, at: datetime) -> None:
    """Notes that it was told, as message `delivered_as`. The first mark stays."""
    row = _row(session, id)
    if row.delivered_at is None:
        row.delivered_as, row.delivered_at, row.claimed_until, row.gave_up = delivered_as, at, None, ""
        note(session, at, BOT, "delivery.told", row.about, {"kind": row.kind.value})


def postpone(session: Session, id: DeliveryId, not_before: datetime) -> None:
    """Lets go of the claim; nobody may claim it again before `not_before`."""
    row = _row(session, id)
    row.not_before, row.claimed_until = not_before, None


def give_up(session: Session, id: DeliveryId, because: str, at: datetime) -> None:
    """Notes that it can never be told, and why. Does nothing to what was told."""
    row = _row(session, id)
    if row.delivered_at is None and not row.gave_up:
        row.gave_up, row.claimed_until = because or "unknown", None
        note(session, at, BOT, "delivery.gave_up", row.about, {"kind": row.kind.value})


def _due(now: datetime) -> ColumnElement[bool]:
    free = or_(col(DeliveryRow.claimed_until).is_(None), col(DeliveryRow.claimed_until) <= now)
    time_has_come = or_(col(DeliveryRow.not_before).is_(None), col(DeliveryRow.not_before) <= now)
    # As the partial index ix_deliveries_pending has it.
    return and_(col(DeliveryRow.delivered_at).is_(None), col(DeliveryRow.gave_up) == "", free, time_has_come)


def _row(session: Session, id: DeliveryId) -> DeliveryRow:
    row = session.get(DeliveryRow, id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such delivery.")
    return row


def _row_of(session: Session, kind: DeliveryKind, about: str) -> DeliveryRow | None:
    held = _about(kind, about).with_for_update().execution_options(populate_existing=True)
    return session.exec(held).first()


def _about(kind: DeliveryKind, about: str) -> SelectOfScalar[DeliveryRow]:
    return select(DeliveryRow).where(DeliveryRow.kind == kind, DeliveryRow.about == about)


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        kind=row.kind,
        about=row.about,
        created_at=row.created_at,
        attempts=row.attempts,
        not_before=row.not_before,
        claimed_until=row.claimed_until,
        delivered_as=row.delivered_as,
        delivered_at=row.delivered_at,
        gave_up=row.gave_up,
    )
