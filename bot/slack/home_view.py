"""The App Home of one person: what waits for them first, then what they asked. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain import (
    AskedQuestion,
    Escalation,
    EscalationState,
    Helpfulness,
    State,
    Verdict,
)
from bot.reasoning import authority
from bot.slack import blocks, cards, escaping, kit, leader_view
from bot.slack.blocks import Names
from bot.slack.kit import Block
from bot.slack.leader_view import Overview
from bot.slack.views import View

ERASE = "delete_my_questions"
CASES = 15  # open questions shown to the owner; four blocks each
MINE = 10


@dataclass(frozen=True)
class Case:
    """An open escalation with the question behind it."""

    escalation: Escalation
    asked: AskedQuestion


@dataclass(frozen=True)
class Home:
    """All that one person's Home shows. What is None is not for them."""

    now: datetime
    names: Names
    owner: str | None
    mine: Sequence[AskedQuestion]
    escalations: Mapping[str, Escalation] = field(default_factory=dict)  # by question
    links: Mapping[str, str] = field(default_factory=dict)  # a question's conversation
    cases: Sequence[Case] | None = None  # for the owner, oldest first
    overview: Overview | None = None  # for leaders and the owner
    deleted: int | None = None  # right after "Delete My Questions"


def view(home: Home) -> View:
    """What is most important to this person comes first."""
    parts: list[Block] = []
    if home.cases is not None:
        parts += _cases(home)
    if home.overview is not None:
        parts += leader_view.section(home.overview)
    parts += _mine(home)
    return {"type": "home", "blocks": parts[:97] + _privacy(home)}


# ---------------------------------------------------------------- the owner


def _cases(home: Home) -> list[Block]:
    cases = home.cases or ()
    if not cases:
        empty = "Nothing waits for you. When I don't know an answer, the question comes here and to your card."
        return [kit.header("Open questions"), kit.section(empty), kit.divider()]
    shown = [part for i, case in enumerate(cases[:CASES]) for part in _case(case, i, home)]
    more = len(cases) - CASES
    rest = [kit.context(f"and {more} more. They move up as you decide these.")] if more > 0 else []
    return [kit.header(f"Open questions: {len(cases)}"), *shown, *rest, kit.divider()]


def _case(case: Case, number: int, home: Home) -> list[Block]:
    words = escaping.line(case.escalation.shared_text, 600) or "Asked in private."
    asker = blocks.who(case.asked.question.asker, home.names)
    about = f"{asker} · waiting {age(home.now - case.escalation.opened_at)}"
    return [
        kit.section(words),
        kit.context(about, escaping.line(case.escalation.reason, 300)),
        cards.case_row(case.escalation.id, f":{number}"),
    ]


def age(waited: timedelta) -> str:
    """How long something has waited, in the largest whole unit."""
    minutes = max(0, int(waited.total_seconds() // 60))
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "less than a minute"


# ---------------------------------------------------------------- everyone


def _mine(home: Home) -> list[Block]:
    shown = [a for a in home.mine if a.withdrawn_at is None and a.state is not None][:MINE]
    if not shown:
        empty = (
            "Nothing yet. Mention @Signpost in a channel, write to me in *Messages*, or type `/signpost` and"
            " what you need to do, for example: which tool turns a webinar recording into a blog post?"
        )
        return [kit.header("My questions"), kit.section(empty)]
    return [kit.header("My questions"), *(part for asked in shown for part in _own(asked, home))]


def _own(asked: AskedQuestion, home: Home) -> list[Block]:
    place = kit.moment(asked.question.asked_at)
    link = home.links.get(asked.id)
    owner = authority.addressee(asked) or home.owner
    told = [state_in_words(asked, home.escalations.get(asked.id), home.names, owner), place]
    if link:
        told.append(escaping.link(link, "Open the conversation"))
    return [kit.section(escaping.line(asked.question.text, 400) or "–"), kit.context(" · ".join(told))]


def state_in_words(asked: AskedQuestion, escalation: Escalation | None, names: Names, owner: str | None) -> str:
    """What became of a question, as its asker would say it."""
    if asked.answer is None:
        return "I am looking"
    if escalation and escalation.state is not EscalationState.OPEN:
        return _decided(escalation, names)
    if asked.state is State.ESCALATED or escalation:
        return f"Waiting for {blocks.owner_name(owner, names)}"
    if asked.feedback is Helpfulness.HELPFUL:
        return "You said it helped"
    if asked.state is State.FAILED:
        return "You said it did not help" if asked.feedback else "You asked again"
    return "I was not sure, and showed what comes closest" if asked.answer.verdict is Verdict.TENTATIVE else "Answered"


def _decided(escalation: Escalation, names: Names) -> str:
    by = blocks.who(escalation.decided_by, names) or "the owner"
    on = f" on {kit.day_of(escalation.decided_at)}" if escalation.decided_at else ""
    return {
        EscalationState.ANSWERED: f"Answered by {by}{on}",
        EscalationState.POINTED: f"{by} pointed to an answer{on}",
        EscalationState.DISMISSED: f"Closed by {by}{on}, with a reason",
    }.get(escalation.state, "Not answered; nobody else has seen it")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _privacy(home: Home) -> list[Block]:
    told = (
        "I keep only what was addressed to me, with passwords and keys taken out. What you ask in private stays"
        " there. Leaders see numbers of teams, never people or words."
    )
    if home.deleted is not None:
        told = f"*Deleted: {_count(home.deleted, 'question', 'questions')} of yours.* " + told
    sure = kit.confirm(
        "Delete your questions?",
        "Every word you asked me is taken out of what I keep. The messages in Slack stay. This cannot be undone.",
        "Delete",
        "Keep",
    )
    return [
        kit.divider(),
        kit.context(told),
        kit.actions(kit.button("Delete My Questions", ERASE, style="danger", confirm=sure), block_id=ERASE),
    ]
