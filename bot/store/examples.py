"""Example questions: rows of a made-up past, marked by their ids, so that they teach nothing and go without a trace."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert
from sqlmodel import Session, col, select

from bot.domain import (
    Answer,
    Door,
    EscalationState,
    Fact,
    Helpfulness,
    ItemId,
    Kind,
    PersonId,
    QuestionId,
    TeamName,
    Verdict,
    Wording,
)
from bot.store.events import BOT, count_erasure
from bot.store.tables import EscalationRow, EventRow, FeedbackRow, QuestionRow

MARK = "example-"  # every id of an example begins with it


@dataclass(frozen=True)
class Example:
    """One question and everything that became of it, when. Times are aware UTC."""

    number: int
    text: str
    asker: PersonId
    teams: tuple[TeamName, ...]
    asked_at: datetime
    answered_at: datetime
    told_at: datetime
    verdict: Verdict
    kind: Kind
    item: ItemId | None = None
    title: str = ""
    overdue: bool = False
    feedback: tuple[datetime, Helpfulness] | None = None
    escalated: bool = False
    decided_at: datetime | None = None
    decision: EscalationState | None = None
    by: PersonId | None = None
    answer: ItemId | None = None
    because: str = ""  # why it was dismissed

    @property
    def id(self) -> str:
        return f"{MARK}{self.number:05}"


@dataclass(frozen=True)
class Ringed:
    """A tool came onto a ring."""

    tool: ItemId
    ring: str
    at: datetime


def add_examples(session: Session, examples: Sequence[Example], ringed: Iterable[Ringed] = ()) -> None:
    """Writes them with their events, in the order of their moments. Nothing is owed to anybody for them."""
    connection = session.connection()
    happened = [event for example in examples for event in _events(example)]
    happened += [(one.at, f"{MARK}owner", "tool.ringed", one.tool, {"ring": one.ring}) for one in ringed]
    happened.sort(key=lambda event: event[0])
    names = ("at", "who", "what", "about", "data")
    rows: Sequence[tuple[type, list[dict[str, Any]]]] = (
        (QuestionRow, [_question(one) for one in examples]),
        (FeedbackRow, [_feedback(one) for one in examples if one.feedback]),
        (EscalationRow, [_escalation(one) for one in examples if one.escalated]),
        (EventRow, [dict(zip(names, event, strict=True)) for event in happened]),
    )
    for table, values in rows:
        if values:
            connection.execute(insert(table), values)


def count_examples(session: Session) -> int:
    """How many example questions there are."""
    return session.exec(select(func.count()).where(_marked(QuestionRow.id))).one()


def erase_examples(session: Session) -> int:
    """Deletes every row of them, and returns how many questions there were."""
    count = count_examples(session)
    session.exec(delete(EventRow).where(_marked(EventRow.about) | _marked(EventRow.who)))
    session.exec(delete(FeedbackRow).where(_marked(FeedbackRow.question_id)))
    session.exec(delete(EscalationRow).where(_marked(EscalationRow.question_id)))
    session.exec(delete(QuestionRow).where(_marked(QuestionRow.id)))
    count_erasure(session)  # whoever keeps a copy of the log reads it again
    return count


def is_example(id: Any) -> ColumnElement[bool]:
    """Whether the question with this id is an example."""
    return _marked(id)


def _marked(column: Any) -> ColumnElement[bool]:
    return col(column).startswith(MARK, autoescape=True)


def _question(one: Example) -> dict[str, Any]:
    answer = Answer(
        question_id=QuestionId(one.id),
        verdict=one.verdict,
        kind=one.kind,
        wording=Wording(headline=one.title),
        recommended=one.item,
        candidates=(),
        evidence=(),
        confidence=_confidence(one),
        elapsed_ms=_elapsed(one),
    )
    row: dict[str, Any] = {"id": one.id, "source_key": one.id, "door": Door.SLACK, "asker": one.asker}
    row |= {"asked_at": one.asked_at, "text": one.text, "teams": one.teams, "answer": answer, "verdict": one.verdict}
    row |= {"kind": one.kind, "recommended": one.item, "confidence": answer.confidence, "answered_at": one.answered_at}
    return row


def _feedback(one: Example) -> dict[str, Any]:
    at, value = one.feedback or (None, None)
    return {"question_id": one.id, "person": one.asker, "value": value, "at": at}


def _escalation(one: Example) -> dict[str, Any]:
    row: dict[str, Any] = {"id": _escalation_id(one), "question_id": one.id, "reason": "An example.", "topic": ""}
    row |= {"state": one.decision or EscalationState.OPEN, "shared_text": one.text, "opened_at": one.answered_at}
    row |= {"decided_at": one.decided_at, "decided_by": one.by, "answer_id": one.answer}
    return row | {"dismissed_because": one.because}


def _escalation_id(one: Example) -> str:
    return f"{MARK}e-{one.number:05}"


def _events(one: Example) -> list[tuple[datetime, str, str, str, Mapping[str, Fact]]]:
    """As the store writes them for a question that somebody asked."""
    asked: Mapping[str, Fact] = {"door": "slack", "teams": one.teams, "follows": None, "same_words_as": None}
    sources = (one.item,) if one.item else ()
    given: Mapping[str, Fact] = {
        "verdict": one.verdict.value,
        "kind": one.kind.value,
        "recommended": one.item,
        "confidence": _confidence(one),
        "elapsed_ms": _elapsed(one),
        "nearest": one.item,
        "sources": sources,
        "overdue_sources": int(one.overdue),
    }
    events: list[tuple[datetime, str, str, str, Mapping[str, Fact]]] = [
        (one.asked_at, one.asker, "question.asked", one.id, asked),
        (one.answered_at, BOT, "answer.given", one.id, given),
        (one.told_at, BOT, "delivery.told", one.id, {"kind": "answer"}),
    ]
    if one.feedback:
        at, value = one.feedback
        events.append((at, one.asker, "feedback.given", one.id, {"value": value.value, "own": True}))
    if one.escalated:
        opened: Mapping[str, Fact] = {"withheld": False, "question": one.id}
        events.append((one.answered_at, one.asker, "escalation.opened", _escalation_id(one), opened))
    if one.decided_at and one.decision:
        decided: Mapping[str, Fact] = {"answer": one.answer}
        events.append((one.decided_at, one.by or BOT, f"escalation.{one.decision.value}", _escalation_id(one), decided))
    return events


def _confidence(one: Example) -> float:
    return {Verdict.ANSWERED: 0.9, Verdict.TENTATIVE: 0.5}.get(one.verdict, 0.1)


def _elapsed(one: Example) -> int:
    return round((one.answered_at - one.asked_at).total_seconds() * 1000)
