"""What is owed to people and not yet told. A door asks here what to post, and says here what it posted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import (
    AskedQuestion,
    CuratedAnswer,
    Delivery,
    DeliveryId,
    DeliveryKind,
    Escalation,
    EscalationId,
    EscalationState,
    Item,
    ProcessCard,
    ProcessCardId,
    QuestionId,
    ToolTest,
)
from bot.errors import NotFound
from bot.reasoning import testing
from bot.store import records
from bot.wiring import Bot

# How long one worker may be silent over a message before another may take it. Longer than any one
# attempt (the HTTP time-out is 10 s), short enough that a crash is noticed by the asker as a pause.
CLAIM = timedelta(seconds=15)
_BACKOFF = (1, 2, 5, 10, 30, 60, 300)  # seconds before the next attempt
LAST_ATTEMPT = 40  # about two and a half hours of trying


@dataclass(frozen=True)
class Letter:
    """All that a door needs to write one message."""

    delivery: Delivery
    asked: AskedQuestion
    escalation: Escalation | None = None
    answered_by: Item | None = None  # what the owner wrote or pointed at
    askers: int = 1  # people who wait for it, or were told, with the same words


def claim(bot: Bot, delivery_id: DeliveryId) -> Delivery | None:
    """This delivery, for this worker alone; None when it is told, given up, not yet due or in other hands."""
    now = bot.now()
    with bot.database.transaction() as session:
        return records.claim_delivery(session, delivery_id, now, now + CLAIM)


def claim_due(bot: Bot, limit: int = 20) -> Sequence[Delivery]:
    """Whatever is due, claimed for this worker."""
    now = bot.now()
    with bot.database.transaction() as session:
        return records.due_deliveries(session, now, limit, now + CLAIM)


def owed(bot: Bot, kind: DeliveryKind, about: str) -> DeliveryId | None:
    """The delivery of this kind about this question or escalation, if there is one."""
    with bot.database.reading() as session:
        delivery = records.delivery_of(session, kind, about)
    return delivery.id if delivery else None


def letter(bot: Bot, delivery: Delivery) -> Letter:
    """Reads what the message is to say. Raises NotFound when there is nothing it could be about."""
    with bot.database.reading() as session:
        if delivery.kind is DeliveryKind.ANSWER:
            return Letter(delivery, records.asked(session, QuestionId(delivery.about)))
        escalation = records.escalation(session, EscalationId(delivery.about))
        asked = records.asked(session, escalation.question_id)
        askers = records.askers_of(session, escalation.id)
    return Letter(delivery, asked, escalation, _answer_item(bot, escalation), askers)


def process_card(bot: Bot, delivery: Delivery) -> ProcessCard:
    """What a process card's message is to say. Raises NotFound."""
    with bot.database.reading() as session:
        return records.process_card(session, ProcessCardId(delivery.about))


def ended_trial(bot: Bot, delivery: Delivery) -> ToolTest | None:
    """The trial that a reminder is about; None where it is about something else. Raises NotFound once it is decided."""
    card = testing.reminded_of(delivery.about) if delivery.kind is DeliveryKind.REMINDER else None
    if card is None:
        return None
    test = bot.knowledge.current().library.tests.get(card)
    over = test is not None and testing.is_undecided(test, bot.today())
    if test is None or not over or testing.reminder_about(test) != delivery.about:
        raise NotFound("The trial was decided.")
    return test


def reminder_of(bot: Bot, escalation: Escalation) -> str | None:
    """Where the second card of an escalation stands, "channel:ts", if it was handed on."""
    with bot.database.reading() as session:
        delivery = records.delivery_of(session, DeliveryKind.REMINDER, escalation.id)
    return delivery.delivered_as if delivery and delivery.delivered_at else None


def begin(bot: Bot, delivery: Delivery) -> None:
    """Notes the attempt before it is made, so that after a crash we look before posting again."""
    with bot.database.transaction() as session:
        records.begin_attempt(session, delivery.id)


def extend(bot: Bot, delivery: Delivery, by: float) -> Delivery | None:
    """The delivery, still for this worker alone, `by` seconds longer than a claim; None once it is in other hands."""
    until = bot.now() + CLAIM + timedelta(seconds=by)
    with bot.database.transaction() as session:
        held = records.extend_claim(session, delivery, until)
    return replace(delivery, claimed_until=until) if held else None


def begun(bot: Bot, delivery: Delivery, where: str) -> None:
    """A message that grows is there, "channel:ts", and not yet whole: whoever comes later finishes that one."""
    with bot.database.transaction() as session:
        records.note_begun(session, delivery.id, where)


def told(bot: Bot, delivery: Delivery, delivered_as: str) -> None:
    """It is there: `delivered_as` is "channel:ts"."""
    with bot.database.transaction() as session:
        records.mark_delivered(session, delivery.id, delivered_as, bot.now())
        if delivery.kind is DeliveryKind.CARD:
            records.mark_announced(session, EscalationId(delivery.about), delivered_as)
        if delivery.kind is DeliveryKind.PROCESS_CARD:
            records.process_card_announced(session, ProcessCardId(delivery.about), delivered_as)


def later(bot: Bot, delivery: Delivery, because: str, wait: timedelta | None = None) -> datetime | None:
    """Puts it off; None when it has been tried often enough and is given up with that reason."""
    if delivery.attempts >= LAST_ATTEMPT:
        never(bot, delivery, because)
        return None
    step = _BACKOFF[min(delivery.attempts, len(_BACKOFF) - 1)]
    when = bot.now() + (wait or timedelta(seconds=step))
    with bot.database.transaction() as session:
        records.postpone(session, delivery.id, when)
    return when


def never(bot: Bot, delivery: Delivery, because: str) -> None:
    """It can never be told: the channel is gone, the person has left."""
    with bot.database.transaction() as session:
        records.give_up(session, delivery.id, because, bot.now())


def _answer_item(bot: Bot, escalation: Escalation) -> Item | None:
    if escalation.state not in {EscalationState.ANSWERED, EscalationState.POINTED} or escalation.answer_id is None:
        return None
    item = bot.knowledge.current().items.get(escalation.answer_id)
    return item or bot.knowledge.refresh().items.get(escalation.answer_id)


def is_answer(item: Item | None) -> bool:
    """Whether the owner's own words answered it, rather than a skill or note that was pointed at."""
    return isinstance(item, CuratedAnswer)
