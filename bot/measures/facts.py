"""What was known of every question at one moment, as columns: the definitions of MEASURES over arrays. Pure.

`adoption.state_of` says the same of one question.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.domain import EscalationState, Helpfulness, ItemId, State, Verdict
from bot.measures.adoption import REASK_WINDOW
from bot.measures.eventlog import ESCALATIONS, NONE, PRESSES, VERDICTS, Columns, EventLog

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

STATES = list(State)
SECOND = 1_000_000  # microseconds
NEVER = np.iinfo(np.int64).min  # a moment that was not


@dataclass(frozen=True)
class Facts:
    """One place a question, in the order of the log; moments as in `EventLog`, NEVER where there was none."""

    known: Flags  # asked by then
    asked_at: Ints
    asker: Ints
    teams: Ints
    same_words: Ints  # the first question of this person with these words
    counted: Flags  # known, no follow-up, no small talk
    verdict: Ints
    kind: Ints
    item: Ints  # recommended, or chosen by the asker
    nearest: Ints
    sources: Ints
    overdue: Ints  # how many of its sources were overdue
    told_at: Ints
    state: Ints  # a place in STATES
    press: Ints
    reasked: Flags  # the same words again within 7 days of the answer
    escalation: Ints  # a place among the escalations
    owner_asked_at: Ints  # when it came before the owner; NEVER while it is withheld
    decided_at: Ints
    decision: Ints  # a place in ESCALATIONS
    owners_answer: Ints  # the item that answered it
    people: Sequence[str]
    items: Sequence[ItemId]
    team_sets: Sequence[tuple[str, ...]]
    source_sets: Sequence[tuple[str, ...]]
    questions: Sequence[str]
    saved: dict[int, int]  # each answer of the owner: when it was first saved …
    retired: dict[int, int]  # … and retired, if it still is
    rings: tuple[tuple[int, ItemId, str | None], ...]


def facts(log: EventLog, at: int | None = None) -> Facts:
    """Everything that had happened by `at` (None: all), whatever came later left out."""
    asked_at, asker, teams, follows, first = (np.array(column) for column in log.asked.columns)
    count = len(asked_at)
    known = np.ones(count, bool) if at is None else asked_at <= at
    _, answers = _last(log.answered, at, count)
    verdict, kind, recommended, nearest, sources, overdue = answers
    press_at, (press,) = _last(log.pressed, at, count)
    _, (choice,) = _last(log.chosen, at, count)
    _, (overruled,) = _last(log.overruled, at, count)
    told_at, _ = _last(log.told, at, count)
    withdrawn = _last(log.withdrawn, at, count)[0] != NEVER
    escalation, owner_asked_at, decided_at, decision, owners_answer = _escalated(log, at, count)
    settled_at = np.where(decided_at != NEVER, decided_at, asked_at)
    again_at = _asked_again(first, asked_at, settled_at, known & ~withdrawn)
    reasked = (again_at != NEVER) & (again_at <= settled_at + _micro(REASK_WINDOW.total_seconds()))
    state = _states(verdict, withdrawn, decision, press, press_at, settled_at, reasked)
    state[~known] = NONE
    return Facts(
        known=known,
        asked_at=asked_at,
        asker=asker,
        teams=teams,
        same_words=first,
        counted=known & (follows == 0) & (verdict != VERDICTS.index(Verdict.OUT_OF_SCOPE)),
        verdict=verdict,
        kind=np.where(overruled != NONE, overruled, kind),
        item=np.where(choice != NONE, choice, recommended),
        nearest=nearest,
        sources=sources,
        overdue=overdue,
        told_at=told_at,
        state=state,
        press=press,
        reasked=reasked,
        escalation=escalation,
        owner_asked_at=owner_asked_at,
        decided_at=decided_at,
        decision=decision,
        owners_answer=owners_answer,
        people=log.people.all,
        items=log.items.all,
        team_sets=log.teams.all,
        source_sets=log.sources.all,
        questions=log.questions.all,
        saved=_first_saved(log, at),
        retired=_retired(log, at),
        rings=tuple(one for one in log.ringed if at is None or one[0] <= at),
    )


def _last(rows: Columns, at: int | None, count: int) -> tuple[Ints, list[Ints]]:
    """When each of `count` things last had such an event by `at`, and what the event said."""
    about, when, *values = (np.array(column) for column in rows.columns)
    if at is not None:
        by_then = when <= at
        about, when, values = about[by_then], when[by_then], [value[by_then] for value in values]
    if len(when) and (np.diff(when) < 0).any():  # written late: the moment counts, then the order of writing
        order = np.argsort(when, kind="stable")
        about, when, values = about[order], when[order], [value[order] for value in values]
    times = np.full(count, NEVER)
    times[about] = when
    found = [np.full(count, NONE) for _ in values]
    for column, value in zip(found, values, strict=True):
        column[about] = value
    return times, found


def _escalated(log: EventLog, at: int | None, count: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """For each question its escalation, when it came before the owner, when and how it was decided, by what answer."""
    opened_at, question, withheld = (np.array(column) for column in log.opened.columns)
    size = len(opened_at)
    shared_at, _ = _last(log.shared, at, size)
    decided_at, (decision, answer) = _last(log.decided, at, size)
    owner_asked_at = np.where(shared_at != NEVER, shared_at, np.where(withheld == 0, opened_at, NEVER))
    waiting = np.where(
        owner_asked_at != NEVER, ESCALATIONS.index(EscalationState.OPEN), ESCALATIONS.index(EscalationState.WITHHELD)
    )
    decision = np.where(decision == NONE, waiting, decision)
    there = np.ones(size, bool) if at is None else opened_at <= at
    of, place = question[there], np.flatnonzero(there)
    result = []
    for default, values in (
        (NONE, np.arange(size)),
        (NEVER, owner_asked_at),
        (NEVER, decided_at),
        (NONE, decision),
        (NONE, answer),
    ):
        column = np.full(count, default)
        column[of] = values[place]
        result.append(column)
    return result[0], result[1], result[2], result[3], result[4]


def _asked_again(first: Ints, asked_at: Ints, settled_at: Ints, stands: Flags) -> Ints:
    """When the asker next sent the same words after `settled_at`; NEVER where they did not."""
    again = np.full(len(first), NEVER)
    several = np.flatnonzero(np.bincount(first, minlength=len(first))[first] > 1) if len(first) else first
    if not len(several):
        return again
    later = several[stands[several]]
    # One number for (words, moment), so that one sorted search finds the next of the same words.
    moments, ranks = np.unique(np.concatenate([asked_at[later], settled_at[several]]), return_inverse=True)
    rank_of_asking, rank_of_settling = ranks[: len(later)], ranks[len(later) :]
    keys = np.sort(first[later] * len(moments) + rank_of_asking)
    found = np.searchsorted(keys, first[several] * len(moments) + rank_of_settling, side="right")
    there = found < len(keys)
    key = keys[np.minimum(found, len(keys) - 1)] if len(keys) else found
    same = there & (key // len(moments) == first[several])
    again[several[same]] = moments[key[same] % len(moments)]
    return again


def _states(
    verdict: Ints, withdrawn: Flags, decision: Ints, press: Ints, press_at: Ints, settled_at: Ints, reasked: Flags
) -> Ints:
    """As `adoption.state_of`, the last that applies first in the code."""
    by_person = np.isin(
        decision, [ESCALATIONS.index(EscalationState.ANSWERED), ESCALATIONS.index(EscalationState.POINTED)]
    )
    said_no = (press == PRESSES.index(Helpfulness.NOT_HELPFUL)) & ~(by_person & (press_at <= settled_at))
    state = np.full(len(verdict), STATES.index(State.UNRATED))
    state[press == PRESSES.index(Helpfulness.HELPFUL)] = STATES.index(State.CONFIRMED)
    state[by_person] = STATES.index(State.ANSWERED_BY_OWNER)
    state[said_no | reasked] = STATES.index(State.FAILED)
    state[decision == ESCALATIONS.index(EscalationState.OPEN)] = STATES.index(State.ESCALATED)
    state[verdict == NONE] = NONE
    state[withdrawn] = STATES.index(State.WITHDRAWN)
    state[verdict == VERDICTS.index(Verdict.OUT_OF_SCOPE)] = NONE
    return state


def _first_saved(log: EventLog, at: int | None) -> dict[int, int]:
    found: dict[int, int] = {}
    for answer, when, _ in zip(*log.saved.columns, strict=True):
        if at is None or when <= at:
            found[answer] = min(when, found.get(answer, when))
    return found


def _retired(log: EventLog, at: int | None) -> dict[int, int]:
    """Saving a retired answer brings it back."""
    saved: dict[int, int] = {}
    for answer, when, _ in zip(*log.saved.columns, strict=True):
        if at is None or when <= at:
            saved[answer] = max(when, saved.get(answer, when))
    gone = {answer: when for answer, when in zip(*log.retired.columns, strict=True) if at is None or when <= at}
    return {answer: when for answer, when in gone.items() if when >= saved.get(answer, when)}


def _micro(seconds: float) -> int:
    return int(seconds * SECOND)
