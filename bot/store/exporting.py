"""Everything that is kept, as rows for JSON Lines (FORMATS). No words but the owner's published answers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.store.events import BATCH, events_between
from bot.store.questions import questions_between
from bot.store.tables import AnswerRow, EscalationRow

_EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


def export_questions(session: Session) -> Iterator[dict[str, Any]]:
    """questions.jsonl, oldest first."""
    for asked in questions_between(session, *_EVER):
        yield {
            "id": asked.id,
            "source_key": asked.question.source_key,
            "door": asked.question.door.value,
            "asked_at": _iso(asked.question.asked_at),
            "kind": asked.answer and asked.answer.kind.value,
            "verdict": asked.answer and asked.answer.verdict.value,
            "recommended": asked.answer and asked.answer.recommended,
            "delivered_as": asked.delivered_as,
            "feedback": asked.feedback and asked.feedback.value,
            "state": asked.state and asked.state.value,
        }


def export_escalations(session: Session) -> Iterator[dict[str, Any]]:
    """escalations.jsonl, in the order they were opened; without the words that the asker shared."""
    ordered = select(EscalationRow).order_by(col(EscalationRow.opened_at), col(EscalationRow.id))
    for row in session.exec(ordered, execution_options={"yield_per": BATCH}):
        yield {
            "id": row.id,
            "question_id": row.question_id,
            "state": row.state.value,
            "opened_at": _iso(row.opened_at),
            "decided_at": _iso(row.decided_at),
            "decided_by": row.decided_by,
            "answer_id": row.answer_id,
            "announced_as": row.announced_as,
        }


def export_answers(session: Session) -> Iterator[dict[str, Any]]:
    """answers.jsonl by id: the curated answers, retired ones included."""
    for row in session.exec(select(AnswerRow).order_by(col(AnswerRow.id))):
        yield {
            "id": row.id,
            "question": row.question,
            "text": row.text,
            "owner": row.owner,
            "variants": list(row.variants),
            "scope": list(row.scope),
            "sources": list(row.sources),
            "reviewed": row.reviewed and row.reviewed.isoformat(),
            "review_every_days": row.review_every_days,
            "from_escalation": row.from_escalation,
            "version": row.version,
            "saved_at": _iso(row.saved_at),
            "retired_at": _iso(row.retired_at),
        }


def export_events(session: Session) -> Iterator[dict[str, Any]]:
    """events.jsonl, oldest first."""
    for event in events_between(session, *_EVER):
        yield {
            "at": _iso(event.at),
            "who": event.who,
            "what": event.what,
            "about": event.about,
            "data": dict(event.data),
        }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
