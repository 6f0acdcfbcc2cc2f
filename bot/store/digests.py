"""Whether a week's digest is owed already, and who wants none."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain import DeliveryKind, PersonId
from bot.store.tables import DeliveryRow, EventRow, QuestionRow

STOPPED, RESUMED = "digest.stopped", "digest.resumed"


def digest_owed(session: Session, week: str) -> bool:
    """Whether anybody was, or is to be, told of this week."""
    owed = select(DeliveryRow.id).where(DeliveryRow.kind == DeliveryKind.DIGEST)
    return session.exec(owed.where(col(DeliveryRow.about).startswith(week, autoescape=True))).first() is not None


def digest_stopped(session: Session, about: str, person: PersonId | None) -> bool:
    """Whether the last word on this digest was to stop it; `person`: their last word alone."""
    said = select(EventRow.what).where(EventRow.about == about, col(EventRow.what).in_([STOPPED, RESUMED]))
    if person is not None:
        said = said.where(EventRow.who == person)
    return session.exec(said.order_by(col(EventRow.number).desc())).first() == STOPPED


def anybody_asked_before(session: Session, at: datetime) -> bool:
    """Whether there was any question by then."""
    return session.exec(select(QuestionRow.id).where(col(QuestionRow.asked_at) < at)).first() is not None
