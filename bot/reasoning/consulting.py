"""A good consultant's first question: is it the process? It is said first; a tool comes second, or not at all. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.domain import Diagnosis, Kind, StepKind, Team, TeamName, Verdict, Wording

# From which probability on the asker is told that it is their process. Of the gold set's `dev` part 38 of 42 processes
# reach it and 2 of 38 others; of 267 questions about software and texts 7.
SURE = 0.7
OWNER_OF = "the owner of the team"  # a door may put the name before it
LIKELY = 0.5  # from here on a process alone is not answered with a tool


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


def helps(step: StepKind) -> str:
    """What helps at a step of this sort."""
    return _HELPS[step]


def wants_no_tool(diagnosis: Diagnosis) -> bool:
    """Whether a tool would rather hide what is the matter: a process alone, and likelier than not."""
    return diagnosis.kind is Kind.PROCESS and diagnosis.probability >= LIKELY


def is_process(diagnosis: Diagnosis) -> bool:
    """Whether the asker should be told that a process is what holds them up."""
    return diagnosis.kind in {Kind.PROCESS, Kind.MIXED} and diagnosis.probability >= SURE


def team_of(blocking_step: str, teams: Mapping[TeamName, Team]) -> TeamName | None:
    """The one team whose name stands in these words; None where none or several do."""
    named = [name for name in teams if re.search(rf"(?i)\b{re.escape(name)}\b", blocking_step)]
    return named[0] if len(named) == 1 else None


def process_first(words: Wording, verdict: Verdict, diagnosis: Diagnosis, owned: Team | None) -> Wording:
    """The answer with the process in its first line, what helps there next, and what was found for the rest after it.

    `words` is the answer without the process; `owned` is the team whose step it is, where one is known.
    """
    step = diagnosis.blocking_step
    lead = (_HELPS[step_kind(step)], _whose(owned))
    headline = f"The process holds you up here, before any tool does: “{step}”."
    if verdict is Verdict.UNRESOLVED:
        return Wording(headline, start=lead, ask="" if owned and owned.owner else words.ask)
    second = "For what is left to do yourself: " + words.headline
    if words.options:  # they stand before `start`
        return replace(words, headline=headline, why="\n".join([*lead, second]))
    return replace(words, headline=headline, why="", start=(*lead, second, *words.start))


def _whose(team: Team | None) -> str:
    if team and team.owner:
        return f"It is for {OWNER_OF} {team.name} to change."
    return f"Nobody is named yet as the owner of {f'the team {team.name}' if team else 'this process'}."
