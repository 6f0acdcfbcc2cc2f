"""What our messages look like. Pure: values in, Block Kit out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain import (
    ERASED,
    Answer,
    Evidence,
    Helpfulness,
    ItemId,
    ItemKind,
    QuestionId,
    Verdict,
    Wording,
)
from bot.reasoning import consulting, wording
from bot.slack import escaping, kit, payloads
from bot.slack.kit import Block

Names = Mapping[str, str]  # a person's id → the name people know them by

ASK_OWNER = "ask_owner"
SHARE = "share_question"
OPEN_ENTRY = "open_entry"
FEEDBACK = "feedback"

_NOTIFICATION = 300  # characters of a message's `text`: what a notification shows
_KINDS = {
    ItemKind.TOOL: "tool note",
    ItemKind.RULE: "rule",
    ItemKind.ANSWER: "answer",
    ItemKind.SKILL: "skill",
}
_OPEN = {ItemKind.SKILL: "Open the Skill", ItemKind.TOOL: "Open the Note", ItemKind.RULE: "Open the Rule"}
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
    blocks += [kit.section(f"*{line(answer.wording.headline)}*")]
    blocks += _body(answer, "" if asked_owner else owner_name(owner, names), names)
    sources = [one for one in answer.evidence if one.kind is not ItemKind.TEST]
    blocks += _sources(sources, names, numbered=bool(answer.wording.said))
    blocks += _tests([one for one in answer.evidence if one.kind is ItemKind.TEST], names)
    blocks += _controls(answer, owner_name(owner, names), withheld=withheld, asked_owner=asked_owner)
    return Message(notification(answer.wording.headline), blocks)


def _body(answer: Answer, owner: str, names: Names) -> list[Block]:
    """Everything in words. Without an `owner` the closing question is left out: it has had its answer."""
    words = _with_owner_named(answer, names)
    blocks = [kit.section(_why(answer, words))] if words.why or words.said else []
    if words.options:
        numbered = [f"{i}. {line(option, 600)}" for i, option in enumerate(words.options, 1)]
        blocks.append(kit.section("\n".join(numbered)))
    title = "What is known" if answer.facts else "How to start"
    if answer.blocking_step:
        title = "What to do about it"
    blocks += _list(title if answer.verdict is not Verdict.OUT_OF_SCOPE else "", words.start)
    blocks += _list("Watch out", words.watch_out)
    if words.ask and owner:
        blocks.append(kit.section(escaping.mrkdwn(words.ask).replace(_ROLE, owner)))
    return blocks


def _with_owner_named(answer: Answer, names: Names) -> Wording:
    """Who can change the process, by name where the name is known."""
    name = names.get(answer.process_owner or "")
    if not name:
        return answer.wording

    def named(text: str) -> str:
        return re.sub(rf"({re.escape(consulting.OWNER_OF)} .* to change)\.", lambda m: f"{m[1]}: {name}.", text)

    words = answer.wording
    return replace(words, why=named(words.why), start=tuple(map(named, words.start)))


def _why(answer: Answer, words: Wording) -> str:
    if answer.wording.said:
        return escaping.line(" ".join(answer.wording.said), 2800)
    text = escaping.mrkdwn(words.why, 2800)
    quoted = answer.verdict is Verdict.ANSWERED and not _is_owners_word(answer.evidence)
    return kit.quote(text) if quoted else text


def owner_name(owner: str | None, names: Names) -> str:
    """The owner's name, or the role where nobody is named."""
    return who(owner, names) or _ROLE


def _list(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    written = kit.bullets([line(one, 500) for one in lines])
    return [kit.section(f"*{title}*\n{written}" if title else written)]


def _sources(evidence: Sequence[Evidence], names: Names, *, numbered: bool) -> list[Block]:
    lines = [f"[{i}] {_source(e, names)}" if numbered else _source(e, names) for i, e in enumerate(evidence[:5], 1)]
    return [kit.context("\n".join(lines))] if lines else []


def _source(evidence: Evidence, names: Names) -> str:
    if evidence.kind is ItemKind.ANSWER:
        said = f"{who(evidence.owner, names) or 'The owner'} answered “{line(evidence.title, 300)}”"
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


def _tests(tests: Sequence[Evidence], names: Names) -> list[Block]:
    """A line for each test card: when, by whom, how it did at what, and where that is written."""
    return [kit.context("\n".join(_test(one, names) for one in tests[:3]))] if tests else []


def _test(test: Evidence, names: Names) -> str:
    on = f" {kit.day(test.reviewed)}" if test.reviewed else ""
    by = f" by {who(test.owner, names)}" if test.owner else ""
    late = "1 day" if test.overdue_days == 1 else f"{test.overdue_days} days"
    parts = [f"Tested{on}{by}: {line(test.title, 300)}", escaping.link(test.link, "Test card") or line(test.link, 150)]
    parts += [f"*needs a re-test, overdue by {late}*"] if test.overdue_days else []
    return " · ".join(part for part in parts if part)


def _kind(evidence: Evidence) -> str:
    layer = line((evidence.layer or "").replace("/", " › "), 100)
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
            for i, evidence in enumerate((one for one in answer.evidence if one.kind in _KINDS), 1)
        ]
    return [opener(e.id, e.kind) for e in answer.evidence[:1] if e.kind in _OPEN]


def opener(item: ItemId, kind: ItemKind) -> Block:
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


# ---------------------------------------------------------------- small messages


def note(text: str) -> Message:
    """One sentence of ours (mrkdwn)."""
    return Message(notification(text), [kit.section(text)])


def help_message() -> Message:
    """What `/signpost` alone answers."""
    words = wording.out_of_scope()
    blocks = [kit.section(f"*{line(words.headline)}*"), *_list("", words.start)]
    blocks.append(kit.context("/signpost and your question · @Signpost in a channel · a direct message to me"))
    return Message(notification(words.headline), blocks)


def notification(text: str) -> str:
    """A message's `text`: one line, inert."""
    return escaping.line(text, _NOTIFICATION)


def line(text: str, most: int = 1000) -> str:
    """What somebody wrote, on one line, inert."""
    return escaping.line(text, most)
