"""What our messages look like. Pure: values in, Block Kit out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain import (
    ERASED,
    EVERYONE,
    Answer,
    AskedQuestion,
    CuratedAnswer,
    Escalation,
    EscalationId,
    EscalationState,
    Evidence,
    Helpfulness,
    Item,
    ItemId,
    ItemKind,
    QuestionId,
    Verdict,
)
from bot.reasoning import wording
from bot.slack import escaping, kit, payloads
from bot.slack.kit import Block

Names = Mapping[str, str]  # a person's id → the name people know them by

ASK_OWNER = "ask_owner"
SHARE = "share_question"
OPEN_ENTRY = "open_entry"
FEEDBACK = "feedback"
ANSWER_CASE = "answer_case"
POINT_CASE = "point_case"
DISMISS_CASE = "dismiss_case"

_NOTIFICATION = 300  # characters of a message's `text`: what a notification shows
_KINDS = {
    ItemKind.TOOL: "tool note",
    ItemKind.RULE: "rule",
    ItemKind.ANSWER: "answer",
    ItemKind.SKILL: "skill",
}
_OPEN = {ItemKind.SKILL: "Open the Skill", ItemKind.TOOL: "Open the Note", ItemKind.RULE: "Open the Rule"}
_NEAREST = 3
_ROLE = "the AI ops owner"  # as `wording` writes it; shown by name where somebody is named


@dataclass(frozen=True)
class Message:
    """`text` is what a notification says: the point."""

    text: str
    blocks: Sequence[Block]


def who(person: str | None, names: Names) -> str:
    """A name that pings nobody; where none is known, the mention."""
    if not person:
        return ""
    if person == ERASED:
        return "Somebody who deleted their questions"
    name = names.get(person)
    return escaping.line(name, 80) if name else escaping.mention(person)


# ---------------------------------------------------------------- the answer


def answer(
    answer: Answer,
    names: Names,
    owner: str | None,
    *,
    withheld: bool,
    asked_owner: bool = False,
    lead: str = "",
) -> Message:
    """The bot's answer. `owner` is the AI ops owner; `asked_owner`: a person was asked on top of the answer.

    `withheld`: it was asked in private, so that the owner sees it only when the asker says so.
    `lead` is a line above it (mrkdwn), for an answer that comes in a place where it was not asked.
    """
    blocks = [kit.context(lead)] if lead else []
    blocks += [kit.section(f"*{_line(answer.wording.headline)}*")]
    blocks += _body(answer, "" if asked_owner else owner_name(owner, names))
    blocks += _sources(answer.evidence, names)
    blocks += _controls(answer, owner_name(owner, names), withheld=withheld, asked_owner=asked_owner)
    return Message(notification(answer.wording.headline), blocks)


def _body(answer: Answer, owner: str) -> list[Block]:
    """Everything in words. Without an `owner` the closing question is left out: it has had its answer."""
    words = answer.wording
    blocks = [kit.section(_why(answer))] if words.why else []
    if words.options:
        numbered = [f"{i}. {_line(option, 600)}" for i, option in enumerate(words.options, 1)]
        blocks.append(kit.section("\n".join(numbered)))
    blocks += _list("How to start" if answer.verdict is not Verdict.OUT_OF_SCOPE else "", words.start)
    blocks += _list("Watch out", words.watch_out)
    if words.ask and owner:
        blocks.append(kit.section(escaping.mrkdwn(words.ask).replace(_ROLE, owner)))
    return blocks


def _why(answer: Answer) -> str:
    text = escaping.mrkdwn(answer.wording.why, 2800)
    quoted = answer.verdict is Verdict.ANSWERED and not _is_owners_word(answer.evidence)
    return kit.quote(text) if quoted else text


def owner_name(owner: str | None, names: Names) -> str:
    """The owner's name, or the role where nobody is named."""
    return who(owner, names) or _ROLE


def _list(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    written = kit.bullets([_line(line, 500) for line in lines])
    return [kit.section(f"*{title}*\n{written}" if title else written)]


def _sources(evidence: Sequence[Evidence], names: Names) -> list[Block]:
    return [kit.context("\n".join(_source(e, names) for e in evidence[:5]))] if evidence else []


def _source(evidence: Evidence, names: Names) -> str:
    if evidence.kind is ItemKind.ANSWER:
        said = f"{who(evidence.owner, names) or 'The owner'} answered “{_line(evidence.title, 300)}”"
        parts = [said + (f" on {kit.day(evidence.reviewed)}" if evidence.reviewed else "")]
    else:
        looked = "decided" if evidence.kind is ItemKind.RULE else "reviewed"
        reviewed = f"{looked} {kit.day(evidence.reviewed)}" if evidence.reviewed else "no review date"
        parts = [
            escaping.link(evidence.link, evidence.title[:600]),
            _kind(evidence),
            who(evidence.owner, names),
            reviewed,
        ]
    if evidence.overdue_days:
        late = "1 day" if evidence.overdue_days == 1 else f"{evidence.overdue_days} days"
        parts.append(f"*expired {late} ago*" if evidence.kind is ItemKind.RULE else f"*overdue by {late}*")
    return " · ".join(part for part in parts if part)


def _kind(evidence: Evidence) -> str:
    layer = _line((evidence.layer or "").replace("/", " › "), 100)
    return f"{layer} {_KINDS[evidence.kind]}".strip()


def _is_owners_word(evidence: Sequence[Evidence]) -> bool:
    return bool(evidence) and evidence[0].kind is ItemKind.ANSWER


def _controls(answer: Answer, owner: str, *, withheld: bool, asked_owner: bool) -> list[Block]:
    blocks: list[Block] = []
    if answer.verdict in {Verdict.ANSWERED, Verdict.TENTATIVE}:
        blocks.append(feedback_row(answer.question_id))
    openers = _openers(answer)
    if asked_owner:
        blocks += [kit.actions(*openers, block_id=OPEN_ENTRY)] if openers else []
        blocks.append(kit.context(f"Asked {owner}. The answer will come here.", block_id=ASK_OWNER))
    elif answer.verdict is Verdict.UNRESOLVED:
        # Only what was asked in private still waits for a press; the rest is with the owner already.
        blocks += [ask_row(answer.question_id, primary=True)] if withheld else []
    elif answer.verdict is not Verdict.OUT_OF_SCOPE:
        blocks.append(kit.actions(*openers, _ask_button(answer.question_id), block_id=ASK_OWNER))
    return blocks


def _openers(answer: Answer) -> list[Block]:
    """A way to each entry that the answer names; the owner's word stands in the message as a whole."""
    if answer.verdict is Verdict.TENTATIVE:
        return [
            kit.button(f"Open {i}", f"{OPEN_ENTRY}:{i}", payloads.write_choice(answer.question_id, evidence.id))
            for i, evidence in enumerate(answer.evidence, 1)
        ]
    return [_opener(e.id, e.kind) for e in answer.evidence[:1] if e.kind in _OPEN]


def _opener(item: ItemId, kind: ItemKind) -> Block:
    return kit.button(_OPEN[kind], OPEN_ENTRY, item, style="primary")


def feedback_row(question: QuestionId) -> Block:
    """Slack's thumbs for this question."""
    yes = payloads.write_feedback(question, Helpfulness.HELPFUL)
    return kit.feedback(yes, payloads.write_feedback(question, Helpfulness.NOT_HELPFUL), FEEDBACK)


def ask_row(question: QuestionId, *, primary: bool = False) -> Block:
    """The way to a person."""
    return kit.actions(_ask_button(question, "primary" if primary else None), block_id=ASK_OWNER)


def _ask_button(question: QuestionId, style: str | None = None) -> Block:
    return kit.button("Ask the Owner", ASK_OWNER, question, style=style)


def offer_owner(question: QuestionId, owner: str | None, names: Names) -> Message:
    """After "not helpful", to the asker alone."""
    text = f"Thanks for saying so. Shall I ask {owner_name(owner, names)}?"
    return Message(text, [kit.section(text), ask_row(question, primary=True)])


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
    asker = who(asked.question.asker, names)
    if askers > 1:
        asker += f" and {askers - 1} more"
    # Only words that the owner may see: the question's own stay where they were said.
    words = kit.quote(escaping.mrkdwn(escalation.shared_text, 2500)) if escalation.shared_text else ""
    blocks = [kit.section(f"*{asker} {_need(asked, several=askers > 1) if _is_open(escalation) else 'asked'}*")]
    blocks += [kit.section(words)] if words else []
    blocks.append(kit.context(*_whereabouts(asked, permalink)))
    blocks.append(kit.section(_found(escalation, asked)))
    blocks.append(case_row(escalation.id) if _is_open(escalation) else _record(escalation, answered_by, names))
    return Message(notification(escalation.shared_text or "A question for you"), blocks)


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
    nearest = [_line(c.title, 150) for c in asked.answer.candidates[:_NEAREST]] if asked.answer else []
    why = f"*Why it comes to you:* {_line(escalation.reason, 500)}"
    if asked.answer and asked.answer.verdict is Verdict.ANSWERED:
        helped = ", which did not help" if asked.feedback is Helpfulness.NOT_HELPFUL else ""
        return f"{why}\n*What I said{helped}:* {_line(asked.answer.wording.headline, 500)}"
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
    by = who(escalation.decided_by, names)
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
        # Not everybody who reads the owner's channel is in that team.
        return f"The answer is for {_line(', '.join(answered_by.scope), 200)} only."
    return kit.quote(_told(answered_by)) if answered_by else "What it was answered with is no longer in the library."


# ---------------------------------------------------------------- how it ended


def outcome(
    escalation: Escalation, asked: AskedQuestion, names: Names, answered_by: Item | None, *, elsewhere: bool = False
) -> Message:
    """To the asker: how the question they had asked of the owner ended. `elsewhere`: not where it was asked."""
    by = who(escalation.decided_by, names) or "The owner"
    start, text = _ending(escalation, by)
    blocks = [kit.section(f"{escaping.mention(asked.question.asker)} *{start}*")]
    blocks.append(kit.section(_ended(escalation, answered_by)))
    if escalation.shared_text and elsewhere:
        blocks.append(kit.context(f"You asked: {_line(escalation.shared_text, 500)}"))
    if escalation.state is EscalationState.ANSWERED and isinstance(answered_by, CuratedAnswer):
        blocks.append(kit.context("From now on I can give this answer to whoever needs it."))
    elif answered_by and not isinstance(answered_by, CuratedAnswer):
        blocks.append(kit.actions(_opener(answered_by.id, wording.kind_of(answered_by)), block_id=OPEN_ENTRY))
    if answered_by:
        blocks.append(feedback_row(asked.id))
    point = escalation.dismissed_because or (wording.summary_of(answered_by) if answered_by else "")
    return Message(notification(f"{text} {point}"), blocks)


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
    return f"*{_line(wording.name_of(item), 400)}*\n{escaping.mrkdwn(wording.summary_of(item), 2000)}"


# ---------------------------------------------------------------- small messages


def note(text: str) -> Message:
    """One sentence of ours (mrkdwn)."""
    return Message(notification(text), [kit.section(text)])


def help_message() -> Message:
    """What `/signpost` alone answers."""
    words = wording.out_of_scope()
    blocks = [kit.section(f"*{_line(words.headline)}*"), *_list("", words.start)]
    blocks.append(kit.context("/signpost and your question · @Signpost in a channel · a direct message to me"))
    return Message(notification(words.headline), blocks)


def notification(text: str) -> str:
    """A message's `text`: one line, inert."""
    return escaping.line(text, _NOTIFICATION)


def _line(text: str, most: int = 1000) -> str:
    return escaping.line(text, most)
