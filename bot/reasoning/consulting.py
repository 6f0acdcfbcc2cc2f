"""A good consultant's first question: is it the process? It is said first; a tool comes second, or not at all. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from bot.domain import Diagnosis, Kind, Team, TeamName, Verdict, Wording

# From which probability on the asker is told that it is their process. Of the gold set's `dev` part 35 of 42 processes
# reach it and 1 of 38 others; of 267 questions about software and texts 21.
SURE = 0.85


class StepKind(StrEnum):
    """What sort of step holds people up, as the coordination ledger counts it."""

    APPROVAL = "approval"
    MEETING = "meeting"
    HANDOFF = "hand-off"
    UNCLEAR_OWNER = "unclear owner"
    WAITING = "waiting"


# The first that fits counts; waiting is what is left.
_KINDS = (
    (
        StepKind.UNCLEAR_OWNER,
        r"nobody|no ?one|who (?:owns|decides?|fills|has|is)|belongs?|in charge|responsible|"
        r"thinks? .*(?:does|do|takes?)\b|vice versa|mandate|no owner|each other",
    ),
    (StepKind.MEETING, r"meetings?|calls?\b|board|committee|panel|steer\w*|workshop|pre-?call|meets?\b|council"),
    (StepKind.APPROVAL, r"approv\w+|sign(?:s|ed|atures?|ing|-?off)?\b|ok\b|consent|confirms?|releas\w+|yes\b"),
    (
        StepKind.HANDOFF,
        r"hand\w*|pass\w*|send\w*|forward\w*|back|round\b|bounce\w*|tells?\b|told\b|both\b|twice|same\b|again\b|own\b",
    ),
)
_HELPS = {
    StepKind.APPROVAL: "What helps: a limit under which nobody has to approve, one approver with a deputy, "
    "and a day by which silence counts as a yes.",
    StepKind.MEETING: "What helps: say who decides, decide in writing between the dates, and meet only "
    "about what is left.",
    StepKind.HANDOFF: "What helps: one list of what has to be there before it is passed on, and one person who has it "
    "until the next one takes it.",
    StepKind.UNCLEAR_OWNER: "What helps: one name and a deputy for this step, written where everybody looks.",
    StepKind.WAITING: "What helps: agree by when an answer comes, and what happens without one.",
}


def step_kind(blocking_step: str) -> StepKind:
    """What sort of step these words name."""
    signs = ((kind, re.search(rf"(?i)\b(?:{sign})", blocking_step)) for kind, sign in _KINDS)
    return next((kind for kind, sign in signs if sign), StepKind.WAITING)


def is_process(diagnosis: Diagnosis) -> bool:
    """Whether the asker should be told that a process is what holds them up."""
    return diagnosis.kind in {Kind.PROCESS, Kind.MIXED} and diagnosis.probability >= SURE


def owner_of(blocking_step: str, teams: Mapping[TeamName, Team]) -> TeamName | None:
    """The one team with an owner whose name stands in these words; None where none or several do."""
    named = [
        name for name, team in teams.items() if team.owner and re.search(rf"(?i)\b{re.escape(name)}\b", blocking_step)
    ]
    return named[0] if len(named) == 1 else None


def process_first(words: Wording, verdict: Verdict, diagnosis: Diagnosis, team: TeamName | None) -> Wording:
    """The answer with the process in its first line, what helps there next, and what was found for the rest after it.

    `words` is the answer without the process; `team` is whose owner can change the step, where that is known.
    """
    known = f"It is for the owner of the team {team} to change."
    owner = known if team else "Who owns this process is not known to me."
    step = diagnosis.blocking_step
    lead = (_HELPS[step_kind(step)], owner)
    headline = f"The process holds you up here, before any tool does: “{step}”."
    if verdict is Verdict.UNRESOLVED:
        return Wording(headline, start=lead, ask=words.ask if not team else "")
    second = "For what is left to do yourself: " + words.headline
    if words.options:  # they stand before `start`
        return replace(words, headline=headline, why="\n".join([*lead, second]))
    return replace(words, headline=headline, why="", start=(*lead, second, *words.start))
