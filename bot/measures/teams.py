"""What a report says team by team, with small groups in "other". Pure; definitions in `definitions`."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

import numpy as np

from bot.domain import Kind, Organisation
from bot.measures.counting import OTHER
from bot.measures.eventlog import KINDS, NONE
from bot.measures.facts import Flags, Ints
from bot.measures.report import Cell, KindShare, TeamRow
from bot.measures.scope import Scope


def names(scope: Scope, organisation: Organisation) -> list[str]:
    """The organisation's teams in its order, then those that people were in and that are no more, then "other"."""
    if scope.team is not None:
        return [scope.team]
    asked_in = {name for names in scope.facts.team_sets for name in names}
    known = list(organisation.teams)
    return [*known, *sorted(asked_in - set(known) - {OTHER}), OTHER]


def is_shown(scope: Scope, organisation: Organisation) -> bool:
    """Whether a report of this team alone may be shown: not where everyone's would fold it."""
    everyone = Scope(scope.facts, scope.start, scope.end, scope.zone, scope.view)
    if scope.team is None:
        return not scope.view.hides(everyone.people(everyone.rows))
    present = _present(everyone, everyone.rows, names(everyone, organisation))
    people = {name: int(there.sum()) for name, there in present.items()}
    return people.get(scope.team, 0) == 0 or scope.team not in scope.view.folded(people, _union(present))


def adoption(scope: Scope, organisation: Organisation) -> tuple[TeamRow, ...]:
    """The heat map: distinct askers by team and week, and of the last 7 and 28 days."""
    teams, mondays = names(scope, organisation), scope.weeks()
    by_week = _weekly(scope, teams, mondays)
    by_span = [_shown(scope, _present(scope, scope.last(days), teams)) for days in (7, 28)]
    found = []
    for name in teams:
        team = organisation.teams.get(name)  # type: ignore[call-overload]
        whole = (team.headcount or None) if team else None
        spans = [span[name] for span in by_span]
        cells = tuple(
            Cell(monday, shown[name], _share(shown[name], whole))
            for monday, shown in zip(mondays, by_week, strict=True)
        )
        if name != OTHER or any(cell.people != 0 for cell in cells) or any(spans):
            found.append(TeamRow(name, whole, cells, *spans, *(_share(people, whole) for people in spans)))
    return tuple(found)


def questions(scope: Scope, organisation: Organisation) -> dict[str, int]:
    """How many questions each team asked. A question of somebody in two teams is one of both."""
    teams = names(scope, organisation)
    members = {name: scope.of_team(name, scope.rows) for name in teams}
    present = {name: scope.present(scope.rows[within]) for name, within in members.items()}
    folded = scope.view.folded({name: int(there.sum()) for name, there in present.items()}, _union(present))
    found = {name: int(within.sum()) for name, within in members.items() if within.any() and name not in folded}
    other = sum(int(members[name].sum()) for name in folded)
    return {**found, OTHER: other} if other else found


def kinds(scope: Scope, organisation: Organisation) -> tuple[KindShare, ...]:
    """Process and technology, team by team; teams of few askers together in "other"."""
    rows = scope.rows[scope.facts.kind[scope.rows] != NONE]
    teams = names(scope, organisation)
    members = {name: scope.of_team(name, rows) for name in teams}
    present = {name: scope.present(rows[within]) for name, within in members.items()}
    people = {name: int(there.sum()) for name, there in present.items()}
    folded = scope.view.folded(people, _union(present))
    other = np.zeros(len(rows), bool)
    for name in folded:
        other |= members[name]
    found = [_kind_share(scope, rows, name, members[name]) for name in teams if people[name] and name not in folded]
    if other.any():
        there = scope.people(rows[other])
        hidden = KindShare(OTHER, None, None, None, None)
        found.append(hidden if scope.view.hides(there) else _kind_share(scope, rows, OTHER, other))
    return tuple(found)


def _kind_share(scope: Scope, rows: Ints, name: str, within: Flags) -> KindShare:
    kind = scope.facts.kind[rows[within]]
    process = int((kind == KINDS.index(Kind.PROCESS)).sum())
    mixed = int((kind == KINDS.index(Kind.MIXED)).sum())
    return KindShare(name, len(kind), process, mixed, len(kind) - process - mixed)


def _present(scope: Scope, rows: Ints, teams: Collection[str]) -> dict[str, Flags]:
    return {name: scope.present(rows[scope.of_team(name, rows)]) for name in teams}


def _union(present: Mapping[str, Flags]) -> Callable[[Collection[str]], int]:
    def people(names: Collection[str]) -> int:
        return int(np.any([present[name] for name in names], axis=0).sum())

    return people


def _shown(scope: Scope, present: Mapping[str, Flags]) -> dict[str, int | None]:
    """People by team; None for what is folded, "other" with all that was."""
    people = {name: int(there.sum()) for name, there in present.items()}
    folded = scope.view.folded(people, _union(present))
    shown: dict[str, int | None] = {name: None if name in folded else count for name, count in people.items()}
    if scope.team is None:
        shown[OTHER] = scope.view.count(_union(present)(folded)) if folded else 0
    return shown


def _weekly(scope: Scope, teams: Collection[str], mondays: list[date]) -> list[dict[str, int | None]]:
    rows = scope.rows
    week = scope.week_of(rows, mondays)
    tables = {}
    for name in teams:
        within = scope.of_team(name, rows)
        table = np.zeros((len(scope.facts.people), len(mondays)), bool)
        table[scope.facts.asker[rows[within]], week[within]] = True
        tables[name] = table.T
    return [_shown(scope, {name: table[place] for name, table in tables.items()}) for place in range(len(mondays))]


def _share(people: int | None, whole: int | None) -> float | None:
    return people / whole if people is not None and whole else None
