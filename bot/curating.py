"""The owner's side: what the bot did not know is answered once, pointed at an answer, or dismissed with a reason."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import (
    EVERYONE,
    Actor,
    AskedQuestion,
    CuratedAnswer,
    Escalation,
    EscalationId,
    EscalationState,
    ItemId,
    PersonId,
    QuestionId,
    Review,
    Role,
)
from bot.errors import BadInput
from bot.reasoning import authority, visibility, wording
from bot.scrubbing import scrub
from bot.store import records
from bot.wiring import Books, Bot


@dataclass(frozen=True)
class Case:
    """An escalation with the question behind it."""

    escalation: Escalation
    asked: AskedQuestion


def escalate(bot: Bot, question_id: QuestionId, actor: Actor) -> Escalation:
    """The asker wants a person's word. One escalation a question, however often it is pressed.

    For what was asked in private it is WITHHELD until `share`. Raises NotAllowed, NotFound.
    """
    with bot.database.transaction() as session:
        asked = records.asked(session, question_id)
        authority.require_asker(asked, actor)
        words = visibility.shareable(asked.question)
        reason = "The asker wants a person's word on it."
        return records.open_escalation(
            session, question_id, reason, bot.now(), shared_text=words, withheld=words is None
        )


def share(bot: Bot, escalation_id: EscalationId, actor: Actor, text: str) -> Escalation:
    """The asker lets the owner see these words of a question asked in private. Raises NotAllowed, BadInput."""
    words = _required(text, "Please write what the owner should read.")
    with bot.database.transaction() as session:
        escalation = records.escalation(session, escalation_id)
        authority.require_asker(records.asked(session, escalation.question_id), actor)
        return records.share_escalation(session, escalation_id, scrub(words), bot.now())


def case(bot: Bot, escalation_id: EscalationId) -> Case:
    """Raises NotFound."""
    with bot.database.reading() as session:
        escalation = records.escalation(session, escalation_id)
        return Case(escalation, records.asked(session, escalation.question_id))


def open_cases(books: Books, actor: Actor) -> Sequence[Case]:
    """What waits for this person, oldest first: all for the AI ops owner, for others what is about a tool of theirs."""
    everything = Role.OWNER in authority.roles(books.organisation, actor)
    with books.database.reading() as session:
        cases = [Case(escalation, asked) for escalation, asked in records.open_escalations(session)]
    return [one for one in cases if everything or authority.addressee(one.asked) == actor.id]


def answer(
    bot: Bot,
    escalation_id: EscalationId,
    actor: Actor,
    text: str,
    question: str,
    scope: Sequence[str] = (EVERYONE,),
    review_every: timedelta = timedelta(days=90),
) -> CuratedAnswer:
    """The owner answers: from now on this is knowledge, with an owner and a review date, and the asker is told.

    `question` is the wording others will find it by. Raises NotAllowed, BadInput, AlreadyDecided, NotFound.
    """
    _require_decider(bot, escalation_id, actor)
    _require_in_scope(scope, case(bot, escalation_id).asked)
    curated = CuratedAnswer(
        id=ItemId(""),  # given by the store, unique
        question=scrub(_required(question, "Please word the question so that others find the answer.")),
        text=scrub(_required(text, "Please write the answer.")),
        owner=actor.id,
        scope=tuple(scope) or (EVERYONE,),
        review=Review(reviewed=bot.today(), every=review_every),
    )
    with bot.database.transaction() as session:
        kept = records.save_answer(session, curated, bot.now(), actor.id, from_escalation=escalation_id)
        _decide(session, bot, escalation_id, EscalationState.ANSWERED, actor.id, kept.id)
    bot.knowledge.expect_change()  # and no more: the owner's modal waits three seconds at most
    return kept


def point_to(bot: Bot, escalation_id: EscalationId, actor: Actor, item_id: ItemId) -> Escalation:
    """An answer, skill, note or rule already covers it. Raises NotAllowed, BadInput, AlreadyDecided, NotFound."""
    _require_decider(bot, escalation_id, actor)
    item = bot.knowledge.current().items.get(item_id)
    if item is None:
        raise BadInput("That entry is not in the library any more: choose another one.")
    if isinstance(item, CuratedAnswer):
        _require_in_scope(item.scope, case(bot, escalation_id).asked)
    with bot.database.transaction() as session:
        return _decide(session, bot, escalation_id, EscalationState.POINTED, actor.id, item_id)


def dismiss(bot: Bot, escalation_id: EscalationId, actor: Actor, because: str) -> Escalation:
    """No answer, and the asker is told why. Raises NotAllowed, BadInput, AlreadyDecided, NotFound."""
    _require_decider(bot, escalation_id, actor)
    reason = _required(because, "Please give the asker a reason.")
    with bot.database.transaction() as session:
        return _decide(session, bot, escalation_id, EscalationState.DISMISSED, actor.id, because=scrub(reason))


@dataclass(frozen=True)
class Existing:
    """Something the owner can point at."""

    id: ItemId
    title: str


def existing(bot: Bot, escalation_id: EscalationId, limit: int = 50) -> Sequence[Existing]:
    """What the library holds, the likeliest for this question first; at most `limit`."""
    items = bot.knowledge.current().items
    asked = case(bot, escalation_id).asked
    likely = [c.id for c in asked.answer.candidates] if asked.answer else []
    rest = sorted((i for i in items if i not in likely), key=lambda i: wording.title_of(items[i]).lower())
    ordered = [i for i in likely if i in items] + rest
    return [Existing(i, wording.name_of(items[i])) for i in ordered[:limit]]


def _require_decider(bot: Bot, escalation_id: EscalationId, actor: Actor) -> None:
    """Raises NotAllowed, NotFound."""
    authority.require_decider(bot.organisation, actor, case(bot, escalation_id).asked)


def _require_in_scope(scope: Sequence[str], asked: AskedQuestion) -> None:
    """Raises BadInput when whoever asked is not among those who may see the answer."""
    teams = asked.question.teams
    if scope and not visibility.in_scope(scope, teams):
        whose = f"is in {', '.join(teams)}" if teams else "is in no team that I know of"
        raise BadInput(f"That is for {', '.join(scope)} only, and whoever asked {whose}.")


def _required(text: str, sentence: str) -> str:
    """Raises BadInput when there is nothing in it that can be seen."""
    if not any(unicodedata.category(sign)[0] not in "CZ" for sign in text):
        raise BadInput(sentence)
    return text.strip()


def _decide(
    session: records.Session,
    bot: Bot,
    escalation_id: EscalationId,
    state: EscalationState,
    by: PersonId,
    answer_id: ItemId | None = None,
    because: str = "",
) -> Escalation:
    return records.decide_escalation(
        session, escalation_id, state=state, by=by, at=bot.now(), answer_id=answer_id, because=because
    )
