"""What each kind of delivery says, and to whom: a letter of the outbox becomes a message and the places to try."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot import mending
from bot.domain import (
    Answer,
    AskedQuestion,
    DeliveryKind,
    EscalationState,
    PersonId,
    Place,
    ProcessCard,
    ToolTest,
    Visibility,
)
from bot.outbox import Letter
from bot.reasoning import authority, visibility
from bot.slack import blocks, cards, escaping, payloads, process_cards
from bot.slack.blocks import Message
from bot.slack.connection import Slack
from bot.slack.posting import NoSuchPlace, Target, TryLater, slack_errors

_RESPONSE_LIFE = timedelta(minutes=25)  # Slack gives 30


@dataclass(frozen=True)
class Draft:
    """A message and where it may go, best place first."""

    message: Message
    targets: tuple[Target, ...] = ()
    respond_to: str | None = None  # tried before any target, and only once
    nobody: str = ""  # why there is nobody to tell
    nobody_yet: str = ""  # the same, where that may change
    opening: str = ""  # its first line, where it may have been begun as a stream


def draft(slack: Slack, letter: Letter) -> Draft:
    """The message of a letter (all kinds but CARD_UPDATE, which changes a message that is there)."""
    writers: dict[DeliveryKind, Callable[[Slack, Letter], Draft]] = {
        DeliveryKind.ANSWER: _answer,
        DeliveryKind.CARD: _card,
        DeliveryKind.OUTCOME: _outcome,
        DeliveryKind.REMINDER: _handed_on,
    }
    return writers[letter.delivery.kind](slack, letter)


# ---------------------------------------------------------------- the answer


def _answer(slack: Slack, letter: Letter) -> Draft:
    asked, place = letter.asked, letter.asked.question.place
    if asked.answer is None or place is None:
        raise ValueError("an answer is written once it is decided, and only to a place")
    message = answer_message(slack, asked, asked.answer)
    opening = asked.answer.wording.headline if slack.bot.writer else ""
    return Draft(message, answer_targets(asked, place), _way_back(slack, letter, place), opening=opening)


def answer_message(slack: Slack, asked: AskedQuestion, answer: Answer, *, asked_owner: bool = False) -> Message:
    """The answer as it stands now; `asked_owner` once its asker has pressed "Ask the Owner"."""
    owner = authority.addressee(asked) or slack.bot.organisation.owner
    names = slack.people.names([owner, answer.process_owner, *(e.owner for e in answer.evidence)])
    withheld = visibility.shareable(asked.question) is None
    return blocks.answer(answer, names, owner, withheld=withheld, asked_owner=asked_owner, lead=_lead(slack, asked))


def _lead(slack: Slack, asked: AskedQuestion) -> str:
    """Where the question does not stand above the answer, what it answers."""
    question = asked.question
    if question.place and question.place.response_url:
        return f"You asked: {escaping.line(question.text, 300)}"
    if not payloads.is_shortcut(question.source_key):
        return ""
    if _goes_in_private(asked):
        return f"You asked with {escaping.link(permalink(slack, question.place), 'this message')}."
    return f"{blocks.who(question.asker, slack.people.names([question.asker]))} asked with this message."


def answer_targets(asked: AskedQuestion, place: Place) -> tuple[Target, ...]:
    """Where an answer belongs, and the asker's direct message where that place is gone."""
    person = Target(person=asked.question.asker)
    if place.thread_ts is None or _goes_in_private(asked):
        return (person,)
    return (Target(place.channel, place.thread_ts), person)


def _goes_in_private(asked: AskedQuestion) -> bool:
    # Whoever uses the shortcut on a private message asked for themselves, not for everyone who reads there.
    place = asked.question.place
    private = place is not None and place.visibility is not Visibility.PUBLIC
    return private and payloads.is_shortcut(asked.question.source_key)


def _way_back(slack: Slack, letter: Letter, place: Place) -> str | None:
    """The slash command's own: not once it is old, nor when an earlier attempt may have used it."""
    fresh = slack.bot.now() - letter.asked.question.asked_at < _RESPONSE_LIFE
    return place.response_url if fresh and letter.delivery.attempts == 0 else None


# ---------------------------------------------------------------- the owner's side


def _card(slack: Slack, letter: Letter) -> Draft:
    return _to_owner(slack, card_message(slack, letter), authority.addressee(letter.asked))


def _handed_on(slack: Slack, letter: Letter) -> Draft:
    """A tool's owner has not decided: the same card comes before the AI ops owner."""
    if letter.escalation is None or letter.escalation.state is not EscalationState.OPEN:
        raise NoSuchPlace("it was decided meanwhile")
    return _to_owner(slack, card_message(slack, letter))


def trial_ended(slack: Slack, test: ToolTest) -> Draft:
    """A trial is over: its tool's owner is asked what it led to."""
    note = slack.bot.knowledge.current().library.tools[test.tool]
    own = PersonId(note.owner) if note.owner and authority.is_person(note.owner) else None
    names = slack.people.names([test.tester])
    return _to_owner(slack, cards.trial_ended(test, note.title, names), own)


def _to_owner(slack: Slack, message: Message, own: PersonId | None = None) -> Draft:
    """To `own`, the owner of a tool or rule; to the AI ops owner where there is none, or they are not to be had."""
    organisation = slack.bot.organisation
    first = (Target(person=own),) if own else ()
    channel = (Target(organisation.escalation_channel),) if organisation.escalation_channel else ()
    people = tuple(Target(person=p) for p in (organisation.owner, organisation.deputy) if p)
    targets = first + channel + people
    yet = "" if targets else "no owner is named: set OWNER, or `owner` in knowledge/organisation.toml"
    return Draft(message, targets, nobody_yet=yet)


def card_message(slack: Slack, letter: Letter) -> Message:
    """The owner's card as it stands now, open or decided."""
    if letter.escalation is None:
        raise ValueError("a card is about an escalation")
    asked = letter.asked
    names = slack.people.names([asked.question.asker, letter.escalation.decided_by])
    shown = asked.question.place if visibility.shareable(asked.question) is not None else None
    return cards.card(letter.escalation, asked, names, permalink(slack, shown), letter.answered_by, letter.askers)


def _outcome(slack: Slack, letter: Letter) -> Draft:
    if letter.escalation is None:
        raise ValueError("an outcome is about an escalation")
    asked, place = letter.asked, letter.asked.question.place
    names = slack.people.names([letter.escalation.decided_by])
    in_place = place is not None and place.thread_ts is not None and _may_all_read(letter, place)
    message = cards.outcome(letter.escalation, asked, names, letter.answered_by, elsewhere=not in_place)
    if place is None:
        return Draft(message, nobody="it was not asked in Slack")
    return Draft(message, answer_targets(asked, place) if in_place else (Target(person=asked.question.asker),))


def _may_all_read(letter: Letter, place: Place) -> bool:
    """An answer for some teams is not told in a channel where others read."""
    question = letter.asked.question
    audience = visibility.audience_of(place, question.asker, question.teams)
    return letter.answered_by is None or visibility.may_show_item(letter.answered_by, audience)


def process_message(slack: Slack, card: ProcessCard) -> Message:
    """A process card as it stands now."""
    owner = mending.owner_of(slack.bot.organisation, card)
    return process_cards.card(card, owner, slack.people.names([owner, card.decided_by]))


def process_draft(slack: Slack, card: ProcessCard) -> Draft:
    """To the owner of the step in person: a bottleneck of their team is nobody else's business."""
    owner = mending.owner_of(slack.bot.organisation, card)
    yet = "" if owner else "no owner is named: set OWNER, or `owner` in knowledge/organisation.toml"
    targets = (Target(person=owner),) if owner else ()
    return Draft(process_message(slack, card), targets, nobody_yet=yet)


# ---------------------------------------------------------------- links


def permalink(slack: Slack, place: Place | None) -> str:
    """The link to where something was said; empty where there is none, or Slack does not give it quickly."""
    ts = place.message_ts or place.thread_ts if place else None
    if place is None or ts is None:
        return ""
    try:
        with slack_errors():
            return str(slack.quick.chat_getPermalink(channel=place.channel, message_ts=ts)["permalink"])
    except (TryLater, NoSuchPlace):
        return ""  # A card without its link is still a card.
