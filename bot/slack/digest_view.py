"""The week's digest as a message: three sentences, one chart with its numbers in words, changes, decisions. Pure."""

from collections.abc import Mapping, Sequence

from bot.domain import State
from bot.measures.digest import CAUTION, Digest, day
from bot.measures.report import Week
from bot.slack import escaping, kit, pictures
from bot.slack.blocks import Message
from bot.slack.kit import Block

STOP, RESUME, PREVIEW = "stop_digest", "resume_digest", "preview_digest"
_DRAWN = {
    State.CONFIRMED: "Confirmed",
    State.ANSWERED_BY_OWNER: "Answered by owner",
    State.FAILED: "Failed",
    State.UNRATED: "Unrated",
    State.ESCALATED: "Waiting",
}
_TITLE = "What became of the questions, week by week"
_TEXT = 3000  # characters of a message's `text`


def message(digest: Digest, link: str = "", lead: str = "", *, stoppable: bool = True) -> Message:
    """`link` leads to the dashboard; `lead` says why it comes, where it is not the week's own."""
    title = f"The week in short: {_span(digest)}"
    blocks = [
        *([kit.context(lead)] if lead else []),
        kit.header(title),
        kit.section("\n".join(map(_said, digest.sentences))),
        *_picture(digest),
        kit.section("*What changed because people asked*\n" + kit.bullets(list(map(_said, digest.changed)))),
        kit.section("*What needs a decision*\n" + kit.bullets(list(map(_said, digest.decisions)))),
        *_numbers(digest),
        kit.context(CAUTION + (f" {escaping.link(link, 'Open the dashboard')}" if link else "")),
        *([kit.actions(kit.button("Stop the Digest", STOP, confirm=sure()), block_id=STOP)] if stoppable else []),
    ]
    return Message(_text(title, digest), blocks)


def in_words(week: Week) -> str:
    """One week's numbers: "12 Oct: 40 questions of 23 people; 18 confirmed, …"."""
    asked = f"{day(week.start)}: {week.questions} questions of {week.active} people"
    return f"{asked}; {states_in_words(week.states or {})}"


def states_in_words(states: Mapping[State, int]) -> str:
    """18 confirmed, 4 answered by owner, …"""
    return ", ".join(f"{states.get(state, 0)} {name.lower()}" for state, name in _DRAWN.items())


def outcomes(weeks: Sequence[Week]) -> Block:
    """The states of whole weeks as lines. Four weeks or more."""
    series = {name: [(week.states or {}).get(state, 0) for week in weeks] for state, name in _DRAWN.items()}
    return pictures.lines(_TITLE, [day(week.start) for week in weeks], series, "Week", "Questions")


def _picture(digest: Digest) -> list[Block]:
    if digest.trend:
        return [outcomes(digest.weeks)]
    if not sum(digest.states.values()):
        return []
    values = [digest.states.get(state, 0) for state in _DRAWN]
    series = {"Questions": values}
    return [pictures.bars("What became of the week's questions", list(_DRAWN.values()), series, y="Questions")]


def _numbers(digest: Digest) -> list[Block]:
    """The chart in words: it has no text alternative of its own."""
    hidden = f"\n{digest.hidden} weeks of fewer than five askers are left out." if digest.hidden else ""
    if digest.trend:
        words = "*The chart in numbers*, each week from its Monday:\n" + "\n".join(map(in_words, digest.weeks))
    elif sum(digest.states.values()):
        words = (
            f"*The chart in numbers:* {states_in_words(digest.states)}. No trend is drawn: that takes four whole weeks."
        )
    else:
        return []
    return [kit.context(words + hidden)]


def _span(digest: Digest) -> str:
    return f"{day(digest.first)} to {day(digest.last)} {digest.last.year}"


def _said(sentence: str) -> str:
    # Titles come from files and from the owner; the rest is ours.
    return escaping.line(sentence, 600)


def _text(title: str, digest: Digest) -> str:
    parts = [
        f"{title}. {' '.join(digest.sentences)}",
        "What changed because people asked: " + " ".join(digest.changed),
        "What needs a decision: " + " ".join(digest.decisions),
    ]
    return escaping.mrkdwn("\n".join(parts), _TEXT)


def sure() -> Block:
    """The question before it is stopped."""
    return kit.confirm(
        "Stop the digest?",
        "It comes no more, until somebody presses Start the Digest on my Home.",
        "Stop",
        "Keep",
    )
