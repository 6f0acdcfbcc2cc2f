"""From rows to an AskedQuestion: the question, its answer, and what became of it, in one read."""

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bot.domain import (
    Answer,
    AskedQuestion,
    DeliveryKind,
    EscalationId,
    EscalationState,
    Helpfulness,
    ItemId,
    PersonId,
    Place,
    Question,
    QuestionId,
    TeamName,
)
from bot.errors import NotFound
from bot.measures.adoption import Outcome, state_of
from bot.store.tables import DeliveryRow, EscalationRow, FeedbackRow, QuestionRow


def asked_rows() -> Any:
    """The SELECT that `asked_question` reads; add `where`, `order_by` and `limit` to it."""
    own_feedback = and_(col(FeedbackRow.question_id) == QuestionRow.id, col(FeedbackRow.person) == QuestionRow.asker)
    own_delivery = and_(col(DeliveryRow.about) == QuestionRow.id, col(DeliveryRow.kind) == DeliveryKind.ANSWER)
    statement: Any = select(QuestionRow, FeedbackRow.value, FeedbackRow.at, EscalationRow.id)
    return (
        statement.add_columns(
            EscalationRow.state,
            EscalationRow.decided_at,
            DeliveryRow.delivered_as,
            DeliveryRow.delivered_at,
            _asked_again(),
        )
        .outerjoin(FeedbackRow, own_feedback)
        .outerjoin(EscalationRow, col(EscalationRow.question_id) == QuestionRow.id)
        .outerjoin(DeliveryRow, own_delivery)
    )


def _asked_again() -> Any:
    """When the asker next sent the same text after the answer they have now."""
    later = aliased(QuestionRow)
    return (
        select(func.min(later.asked_at))
        .where(
            col(later.asker) == col(QuestionRow.asker),
            col(later.text_key) == col(QuestionRow.text_key),
            col(later.asked_at) > func.coalesce(EscalationRow.decided_at, QuestionRow.asked_at),
            col(later.withdrawn_at).is_(None),
        )
        .correlate(QuestionRow, EscalationRow)
        .scalar_subquery()
    )


def asked_question(
    row: QuestionRow,
    feedback: Helpfulness | None,
    feedback_at: datetime | None,
    escalation: str | None,
    escalation_state: EscalationState | None,
    decided_at: datetime | None,
    delivered_as: str | None,
    delivered_at: datetime | None,
    reasked_at: datetime | None,
) -> AskedQuestion:
    """One row of `asked_rows` in our words."""
    outcome = Outcome(
        asked_at=row.asked_at,
        verdict=row.verdict,
        feedback=feedback,
        feedback_at=feedback_at,
        escalation=escalation_state,
        decided_at=decided_at,
        reasked_at=reasked_at,
        withdrawn=row.withdrawn_at is not None,
    )
    return AskedQuestion(
        id=QuestionId(row.id),
        question=_question(row),
        follows=QuestionId(row.follows) if row.follows else None,
        answer=answer_of(row, escalation),
        delivered_as=delivered_as,
        feedback=feedback,
        state=state_of(outcome),
        withdrawn_at=row.withdrawn_at,
        answered_at=row.answered_at,
        delivered_at=delivered_at,
    )


def answer_of(row: QuestionRow, escalation: str | None) -> Answer | None:
    """The answer as it was recorded, with the escalation that was opened before or after."""
    if row.answer is None or row.answer.escalation_id == escalation:
        return row.answer
    return replace(row.answer, escalation_id=EscalationId(escalation) if escalation else None)


def locked(session: Session, question_id: str) -> QuestionRow:
    """The row, held until the transaction ends. Raises NotFound, also for a question that was erased."""
    row = session.get(QuestionRow, question_id, with_for_update=True, populate_existing=True)
    if row is None or row.erased_at is not None:
        raise NotFound("There is no such question (any more).")
    return row


def text_key(text: str) -> str:
    """The same for two texts that differ in case, spacing and punctuation only. Not readable back."""
    words = re.sub(r"\W+", " ", text.casefold()).strip() or text.strip()
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def _question(row: QuestionRow) -> Question:
    return Question(
        source_key=row.source_key,
        text=row.text,
        asker=PersonId(row.asker),
        asked_at=row.asked_at,
        door=row.door,
        place=place_of(row),
        teams=tuple(TeamName(team) for team in row.teams),
    )


def place_of(row: QuestionRow) -> Place | None:
    """The Slack conversation it was asked in."""
    if row.workspace is None or row.channel is None or row.visibility is None:
        return None
    return Place(row.workspace, row.channel, row.visibility, row.message_ts, row.thread_ts, row.response_url)


def item(id: str | None) -> ItemId | None:
    """An id as it stands in a row."""
    return ItemId(id) if id else None
