"""Asking for a trial: what was tested lately is told; anything else becomes one request to the tool's owner. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import Facts, ItemId, Kind, Ring, ToolTest, Wording
from bot.reasoning import intent, testing, verdicts, wording
from bot.reasoning.facts import Ground, stems
from bot.reasoning.mentions import Mention
from bot.reasoning.verdicts import Told

_WISH = re.compile(
    r"(?i)\b(?:can|could|may|might|should|shall)\s+(?:i|we|you|someone|somebody|anyone|anybody|people|\w+ team)\b|"
    r"\b(?:want|wants|like|love|need|plan|planning|hope|hoping|keen|possible)\b.*\bto\b|\blet'?s\b|\blet (?:me|us)\b|"
    r"\b(?:please|pls|request|start|run|begin|set up|propose|suggest|give)\b|\bask(?:ing)? for\b|"
    r"\bha(?:s|ve) (?:anyone|anybody|someone|somebody|we|you)\b|\bdid (?:anyone|anybody|we|you)\b|"
    r"^\W*(?:try|test|pilot|trial|evaluate)\b"
)
_BEFORE = re.compile(
    r"(?i)\b(?:(?:try|tried|test|tested|pilot|piloted|trial|evaluate|evaluated)(?:\s+out)?|"
    r"(?:trial|pilot|test|evaluation)\s+(?:of|with)|(?:trial|pilot|start|run)(?:ing)?\s+an?)\s+"
    r"(?:(?:the|our|a|an|new|this)\s+)*$"
)
_GIVEN = re.compile(r"(?i)^\s+a\s+(?:try|go|test|trial)\b|^\s+(?:trial|pilot)\b")
# What may follow the name: "test HubSpot emails" is about e-mails, not about HubSpot.
_AFTER = re.compile(
    r"(?i)^\s*(?:$|[.,;:?!(–-]|\b(?:for|with|on|in|at|as|to|and|by|this|next|please|pls|here|again|already|yet|once|too|out|"
    r"before|first|so|because|someday|soon|today|tomorrow|instead|trial|pilot)\b)"
)
_LEAVE = re.compile(r"(?i)\b(?:allowed|permitted|approved|forbidden)\b")
_DATA = re.compile(r"(?i)\bdata\b")
_OR = re.compile(r"(?i)\bor\b|\bvs\b|\bversus\b")


@dataclass(frozen=True)
class Wanted:
    """A trial that somebody asks for."""

    tool: Mention
    purpose: str  # what follows the name


def wanted(text: str, named: Sequence[Mention], data: Sequence[str]) -> Wanted | None:
    """The trial that a text asks for; None where it asks something else, or for leave to put data in.

    The word for trying has to stand right at the tool's name.
    """
    if not named or not _WISH.search(text) or _LEAVE.search(text) or _OR.search(text):
        return None
    if data and (_DATA.search(text) or intent.kind_of(text) is Kind.PERMISSION):
        return None
    for mention in named:
        before, after = text[: mention.start], text[mention.end :]
        given = _GIVEN.match(after)
        if given or (_BEFORE.search(before) and _AFTER.match(after)):
            return Wanted(mention, after[given.end() :] if given else after)
    return None


def told(ground: Ground, asked: Wanted) -> Told:
    """The result of the last 90 days, or the trial that goes on; else the owner has to say."""
    if len(asked.tool.tools) > 1:
        return verdicts.asked_back(ground.tools, asked.tool)
    tool = asked.tool.tools[0]
    note = ground.tools[tool]
    hold = (f"{note.title} is on hold here.",) if note.ring is Ring.HOLD else ()
    recent = _nearest([test for test in ground.tests.get(tool, ()) if testing.is_recent(test, ground.today)], asked)
    running = testing.trial(ground.tests, tool, ground.today)
    if recent or running:
        return _known(ground, tool, recent, running, hold)
    last = testing.latest(ground.tests, tool)
    before = (f"It was last tested on {last.tested}: {testing.said_of(last)}.",) if last else ()
    words = Wording(f"{note.title}: nobody has tested it in the last 90 days.", start=before, watch_out=hold)
    facts = Facts(topic=f"trial|{tool}", owner=note.owner)
    return Told(words, facts, (tool,), known=False)


def _nearest(tests: Sequence[ToolTest], asked: Wanted) -> list[ToolTest]:
    """Those about the task that is named come first; otherwise as they were."""
    words = stems(asked.purpose)
    return sorted(tests, key=lambda test: -len(words & stems(test.task)))


def _known(
    ground: Ground, tool: ItemId, recent: Sequence[ToolTest], running: ToolTest | None, hold: tuple[str, ...]
) -> Told:
    title = ground.tools[tool].title
    if recent:
        headline = f"No new trial is needed: {title} {testing.said_of(recent[0])}, tested on {recent[0].tested}."
    else:
        headline = f"A trial of {title} is already going on."
    words = Wording(
        headline=headline,
        why=wording.shortened(recent[0].text if recent else running.text if running else ""),
        start=tuple(f"Tested on {test.tested}: {testing.said_of(test)}." for test in recent[1:3]),
        watch_out=hold,
        ask="If that is not your task, ask the owner for a trial of it.",
    )
    return Told(words, Facts(), (tool,), settled=True)
