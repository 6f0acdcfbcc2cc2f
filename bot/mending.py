"""What is broken in the process: the owner's card for a bottleneck, and the owner's word on what kind a question is."""

from bot.answering import blocked_step
from bot.domain import Actor, CardState, Kind, Organisation, PersonId, ProcessCard, ProcessCardId, QuestionId, Role
from bot.errors import BadInput, NotAllowed, NotFound
from bot.reasoning import authority
from bot.scrubbing import scrub
from bot.store import records
from bot.wiring import Bot

_PROCESS = {Kind.PROCESS, Kind.MIXED}


def owner_of(organisation: Organisation, card: ProcessCard) -> PersonId | None:
    """Who can change the step: the owner of its team, or else the AI ops owner, who finds out whose it is."""
    team = organisation.teams.get(card.team) if card.team else None
    return (team.owner if team else None) or organisation.owner


def card(bot: Bot, id: ProcessCardId) -> ProcessCard:
    """Raises NotFound."""
    with bot.database.reading() as session:
        return records.process_card(session, id)


def require_card_owner(bot: Bot, card: ProcessCard, actor: Actor) -> None:
    """Raises NotAllowed for anybody but the owner and deputy of the step's team, and of AI ops."""
    team = bot.organisation.teams.get(card.team) if card.team else None
    theirs = {team.owner, team.deputy} - {None} if team else set()
    if actor.id in theirs or Role.OWNER in authority.roles(bot.organisation, actor):
        return
    raise NotAllowed(f"Only <@{owner_of(bot.organisation, card)}> can decide this.")


def decide(bot: Bot, id: ProcessCardId, actor: Actor, state: CardState, because: str = "") -> ProcessCard:
    """Where the card stands from now on. Raises NotAllowed, BadInput, AlreadyDecided, NotFound."""
    require_card_owner(bot, card(bot, id), actor)
    reason = scrub(because).strip()
    if state is CardState.DECLINED and not reason:
        raise BadInput("Please give a reason.")
    with bot.database.transaction() as session:
        return records.decide_process_card(session, id, state, actor.id, bot.now(), reason)


def overrule(bot: Bot, question_id: QuestionId, actor: Actor, kind: Kind) -> bool:
    """The owner says what kind of question it was: it counts as that, and the like is taken for that from now on.

    Whether anything changed. Raises NotAllowed, NotFound.
    """
    authority.require_owner(bot.organisation, actor)
    return overrule_here(bot, question_id, actor.id, kind)


def overrule_here(bot: Bot, question_id: QuestionId, by: PersonId, kind: Kind) -> bool:
    """As `overrule`, for whoever runs the bot's own commands. Raises NotFound."""
    with bot.database.reading() as session:
        text = records.asked(session, question_id).question.text
    words = bot.sense.step_in(text) if kind in _PROCESS and bot.sense and text else ""
    step = blocked_step(bot, words) if words else None
    with bot.database.transaction() as session:
        changed = records.overrule_kind(session, question_id, kind, by, bot.now())
        if changed and kind not in _PROCESS:
            records.forget_blocked_step(session, question_id, wholly=True)
        elif changed and step:
            records.note_blocked_step(session, question_id, step, bot.now())
        if changed:
            records.knowledge_changed(session)
    bot.knowledge.expect_change()
    return changed


def question_told_as(bot: Bot, channel: str, ts: str, actor: Actor) -> QuestionId:
    """The question behind a message of the bot's: an answer, or the owner's card. Raises NotAllowed, NotFound."""
    authority.require_owner(bot.organisation, actor)
    with bot.database.reading() as session:
        return records.question_told_as(session, f"{channel}:{ts}")


def kind_of(bot: Bot, question_id: QuestionId) -> Kind:
    """What kind a question counts as now. Raises NotFound, also while it is not answered."""
    with bot.database.reading() as session:
        answer = records.asked(session, question_id).answer
    if answer is None:
        raise NotFound("This question is not answered yet: wait a moment.")
    return answer.kind
