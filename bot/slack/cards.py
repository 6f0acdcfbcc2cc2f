"""The owner's card, and what the asker is told when it is decided. Pure."""

from bot.domain import (
    ERASED,
    EVERYONE,
    AskedQuestion,
    CuratedAnswer,
    Escalation,
    EscalationId,
    EscalationState,
    Helpfulness,
    Item,
    ToolTest,
    Verdict,
)
from bot.reasoning import testing, wording
from bot.slack import blocks, escaping, kit
from bot.slack.blocks import Message, Names
from bot.slack.kit import Block

ANSWER_CASE = "answer_case"
POINT_CASE = "point_case"
DISMISS_CASE = "dismiss_case"

_NEAREST = 3


# ---------------------------------------------------------------- the owner's card


def card(
    escalation: Escalation,
    asked: AskedQuestion,
    names: Names,
    permalink: str,
    answered_by: Item | None,
    askers: int = 1,
) -> Message:
    """The owner's card: open with its buttons, or decided with the record of who did what when.

    `askers` people said the same words.
    """
    asker = blocks.who(asked.question.asker, names)
    if askers > 1:
        asker += f" and {askers - 1} more"
    # Only words that the owner may see: the question's own stay where they were said.
    words = kit.quote(escaping.mrkdwn(escalation.shared_text, 2500)) if escalation.shared_text else ""
    parts = [kit.section(f"*{asker} {_need(asked, several=askers > 1) if _is_open(escalation) else 'asked'}*")]
    parts += [kit.section(words)] if words else []
    parts.append(kit.context(*_whereabouts(asked, permalink)))
    parts.append(kit.section(_found(escalation, asked)))
    parts.append(case_row(escalation.id) if _is_open(escalation) else _record(escalation, answered_by, names))
    return Message(blocks.notification(escalation.shared_text or "A question for you"), parts)


def _need(asked: AskedQuestion, *, several: bool) -> str:
    if asked.answer is None or asked.answer.verdict is Verdict.UNRESOLVED:
        return "ask something I don't know" if several else "asks something I don't know"
    return "want a person's word on this" if several else "wants a person's word on this"


def _is_open(escalation: Escalation) -> bool:
    return escalation.state in {EscalationState.OPEN, EscalationState.WITHHELD}


def _whereabouts(asked: AskedQuestion, permalink: str) -> list[str]:
    where = escaping.link(permalink, "Open the conversation") if permalink else "Asked in private"
    return [where, kit.moment(asked.question.asked_at)]


def _found(escalation: Escalation, asked: AskedQuestion) -> str:
    if not escalation.reason:
        return "Their words are gone, and nothing is left to decide."
    nearest = [blocks.line(c.title, 150) for c in asked.answer.candidates[:_NEAREST]] if asked.answer else []
    why = f"*Why it comes to you:* {blocks.line(escalation.reason, 500)}"
    if asked.answer and asked.answer.verdict is Verdict.ANSWERED:
        helped = ", which did not help" if asked.feedback is Helpfulness.NOT_HELPFUL else ""
        return f"{why}\n*What I said{helped}:* {blocks.line(asked.answer.wording.headline, 500)}"
    return why + (f"\n*What I found:*\n{kit.bullets(nearest)}" if nearest else "")


def case_row(escalation: EscalationId, suffix: str = "") -> Block:
    """What the owner can do. `suffix` keeps the row's ids apart where several stand in one view."""
    return kit.actions(
        kit.button("Answer", ANSWER_CASE + suffix, escalation, style="primary"),
        kit.button("Point to an Existing Answer", POINT_CASE + suffix, escalation),
        kit.button("Dismiss with Reason", DISMISS_CASE + suffix, escalation),
        block_id=f"case{suffix}",
    )


def _record(escalation: Escalation, answered_by: Item | None, names: Names) -> Block:
    on = f" on {kit.day_of(escalation.decided_at)}" if escalation.decided_at else ""
    by = blocks.who(escalation.decided_by, names)
    return kit.section(f"*{_deed(escalation, by)}{on}.*\n{_how(escalation, answered_by)}".strip())


def _deed(escalation: Escalation, by: str) -> str:
    if escalation.decided_by == ERASED:
        return "The question was taken back"
    verbs = {
        EscalationState.ANSWERED: f"{by} answered this",
        EscalationState.POINTED: f"{by} pointed to an existing answer",
        EscalationState.DISMISSED: f"{by} dismissed this",
    }
    return verbs.get(escalation.state, "Closed")


def _how(escalation: Escalation, answered_by: Item | None) -> str:
    if escalation.state is EscalationState.DISMISSED:
        return kit.quote(escaping.mrkdwn(escalation.dismissed_because, 2500)) if escalation.dismissed_because else ""
    if isinstance(answered_by, CuratedAnswer) and EVERYONE not in answered_by.scope:
        # Not everybody blocks.who reads the owner's channel is in that team.
        return f"The answer is for {blocks.line(', '.join(answered_by.scope), 200)} only."
    return kit.quote(_told(answered_by)) if answered_by else "What it was answered with is no longer in the library."


def trial_ended(test: ToolTest, title: str, names: Names) -> Message:
    """To a tool's owner: a trial is over, and nobody has said what it led to."""
    until = kit.day(test.trial_until) if test.trial_until else ""
    parts = [kit.section(f"*The trial of {blocks.line(title, 150)} ended on {until}. What was decided?*")]
    if test.tested:
        by = f" by {blocks.who(test.tester, names)}" if test.tester else ""
        parts.append(kit.section(f"Tested {kit.day(test.tested)}{by}: {blocks.line(testing.said_of(test), 500)}"))
        parts += [kit.section(kit.quote(escaping.mrkdwn(test.text, 1500)))] if test.text else []
    parts.append(
        kit.context(
            f"Write `decision: adopt`, `hold` or `extend` (with a new `trial_until`) into {blocks.line(test.path, 200)}"
            ", and the ring into the tool's note. Until then I say that nobody has decided."
        )
    )
    return Message(blocks.notification(f"The trial of {title} is over. What was decided?"), parts)


# ---------------------------------------------------------------- how it ended


def outcome(
    escalation: Escalation, asked: AskedQuestion, names: Names, answered_by: Item | None, *, elsewhere: bool = False
) -> Message:
    """To the asker: how the question they had asked of the owner ended. `elsewhere`: not where it was asked."""
    by = blocks.who(escalation.decided_by, names) or "The owner"
    start, text = _ending(escalation, by)
    parts = [kit.section(f"{escaping.mention(asked.question.asker)} *{start}*")]
    parts.append(kit.section(_ended(escalation, answered_by)))
    if escalation.shared_text and elsewhere:
        parts.append(kit.context(f"You asked: {blocks.line(escalation.shared_text, 500)}"))
    if escalation.state is EscalationState.ANSWERED and isinstance(answered_by, CuratedAnswer):
        parts.append(kit.context("From now on I can give this answer to whoever needs it."))
    elif answered_by and not isinstance(answered_by, CuratedAnswer):
        parts.append(
            kit.actions(blocks.opener(answered_by.id, wording.kind_of(answered_by)), block_id=blocks.OPEN_ENTRY)
        )
    if answered_by:
        parts.append(blocks.feedback_row(asked.id))
    point = escalation.dismissed_because or (wording.summary_of(answered_by) if answered_by else "")
    return Message(blocks.notification(f"{text} {point}"), parts)


def _ending(escalation: Escalation, by: str) -> tuple[str, str]:
    verb = {
        EscalationState.ANSWERED: "answered your question",
        EscalationState.POINTED: "says this answers your question",
    }.get(escalation.state, "looked at your question and closed it, because")
    return f"{by} {verb}:", f"{by} {verb}:"


def _ended(escalation: Escalation, answered_by: Item | None) -> str:
    if escalation.state is EscalationState.DISMISSED:
        return kit.quote(escaping.mrkdwn(escalation.dismissed_because, 2800))
    return _told(answered_by) if answered_by else "The answer is no longer in the library. Please ask again."


def _told(item: Item) -> str:
    if isinstance(item, CuratedAnswer):
        return escaping.mrkdwn(item.text, 2800)
    return f"*{blocks.line(wording.name_of(item), 400)}*\n{escaping.mrkdwn(wording.summary_of(item), 2000)}"
