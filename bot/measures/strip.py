"""The key figures of a period, its weeks, its funnel and its depth. Pure; definitions in `definitions`."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bot.domain import EscalationState, Organisation, Spread, State, Verdict
from bot.measures.clock import days_back, local_day, micros, midnight, working_hours
from bot.measures.eventlog import ESCALATIONS, NONE, VERDICTS
from bot.measures.facts import NEVER, SECOND, STATES, Flags, Ints
from bot.measures.report import Depth, Figure, Funnel, Unit, Week
from bot.measures.scope import CONFIRMED, DECIDED, FAILED, UNRATED, Scope, distinct_pairs, spreads

LIGHT, MODERATE, HEAVY = 1, 3, 8  # questions in 28 days from which on
BACK = 4  # weeks in which returning is looked for
AT_LEAST = 2  # … and in how many of them somebody asked

_Value = tuple[float | None, int]
_UNITS: dict[str, Unit] = {
    "questions": Unit.COUNT,
    "askers": Unit.COUNT,
    "returning_askers": Unit.COUNT,
    "adoption_7": Unit.SHARE,
    "adoption_28": Unit.SHARE,
    "self_serve_rate": Unit.SHARE,
    "unrated_share": Unit.SHARE,
    "failed_share": Unit.SHARE,
    "escalation_rate": Unit.SHARE,
    "reask_rate": Unit.SHARE,
    "stale_answer_rate": Unit.SHARE,
    "reuse_rate": Unit.SHARE,
    "first_answer_p50": Unit.SECONDS,
    "first_answer_p90": Unit.SECONDS,
    "owner_answer_p50": Unit.HOURS,
    "owner_answer_p90": Unit.HOURS,
    "breadth": Unit.PER_PERSON,
}
_NOT_SHOWN: _Value = (None, 0)


def figures(scope: Scope, organisation: Organisation) -> dict[str, Figure]:
    """The strip, each with the same of the period before."""
    now, before = _values(scope, organisation), _values(scope.before(), organisation)
    return {key: Figure(*now[key], *before[key], unit) for key, unit in _UNITS.items()}


def _values(scope: Scope, organisation: Organisation) -> Mapping[str, _Value]:
    facts, rows = scope.facts, scope.rows
    people = scope.people(rows)
    if scope.view.hides(people):
        return dict.fromkeys(_UNITS, _NOT_SHOWN)
    state, verdict = facts.state[rows], facts.verdict[rows]
    decided = int(np.isin(state, DECIDED).sum())
    answers = np.isin(verdict, [VERDICTS.index(Verdict.ANSWERED), VERDICTS.index(Verdict.TENTATIVE)])
    topic = np.where(facts.item[rows] != NONE, facts.item[rows], facts.nearest[rows])
    pairs = distinct_pairs(facts.asker[rows], topic)
    first = spreads(*_first_answers(scope, rows, np.zeros(len(rows), np.int64)), 1)[0]
    owner = spreads(*_owner_answers(scope, rows, np.zeros(len(rows), np.int64), organisation), 1)[0]
    return {
        "questions": (len(rows), len(rows)),
        "askers": (people, people),
        "returning_askers": _returning_askers(scope),
        "adoption_7": _adoption(scope, organisation, 7),
        "adoption_28": _adoption(scope, organisation, 28),
        "self_serve_rate": _share((state == CONFIRMED).sum(), decided),
        "unrated_share": _share((state == UNRATED).sum(), decided),
        "failed_share": _share((state == FAILED).sum(), decided),
        "escalation_rate": _share((facts.owner_asked_at[rows] != NEVER).sum(), len(rows)),
        "reask_rate": _share(facts.reasked[rows].sum(), len(rows)),
        "stale_answer_rate": _share((facts.overdue[rows][answers] > 0).sum(), answers.sum()),
        "reuse_rate": _reuse(scope, rows),
        "first_answer_p50": (first.p50, first.n),
        "first_answer_p90": (first.p90, first.n),
        "owner_answer_p50": (owner.p50, owner.n),
        "owner_answer_p90": (owner.p90, owner.n),
        "breadth": _share(pairs, people),
    }


def _share(part: float, whole: float) -> _Value:
    return (float(part) / float(whole), int(whole)) if whole else _NOT_SHOWN


def _returning_askers(scope: Scope) -> _Value:
    weeks = [scope.between(_back(scope, 7 * (n + 1)), _back(scope, 7 * n)) for n in range(BACK)]
    present = np.stack([scope.present(rows) for rows in weeks])
    people = int((present.sum(axis=0) >= AT_LEAST).sum())
    shown = scope.view.count(people)
    return (shown, int(present.any(axis=0).sum())) if shown is not None else _NOT_SHOWN


def _back(scope: Scope, days: int) -> datetime:
    return days_back(scope.end, days, scope.zone) if days else scope.end


def headcount(organisation: Organisation, team: str | None) -> int | None:
    """People of a team, or of all teams whose headcount is known; None where none is."""
    teams = organisation.teams.values()
    known = [one.headcount for one in teams if one.headcount and (team is None or one.name == team)]
    return sum(known) or None


def _adoption(scope: Scope, organisation: Organisation, days: int) -> _Value:
    whole = headcount(organisation, scope.team)
    if not whole:
        return _NOT_SHOWN
    rows = scope.last(days)
    counted = {team.name for team in organisation.teams.values() if team.headcount}
    within = np.array([bool(counted & set(names)) for names in scope.facts.team_sets], bool)
    people = scope.people(rows[within[scope.facts.teams[rows]]]) if len(rows) else 0
    return _NOT_SHOWN if scope.view.hides(people) else (people / whole, whole)


def _reuse(scope: Scope, rows: Ints) -> _Value:
    """Of the owner's answers that were in use in the period, those that were served in it after they were saved."""
    facts = scope.facts
    start, end = micros(scope.start), micros(scope.end)
    in_use = [a for a, at in facts.saved.items() if at < end and facts.retired.get(a, end) > start]
    served = sum(bool((facts.asked_at[rows][facts.item[rows] == a] > facts.saved[a]).any()) for a in in_use)
    return _share(served, len(in_use))


def _first_answers(scope: Scope, rows: Ints, group: Ints) -> tuple[Ints, npt.NDArray[np.float64]]:
    facts = scope.facts
    told = facts.told_at[rows] != NEVER
    return group[told], (facts.told_at[rows][told] - facts.asked_at[rows][told]) / SECOND


def _owner_answers(
    scope: Scope, rows: Ints, group: Ints, organisation: Organisation
) -> tuple[Ints, npt.NDArray[np.float64]]:
    facts = scope.facts
    answered = facts.decision[rows] == ESCALATIONS.index(EscalationState.ANSWERED)
    rows, group = rows[answered], group[answered]
    if not len(rows):
        return group, np.zeros(0)
    asked, decided = facts.owner_asked_at[rows], facts.decided_at[rows]
    first, last = (local_day(int(at), scope.zone) for at in (asked.min(), decided.max()))
    hours = working_hours(organisation.working_hours, scope.zone, first, last)
    return group, hours.between(asked, decided)


# ---------------------------------------------------------------- weeks


def weeks(scope: Scope, organisation: Organisation) -> tuple[Week, ...]:
    """Week by week. A week of few people is not shown, nor is the next smallest where it could be worked out."""
    mondays, rows, facts = scope.weeks(), scope.rows, scope.facts
    week = scope.week_of(rows, mondays)
    present = np.zeros((len(facts.people), len(mondays)), bool)
    present[facts.asker[rows], week] = True
    active = dict(enumerate(present.sum(axis=0).tolist()))
    hidden = scope.view.folded(active, lambda places: int(present[:, list(places)].any(axis=1).sum()))
    returning = _returning(scope).sum(axis=0).tolist()
    state = facts.state[rows]
    table = np.zeros((len(mondays), len(STATES) + 1), np.int64)
    np.add.at(table, (week, state), 1)  # no state yet: the last column
    first = spreads(*_first_answers(scope, rows, week), len(mondays))
    owner = spreads(*_owner_answers(scope, rows, week, organisation), len(mondays))
    found = []
    for place, monday in enumerate(mondays):
        days = _days_within(scope, monday)
        if place in hidden:
            found.append(Week(monday, days, None, None, None, None, None, Spread(), Spread()))
            continue
        counts = table[place].tolist()
        states = dict(zip(STATES, counts, strict=False))
        back = scope.view.count(returning[place])
        found.append(
            Week(monday, days, active[place], back, sum(counts), states, counts[-1], first[place], owner[place])
        )
    return tuple(found)


def _days_within(scope: Scope, monday: date) -> int:
    edges = [micros(midnight(monday + timedelta(day), scope.zone)) for day in range(8)]
    return sum(micros(scope.start) < end and start < micros(scope.end) for start, end in pairwise(edges))


def _returning(scope: Scope) -> npt.NDArray[np.bool_]:
    """(people, weeks): who asked in at least 2 of the 4 weeks that end with each, up to the end of the period."""
    mondays = scope.weeks()
    earlier = [mondays[0] - timedelta(7 * back) for back in range(BACK - 1, 0, -1)]
    every = [*earlier, *mondays]
    rows = scope.between(midnight(every[0], scope.zone), scope.end)
    present = np.zeros((len(scope.facts.people), len(every)), np.int8)
    present[scope.facts.asker[rows], scope.week_of(rows, every)] = 1
    totals = np.cumsum(np.pad(present, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    found: npt.NDArray[np.bool_] = totals[:, BACK:] - totals[:, :-BACK] >= AT_LEAST
    return found


def funnel(scope: Scope) -> Funnel:
    """Each stage among the one before."""
    facts, rows = scope.facts, scope.rows
    asked = scope.present(rows)
    returned = asked & _returning(scope).any(axis=1)
    to_skill = rows[scope.places("skill:")[facts.item[rows]]]
    used: Flags = returned & scope.present(to_skill)
    confirmed = used & scope.present(to_skill[facts.state[to_skill] == CONFIRMED])
    return Funnel(*(scope.view.count(int(stage.sum())) for stage in (asked, returned, used, confirmed)))


def depth(scope: Scope, organisation: Organisation) -> Depth:
    """People by their questions in the last 28 days."""
    asked = np.bincount(scope.facts.asker[scope.last(28)], minlength=len(scope.facts.people))
    people = {
        "light": int(((asked >= LIGHT) & (asked < MODERATE)).sum()),
        "moderate": int(((asked >= MODERATE) & (asked < HEAVY)).sum()),
        "heavy": int((asked >= HEAVY).sum()),
    }
    hidden = scope.view.folded(people, lambda keys: sum(people[key] for key in keys))
    shown = {key: None if key in hidden else count for key, count in people.items()}
    whole = headcount(organisation, scope.team)
    none = None if whole is None else max(0, whole - sum(people.values()))
    other = scope.view.count(sum(people[key] for key in hidden))
    return Depth(scope.view.count(none) if none is not None else None, **shown, other=other)


def states(scope: Scope) -> dict[State, int]:
    """How many questions of the period stand where."""
    there = scope.facts.state[scope.rows]
    counts = np.bincount(there[there != NONE], minlength=len(STATES)).tolist()
    return dict(zip(STATES, counts, strict=True))
