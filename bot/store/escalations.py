"""Escalations: what waits for the owner, and how it was decided."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.domain import (
    AskedQuestion,
    DeliveryKind,
    Escalation,
    EscalationId,
    EscalationState,
    ItemId,
    PersonId,
    QuestionId,
)
from bot.errors import AlreadyDecided, NotFound
from bot.store.asked import asked_question, asked_rows, item, locked, place_of, text_key
from bot.store.deliveries import delivery_of, drop_pending, owe, owe_again
from bot.store.events import knowledge_changed, note, one_at_a_time
from bot.store.tables import EscalationRow, QuestionRow

TAKEN_BACK = "The person who asked took this question back."

_DONE = {
    EscalationState.ANSWERED: "answered this question",
    EscalationState.POINTED: "pointed this question to an existing answer",
    EscalationState.DISMISSED: "dismissed this question",
}


def open_escalation(
    session: Session,
    question_id: QuestionId,
    reason: str,
    at: datetime,
    *,
    shared_text: str | None,
    withheld: bool,
    topic: str = "",
) -> Escalation:
    """Hands a question to the owner, with a card owed, or keeps it until its asker lets the owner see it.

    `topic` is what is to be decided or tested; others with the same one share the card and the decision.
    A question has one escalation: a second call returns the first. Raises NotFound.
    """
    question = locked(session, question_id)  # two presses of "Ask the Owner" queue here
    if topic:
        one_at_a_time(session, "topics")  # or two that open the same at once would each owe a card
    if (row := _row_of(session, question_id)) is not None:
        return _escalation(row)
    row = EscalationRow(
        id=uuid4().hex,
        question_id=question_id,
        state=EscalationState.WITHHELD if withheld else EscalationState.OPEN,
        reason=reason,
        topic=topic,
        shared_text=shared_text or "",
        opened_at=at,
    )
    session.add(row)
    session.flush()
    if not withheld:
        _show_to_owner(session, row, at)
    note(session, at, question.asker, "escalation.opened", row.id, {"withheld": withheld, "question": question_id})
    return _escalation(row)


def share_escalation(session: Session, id: EscalationId, text: str, at: datetime) -> Escalation:
    """The asker lets the owner see `text`: what was withheld is open now, and a card is owed.

    Does nothing to one that is not withheld. Raises NotFound.
    """
    row, question = _held(session, id)
    if row.state is EscalationState.WITHHELD:
        if row.topic:
            one_at_a_time(session, "topics")
        row.state, row.shared_text, row.opened_at = EscalationState.OPEN, text, at
        _show_to_owner(session, row, at)
        note(session, at, question.asker, "escalation.shared", row.id)
    return _escalation(row)


def decide_escalation(
    session: Session,
    id: EscalationId,
    *,
    state: EscalationState,
    by: PersonId,
    at: datetime,
    answer_id: ItemId | None = None,
    because: str = "",
) -> Escalation:
    """Decides an open escalation; the asker's message and the card's record are owed from then on.

    Whoever waits for the owner with the very same words is told the same.

    `answer_id` is needed for ANSWERED and POINTED. Raises AlreadyDecided, naming who was first, NotFound
    (also while it is withheld), and ValueError for a state that decides nothing.
    """
    if state not in _DONE or (state is not EscalationState.DISMISSED and not answer_id):
        raise ValueError(f"an escalation cannot be decided as {state.value} with answer {answer_id!r}")
    row = session.get(EscalationRow, id)
    if row is None:
        raise NotFound("There is no such escalation (any more).")
    # All in one order, whoever comes; what they stand at is read once they are held.
    for held in sorted([row.question_id, *(twin.question_id for twin in _twins(session, row))]):
        session.get_one(QuestionRow, held, with_for_update=True, populate_existing=True)
    row, _ = _held(session, id)
    waiting = _twins(session, row)
    if row.dismissed_because == TAKEN_BACK:
        raise AlreadyDecided(TAKEN_BACK)
    if row.state in _DONE:
        raise AlreadyDecided(f"<@{row.decided_by}> already {_DONE[row.state]}.")
    if row.state is EscalationState.WITHHELD:
        raise NotFound("The person who asked has not let you see this question.")
    for one in (row, *waiting):
        one.state, one.decided_by, one.decided_at = state, by, at
        one.answer_id, one.dismissed_because = answer_id, because
        if place_of(session.get_one(QuestionRow, one.question_id)) is not None:
            owe(session, DeliveryKind.OUTCOME, one.id, at)
        if delivery_of(session, DeliveryKind.CARD, one.id):
            owe_again(session, DeliveryKind.CARD_UPDATE, one.id, at)
        note(session, at, by, f"escalation.{state.value}", one.id, {"answer": answer_id})
    knowledge_changed(session)
    return _escalation(row)


def askers_of(session: Session, id: EscalationId) -> int:
    """How many people wait for the owner with these words, or were told in the same act."""
    row = session.get_one(EscalationRow, id)
    if row.state is EscalationState.OPEN:
        alike = [row, *_twins(session, row)]
    else:
        alike = list(session.exec(select(EscalationRow).where(EscalationRow.decided_at == row.decided_at)))
    askers = select(func.count(func.distinct(QuestionRow.asker)))
    return session.exec(askers.where(col(QuestionRow.id).in_([one.question_id for one in alike]))).one()


def _show_to_owner(session: Session, row: EscalationRow, at: datetime) -> None:
    """A card is owed; but one is enough for the same words, and shows that one more person asks."""
    shown = next((twin for twin in _twins(session, row) if delivery_of(session, DeliveryKind.CARD, twin.id)), None)
    if shown is None:
        owe(session, DeliveryKind.CARD, row.id, at)
    else:
        owe_again(session, DeliveryKind.CARD_UPDATE, shown.id, at)


def _twins(session: Session, row: EscalationRow) -> list[EscalationRow]:
    """The other escalations that wait for the owner with the very same words or topic, oldest first."""
    # Words and topics alone: making a row of each that waits would cost more than everything else about an answer.
    waiting = select(EscalationRow.id, EscalationRow.shared_text, EscalationRow.topic).where(
        EscalationRow.state == EscalationState.OPEN, EscalationRow.id != row.id
    )
    words = text_key(row.shared_text)
    alike = [
        id
        for id, text, topic in session.exec(waiting)
        if (row.shared_text and text_key(text) == words) or (row.topic and topic == row.topic)
    ]
    twins = (
        select(EscalationRow)
        .where(col(EscalationRow.id).in_(alike))
        .order_by(col(EscalationRow.opened_at), col(EscalationRow.id))
        .execution_options(populate_existing=True)
    )
    return list(session.exec(twins)) if alike else []


def mark_announced(session: Session, id: EscalationId, announced_as: str) -> None:
    """Notes the owner's card: "channel:ts". Raises NotFound."""
    _held(session, id)[0].announced_as = announced_as


def escalation(session: Session, id: EscalationId) -> Escalation:
    """Raises NotFound."""
    row = session.get(EscalationRow, id)
    if row is None:
        raise NotFound("There is no such escalation (any more).")
    return _escalation(row)


def escalation_of(session: Session, question_id: QuestionId) -> Escalation | None:
    """The escalation of this question, if it was ever escalated."""
    row = _row_of(session, question_id)
    return _escalation(row) if row else None


def open_escalations(session: Session) -> tuple[tuple[Escalation, AskedQuestion], ...]:
    """What waits for the owner, oldest first, each with its question."""
    statement = asked_rows().add_columns(EscalationRow).where(EscalationRow.state == EscalationState.OPEN)
    rows = session.exec(statement.order_by(col(EscalationRow.opened_at), col(EscalationRow.id)))
    return tuple((_escalation(row[-1]), asked_question(*row[:-1])) for row in rows)


def escalations_between(session: Session, start: datetime, end: datetime) -> tuple[Escalation, ...]:
    """Those whose question was asked from `start` on and before `end`, in the order they were opened."""
    statement = (
        select(EscalationRow)
        .join(QuestionRow, col(QuestionRow.id) == EscalationRow.question_id)
        .where(col(QuestionRow.asked_at) >= start, col(QuestionRow.asked_at) < end)
        .order_by(col(EscalationRow.opened_at), col(EscalationRow.id))
    )
    return tuple(_escalation(row) for row in session.exec(statement))


def take_back(session: Session, question_id: str, by: PersonId, at: datetime) -> None:
    """Closes what still waits for the owner because its asker no longer asks; the card is to say so."""
    row = _row_of(session, question_id)
    if row is None:
        return
    drop_pending(session, DeliveryKind.CARD, row.id, TAKEN_BACK, at)
    drop_pending(session, DeliveryKind.OUTCOME, row.id, TAKEN_BACK, at)
    if row.state not in _DONE:
        row.state, row.decided_by, row.decided_at = EscalationState.DISMISSED, by, at
        row.dismissed_because = TAKEN_BACK
        note(session, at, by, "escalation.dismissed", row.id)
        _hand_on_card(session, row, at)
    card = delivery_of(session, DeliveryKind.CARD, row.id)
    if card and card.attempts:  # it may be in the owner's channel, with the words on it
        owe_again(session, DeliveryKind.CARD_UPDATE, row.id, at)


def _hand_on_card(session: Session, row: EscalationRow, at: datetime) -> None:
    """Whoever waits behind this card with the same words gets one of their own."""
    session.flush()
    waiting = _twins(session, row)
    if waiting and not any(delivery_of(session, DeliveryKind.CARD, twin.id) for twin in waiting):
        owe(session, DeliveryKind.CARD, waiting[0].id, at)


def forget_words(session: Session, question_id: str) -> None:
    """Wipes what was shared with the owner, and what may quote it."""
    if row := _row_of(session, question_id):
        row.shared_text = row.reason = row.topic = ""
        row.dismissed_because = TAKEN_BACK if row.dismissed_because == TAKEN_BACK else ""


def lock_escalation(session: Session, id: EscalationId) -> None:
    """Holds it until the transaction ends, so that two owners cannot answer it at once. Raises NotFound."""
    _held(session, id)


def _held(session: Session, id: str) -> tuple[EscalationRow, QuestionRow]:
    """Both rows, held until the end; the question first, as everywhere, so that none wait in a ring."""
    row = session.get(EscalationRow, id)
    if row is None:
        raise NotFound("There is no such escalation (any more).")
    question = session.get_one(QuestionRow, row.question_id, with_for_update=True, populate_existing=True)
    return session.get_one(EscalationRow, id, with_for_update=True, populate_existing=True), question


def _row_of(session: Session, question_id: str) -> EscalationRow | None:
    return session.exec(select(EscalationRow).where(EscalationRow.question_id == question_id)).first()


def _escalation(row: EscalationRow) -> Escalation:
    return Escalation(
        id=EscalationId(row.id),
        question_id=QuestionId(row.question_id),
        state=row.state,
        reason=row.reason,
        opened_at=row.opened_at,
        shared_text=row.shared_text,
        decided_at=row.decided_at,
        decided_by=PersonId(row.decided_by) if row.decided_by else None,
        answer_id=item(row.answer_id),
        dismissed_because=row.dismissed_because,
        announced_as=row.announced_as,
    )
