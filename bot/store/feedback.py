"""What people said of an answer (helped or not, which candidate fits, another kind), and what that teaches."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, func, or_
from sqlmodel import Session, col, select

from bot.domain import (
    Confirmed,
    EscalationState,
    Helpfulness,
    ItemId,
    Kind,
    PersonId,
    QuestionId,
)
from bot.errors import NotFound
from bot.store.asked import locked
from bot.store.events import knowledge_changed, note
from bot.store.examples import is_example
from bot.store.tables import EscalationRow, FeedbackRow, QuestionRow


def confirmed(session: Session) -> tuple[Confirmed, ...]:
    """The questions whose answer is known to be right, oldest first: the ranker learns from them.

    The owner's decision counts by itself and goes before the asker's "yes" to what the bot had said; a
    later "no" of the asker takes back either. Withdrawn, erased and example questions teach nothing.
    """
    decided = col(EscalationRow.state).in_([EscalationState.ANSWERED, EscalationState.POINTED])
    refused = and_(col(FeedbackRow.value) == Helpfulness.NOT_HELPFUL, col(FeedbackRow.at) > EscalationRow.decided_at)
    helped = and_(col(FeedbackRow.value) == Helpfulness.HELPFUL, col(QuestionRow.recommended).is_not(None))
    own = and_(col(FeedbackRow.question_id) == QuestionRow.id, col(FeedbackRow.person) == QuestionRow.asker)
    statement: Any = (
        select(QuestionRow.text, QuestionRow.asker, QuestionRow.recommended, EscalationRow.answer_id)
        .add_columns(col(QuestionRow.id))
        .outerjoin(FeedbackRow, own)
        .outerjoin(EscalationRow, and_(col(EscalationRow.question_id) == QuestionRow.id, decided))
        .where(
            col(QuestionRow.withdrawn_at).is_(None),
            col(QuestionRow.erased_at).is_(None),
            ~is_example(QuestionRow.id),
            or_(helped, and_(col(EscalationRow.answer_id).is_not(None), ~func.coalesce(refused, false()))),
        )
        .order_by(col(QuestionRow.asked_at), col(QuestionRow.id))
    )
    return tuple(
        Confirmed(text, ItemId(owners or recommended or ""), PersonId(asker), QuestionId(id))
        for text, asker, recommended, owners, id in session.exec(statement)
    )


def overrule_kind(session: Session, question_id: QuestionId, kind: Kind, by: PersonId, at: datetime) -> bool:
    """The owner says what kind of question it was: it counts and teaches as that; whether that is another.

    Raises NotFound, also while it is not answered.
    """
    row = locked(session, question_id)
    if row.answer is None or row.kind is None:
        raise NotFound("This question is not answered yet: wait a moment.")
    if row.kind is kind:
        return False
    note(session, at, by, "kind.overruled", row.id, {"from": row.kind.value, "to": kind.value})
    row.overruled_from = row.overruled_from or row.kind.value
    row.kind, row.answer = kind, replace(row.answer, kind=kind)
    session.flush()
    return True


def overruled(session: Session, limit: int = 500) -> tuple[tuple[str, Kind], ...]:
    """The newest questions whose kind the owner has said, oldest first; none that was withdrawn or erased."""
    found = (
        select(QuestionRow.text, QuestionRow.kind)
        .where(
            col(QuestionRow.overruled_from).is_not(None),
            col(QuestionRow.withdrawn_at).is_(None),
            col(QuestionRow.erased_at).is_(None),
        )
        .order_by(col(QuestionRow.asked_at).desc(), col(QuestionRow.id))
        .limit(limit)
    )
    return tuple((text, Kind(kind)) for text, kind in session.exec(found) if kind)[::-1]


def record_choice(session: Session, question_id: QuestionId, item: ItemId, at: datetime) -> None:
    """The asker says which of the candidates fits: from now on that is what was recommended. Raises NotFound."""
    row = locked(session, question_id)
    row.recommended = item
    record_feedback(session, question_id, PersonId(row.asker), Helpfulness.HELPFUL, at)
    note(session, at, row.asker, "candidate.chosen", question_id, {"item": item})


def record_feedback(
    session: Session, question_id: QuestionId, person: PersonId, value: Helpfulness | None, at: datetime
) -> None:
    """Keeps a person's press, or that it was taken back (None). The last press wins, whichever came first.

    Raises NotFound.
    """
    asker = locked(session, question_id).asker  # two presses of one person queue here
    row = session.get(FeedbackRow, (question_id, person), populate_existing=True)
    if row is not None and row.at > at:
        return
    row = row or FeedbackRow(question_id=question_id, person=person, at=at)
    row.value, row.at = value, at
    session.add(row)
    note(session, at, person, "feedback.given", question_id, {"value": value and value.value, "own": person == asker})
    knowledge_changed(session)
