"""Telling people what the outbox owes them: exactly once, whatever Slack does in between."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import structlog

from bot import answering, outbox
from bot.domain import Answer, AskedQuestion, Delivery, DeliveryId, DeliveryKind, QuestionId
from bot.errors import DatabaseUnavailable, NotFound
from bot.outbox import Letter
from bot.reasoning import authority
from bot.slack import blocks, digest, home, letters, payloads, posting, streaming
from bot.slack.blocks import Message
from bot.slack.connection import POST_TIMEOUT, Slack
from bot.slack.letters import Draft
from bot.slack.posting import NoSuchPlace, Target, TryLater
from bot.slack.streaming import Stream

log = structlog.get_logger()
_POST = timedelta(seconds=POST_TIMEOUT + 1)  # what is left of a claim must outlast the post
_CARD_WAIT = timedelta(seconds=5)
_OWNER_WAIT = timedelta(minutes=5)
_CARD_PATIENCE = timedelta(hours=1)
_BUG_ATTEMPTS = 3  # after so many failures of our own the asker is told


def deliver(slack: Slack, delivery_id: DeliveryId) -> None:
    """Tells this one, unless somebody else has it in hand or has told it."""
    if delivery := outbox.claim(slack.bot, delivery_id):
        attempt(slack, delivery)


def sweep(slack: Slack) -> int:
    """Starts on whatever is due, as far as workers are free; returns how many were started."""
    free = slack.deliveries.free
    due = outbox.claim_due(slack.bot, free) if free else ()
    for delivery in due:
        slack.deliveries.submit(attempt, slack, delivery)
    return len(due)


def attempt(slack: Slack, delivery: Delivery) -> None:
    """One try at a delivery that is claimed. What comes of it is kept; only the database failing rises."""
    try:
        letter = None
        if delivery.kind in {DeliveryKind.PROCESS_CARD, DeliveryKind.PROCESS_UPDATE}:
            told = _tell_process(slack, delivery)
        elif delivery.kind is DeliveryKind.DIGEST:
            told = _to_somebody(slack, delivery, digest.draft(slack, delivery))
        elif trial := outbox.ended_trial(slack.bot, delivery):
            told = _to_somebody(slack, delivery, letters.trial_ended(slack, trial))
        else:
            letter = outbox.letter(slack.bot, delivery)
            told = _tell(slack, letter)
    except NotFound:
        outbox.never(slack.bot, delivery, "it was deleted meanwhile")
    except NoSuchPlace as gone:
        _never(slack, delivery, str(gone))
    except TryLater as failure:
        _later(slack, delivery, str(failure), failure.wait)
    except DatabaseUnavailable:
        raise  # The claim runs out by itself, and the next sweep finds it.
    except Exception as bug:  # noqa: BLE001  One that is broken must not be tried for ever, unseen.
        _own_failure(slack, delivery, bug)
    else:
        outbox.told(slack.bot, delivery, told)
        slack.wake.set()  # what it led to is told at once
        if letter:
            _after(slack, letter)


def _tell(slack: Slack, letter: Letter) -> str:
    if letter.delivery.kind is DeliveryKind.CARD_UPDATE:
        return _update_card(slack, letter)
    if letter.delivery.kind is DeliveryKind.ANSWER:
        letter = _with_answer(slack, letter)
        letter = _worded(slack, letter)
    return _to_somebody(slack, letter.delivery, letters.draft(slack, letter))


def _tell_process(slack: Slack, delivery: Delivery) -> str:
    """A process card, or how it stands now."""
    card = outbox.process_card(slack.bot, delivery)
    if delivery.kind is DeliveryKind.PROCESS_UPDATE:
        return _change(slack, delivery, card.announced_as, letters.process_message(slack, card))
    return _to_somebody(slack, delivery, letters.process_draft(slack, card))


def _to_somebody(slack: Slack, delivery: Delivery, written: Draft) -> str:
    """Raises TryLater, NoSuchPlace."""
    if written.nobody:
        raise NoSuchPlace(written.nobody)
    if written.nobody_yet:
        raise TryLater(written.nobody_yet, _OWNER_WAIT)
    return _send(slack, delivery, written)


def _with_answer(slack: Slack, letter: Letter) -> Letter:
    asked = letter.asked
    if asked.question.place is None:
        raise NoSuchPlace("it was not asked in Slack")
    if asked.answer is None:
        _say_looking(slack, asked)
        asked = replace(asked, answer=answering.ask(slack.bot, asked.id))
    return replace(letter, asked=asked)


def _worded(slack: Slack, letter: Letter) -> Letter:
    """The letter with a language model's words, where there is one; they are shown as they come, where that can be.

    Only at the first attempt: whoever comes after a crash gives the answer as it was kept. Raises TryLater.
    """
    asked, answer = letter.asked, letter.asked.answer
    if answer is None or letter.delivery.attempts or not answering.may_be_worded(slack.bot, answer):
        return letter
    delivery = outbox.extend(slack.bot, letter.delivery, slack.bot.settings.chat_timeout)
    if delivery is None:
        raise TryLater("the claim runs out", timedelta(0))
    stream = _stream(slack, delivery, asked, answer)
    answer = answering.word(slack.bot, answer, stream.tell if stream else lambda _: None)
    if stream and stream.tried:
        delivery = replace(delivery, attempts=delivery.attempts + 1, delivered_as=stream.where)
    return replace(letter, delivery=delivery, asked=replace(asked, answer=answer))


def _stream(slack: Slack, delivery: Delivery, asked: AskedQuestion, answer: Answer) -> Stream | None:
    """Where the words can be shown as they come: in the thread of a message, below which nothing else must stand."""
    place = asked.question.place
    if place is None or place.response_url or payloads.is_shortcut(asked.question.source_key):
        return None
    target = letters.answer_targets(asked, place)[0]
    if target.channel is None or target.thread_ts is None:
        return None
    return Stream(
        slack.quick,
        target,
        to=(slack.identity.team, asked.question.asker),
        headline=answer.wording.headline,
        begin=partial(outbox.begin, slack.bot, delivery),
        begun=partial(outbox.begun, slack.bot, delivery),
    )


def _send(slack: Slack, delivery: Delivery, written: Draft) -> str:
    """To the first of its places that exists. Raises TryLater, NoSuchPlace."""
    begun = False
    if written.respond_to:
        outbox.begin(slack.bot, delivery)
        begun = True
        try:
            posting.respond(written.respond_to, written.message)
        except NoSuchPlace as used_up:
            log.info("response_url_refused", delivery=delivery.id, reason=str(used_up))
        else:
            return "response_url"
    reason = NoSuchPlace("nowhere to tell it")
    for target in written.targets:
        try:
            return _once(slack, delivery, target, written, begun=begun)
        except NoSuchPlace as gone:
            reason, begun = gone, True
            delivery = replace(delivery, delivered_as=None)  # what was begun there is gone too
    raise reason


def _once(slack: Slack, delivery: Delivery, target: Target, written: Draft, *, begun: bool) -> str:
    """Posts to one place, unless an earlier attempt did. Raises TryLater, NoSuchPlace."""
    if target.person:
        target = Target(posting.direct_message(slack.client, target.person))
    if delivery.attempts and (there := _there(slack, delivery, target, written)):
        return there
    if delivery.claimed_until and slack.bot.now() > delivery.claimed_until - _POST:
        # What came before took too long: the post might outlive the claim, and somebody else post it too.
        raise TryLater("the claim runs out", timedelta(0))
    if not begun:
        outbox.begin(slack.bot, delivery)
    return posting.post(slack.client, target, written.message, delivery.id)


def _there(slack: Slack, delivery: Delivery, target: Target, written: Draft) -> str | None:
    """Where an earlier attempt posted it, made whole if it was broken off. Raises TryLater, NoSuchPlace."""
    begun = delivery.delivered_as
    if begun is None:
        since = delivery.created_at
        if there := posting.find(slack.client, target, since, lambda m: payloads.carries(m, delivery.id)):
            return there
        if written.opening:
            ours = partial(streaming.begun_by, headline=written.opening, bot_id=slack.identity.bot)
            begun = posting.find(slack.client, target, since, ours)
    return streaming.finish(slack.quick, slack.client, begun, written.message, delivery.id) if begun else None


def _update_card(slack: Slack, letter: Letter) -> str:
    """The buttons give way to the record. A card that is not posted yet will show it anyway."""
    announced = letter.escalation.announced_as if letter.escalation else None
    if letter.escalation and announced:
        for place in filter(None, (outbox.reminder_of(slack.bot, letter.escalation), announced)):
            told = _change(slack, letter.delivery, place, letters.card_message(slack, letter))
        return told
    return _change(slack, letter.delivery, None, letters.card_message(slack, letter))


def _change(slack: Slack, delivery: Delivery, announced: str | None, message: Message) -> str:
    if announced:
        channel, _, ts = announced.partition(":")
        return posting.update(slack.client, channel, ts, message)
    if slack.bot.now() - delivery.created_at > _CARD_PATIENCE:
        raise NoSuchPlace("there is no card")
    raise TryLater("the card is not there yet", _CARD_WAIT)


# ---------------------------------------------------------------- what comes of it


def _after(slack: Slack, letter: Letter) -> None:
    """Whoever's Home shows this sees it change."""
    organisation = slack.bot.organisation
    decide = (organisation.owner, organisation.deputy, authority.addressee(letter.asked))
    owners = {p for p in decide if p}
    home.refresh(slack, {letter.asked.question.asker} | owners)


def _later(slack: Slack, delivery: Delivery, because: str, wait: timedelta | None) -> None:
    if delivery.claimed_until and slack.bot.now() >= delivery.claimed_until:
        return  # Not ours any more: it is due for whoever comes first.
    when = outbox.later(slack.bot, delivery, because, wait)
    log.warning(
        "delivery_put_off",
        delivery=delivery.id,
        kind=delivery.kind.value,
        reason=because,
        attempts=delivery.attempts,
        until=when.isoformat() if when else "given up",
    )


def _never(slack: Slack, delivery: Delivery, because: str) -> None:
    outbox.never(slack.bot, delivery, because)
    log.error("delivery_given_up", delivery=delivery.id, kind=delivery.kind.value, reason=because)


def _own_failure(slack: Slack, delivery: Delivery, bug: Exception) -> None:
    """A fault of ours: tried again, and then owned up to, so that nobody waits for ever."""
    reference = uuid4().hex[:8]
    log.error("delivery_failed", delivery=delivery.id, kind=delivery.kind.value, reference=reference, exc_info=bug)
    outbox.begin(slack.bot, delivery)
    if delivery.attempts + 1 < _BUG_ATTEMPTS or delivery.kind is not DeliveryKind.ANSWER:
        outbox.later(slack.bot, delivery, f"reference {reference}")
        return
    asked = outbox.letter(slack.bot, delivery).asked
    _own_up(slack, delivery, asked, reference)


def _own_up(slack: Slack, delivery: Delivery, asked: AskedQuestion, reference: str) -> None:
    place = asked.question.place
    if place is None:
        outbox.never(slack.bot, delivery, f"reference {reference}")
        return
    words = f"Something went wrong on my side (reference {reference}). Please ask again, or ask the AI ops owner."
    written = Draft(blocks.note(words), letters.answer_targets(asked, place))
    try:
        outbox.told(slack.bot, delivery, _send(slack, delivery, written))
    except (TryLater, NoSuchPlace) as failure:
        outbox.later(slack.bot, delivery, str(failure))


# ---------------------------------------------------------------- while we look


def _say_looking(slack: Slack, asked: AskedQuestion) -> None:
    """A status under the thread, if the app may set one; never a reason to wait or to fail."""
    place = asked.question.place
    if place is None or place.thread_ts is None or slack.status_refused.is_set():
        return
    try:
        with posting.slack_errors():
            slack.quick.assistant_threads_setStatus(
                channel_id=place.channel, thread_ts=place.thread_ts, status="is looking…"
            )
    except (TryLater, NoSuchPlace) as refused:
        if str(refused) in {"missing_scope", "unknown_method", "not_allowed_token_type"}:
            slack.status_refused.set()


def take(slack: Slack, question_id: QuestionId) -> None:
    """Starts on a question that was just accepted, without waiting for the sweep to find it."""
    slack.deliveries.submit(_take, slack, question_id)


def _take(slack: Slack, question_id: QuestionId) -> None:
    slack.intake.give_way()
    if delivery_id := outbox.owed(slack.bot, DeliveryKind.ANSWER, question_id):
        deliver(slack, delivery_id)
