"""What a report says of the library's things: use, radar, value, what to stop, who answers for what. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

from bot.domain import EscalationState, Grade, ItemId, Organisation, RecordedValue, Ring, Verdict
from bot.measures.clock import local_day, micros, working_hours
from bot.measures.eventlog import ESCALATIONS, NONE, VERDICTS
from bot.measures.facts import NEVER, Facts, Ints
from bot.measures.report import Closed, ItemUse, Mandate, RadarTool, StopItem, ValueCell
from bot.measures.scope import BY_OWNER, CONFIRMED, ESCALATED, FAILED, Scope

SKILL, TOOL = "skill:", "tool:"


@dataclass(frozen=True)
class Shelved:
    """An item as it stands in the library."""

    title: str
    owner: str | None = None
    overdue_days: int = 0  # of its review, at the end of the period
    ring: Ring | None = None


@dataclass(frozen=True)
class Charge:
    """A layer or a tool, or everything: who answers for it, and what belongs to it."""

    subject: str
    title: str
    owner: str | None
    deputy: str | None
    covers: Callable[[ItemId | None], bool]  # whether a question nearest to this item waits for them


@dataclass(frozen=True)
class Shelf:
    """The library, as far as reports speak of it."""

    items: Mapping[ItemId, Shelved]
    charges: Sequence[Charge] = ()
    values: Sequence[RecordedValue] = ()

    def title(self, id: ItemId) -> str:
        """The item's own, or its id in words where it is no more."""
        found = self.items.get(id)
        return found.title if found else id.partition(":")[2].rpartition("/")[2].replace("-", " ")


def use(scope: Scope, shelf: Shelf) -> tuple[ItemUse, ...]:
    """Everything recommended in the period, most recommended first."""
    groups = _by_item(scope)
    teams = scope.teams_of_five(groups.rows, groups.place, len(groups.items))
    found = []
    for place, (id, own) in enumerate(groups.each()):
        people = scope.people(own)
        known = shelf.items.get(id, Shelved(""))
        hidden = scope.view.hides(people)
        one = ItemUse(
            id=id,
            title=shelf.title(id),
            recommended=None if hidden else len(own),
            confirmed=None if hidden else int((scope.facts.state[own] == CONFIRMED).sum()),
            people=None if hidden else people,
            teams=teams[place],
            stale=known.overdue_days > 0,
            orphaned=not known.owner,
        )
        found.append((-len(own), id, one))
    return tuple(one for *_, one in sorted(found, key=lambda each: each[:2]))


class _ByItem(NamedTuple):
    """Rows with something recommended, sorted by what."""

    items: list[ItemId]
    rows: Ints
    place: Ints  # of each row's item among `items`

    def each(self) -> Iterator[tuple[ItemId, Ints]]:
        cuts = np.searchsorted(self.place, np.arange(1, len(self.items)))
        return zip(self.items, np.split(self.rows, cuts), strict=bool(self.items))


def _by_item(scope: Scope) -> _ByItem:
    item = scope.facts.item[scope.rows]
    rows = scope.rows[item != NONE]
    rows = rows[np.argsort(scope.facts.item[rows], kind="stable")]
    items, place = np.unique(scope.facts.item[rows], return_inverse=True)
    return _ByItem([scope.item(one) for one in items.tolist()], rows, place)


def radar(scope: Scope, shelf: Shelf) -> tuple[RadarTool, ...]:
    """Every tool of the library, by ring, most asked about first."""
    rings_before = {tool: ring for at, tool, ring in scope.facts.rings if at < micros(scope.start)}
    named = _tools_in_sources(scope.facts)
    now, before = _about_tools(scope, scope.rows, named), _about_tools(scope, scope.before().rows, named)
    found = []
    for id, tool in shelf.items.items():
        if not id.startswith(TOOL):
            continue
        earlier_ring = rings_before.get(id)
        was = Ring(earlier_ring) if earlier_ring else None
        asked, earlier = (each.get(id, (0, 0)) for each in (now, before))
        shown, shown_before = (None if scope.view.hides(people) else n for n, people in (asked, earlier))
        moved = was is not None and was is not tool.ring
        one = RadarTool(id, tool.title, tool.ring, was, moved, shown, shown_before, bool(tool.owner), tool.overdue_days)
        found.append((_ring_order(tool.ring), -asked[0], id, one))
    return tuple(one for *_, one in sorted(found, key=lambda each: each[:3]))


def _ring_order(ring: Ring | None) -> int:
    return list(Ring).index(ring) if ring else len(Ring)


def _tools_in_sources(facts: Facts) -> tuple[Ints, Ints]:
    """The tools in each set of sources, one set after the other, and where each set begins."""
    places: Mapping[str, int] = {id: place for place, id in enumerate(facts.items) if id.startswith(TOOL)}
    named = [[places[id] for id in ids if id in places] for ids in facts.source_sets]
    return np.array([tool for tools in named for tool in tools], np.int64), np.cumsum([0, *map(len, named)])


def _about_tools(scope: Scope, rows: Ints, named: tuple[Ints, Ints]) -> dict[ItemId, tuple[int, int]]:
    """For each tool the questions, and the people, that had it recommended or among the sources."""
    facts, size = scope.facts, max(1, len(scope.facts.questions))
    flat, first = named
    sourced = rows[facts.sources[rows] != NONE]
    sets = facts.sources[sourced]
    counts = first[sets + 1] - first[sets]
    # One row for each source: the place of the question, and how far into its set of sources.
    question = np.repeat(sourced, counts)
    within = np.arange(len(question)) - np.repeat(np.cumsum(counts) - counts, counts)
    tool = flat[np.repeat(first[sets], counts) + within]
    recommended = rows[scope.places(TOOL)[facts.item[rows]]]
    pairs = np.concatenate([tool * size + question, facts.item[recommended] * size + recommended])
    found = {}
    every = np.unique(pairs)
    for place in np.unique(every // size).tolist():
        own = every[np.searchsorted(every, place * size) : np.searchsorted(every, (place + 1) * size)] % size
        found[scope.item(place)] = (len(own), scope.people(own))
    return found


def stop(scope: Scope, shelf: Shelf) -> tuple[StopItem, ...]:
    """Skills and tools that were recommended and never confirmed, with no value recorded; most failed first."""
    valued = {value.subject for value in shelf.values}
    found = []
    for id, own in _by_item(scope).each():
        state = scope.facts.state[own]
        if id in valued or not id.startswith((SKILL, TOOL)) or (state == CONFIRMED).any():
            continue
        failed = int(np.isin(state, [FAILED, ESCALATED, BY_OWNER]).sum())
        hidden = scope.view.hides(scope.people(own))
        one = StopItem(id, shelf.title(id), *((None, None) if hidden else (len(own), failed)))
        found.append((-failed, -len(own), id, one))
    return tuple(one for *_, one in sorted(found, key=lambda each: each[:3]))


def value_map(shelf: Shelf, organisation: Organisation) -> tuple[ValueCell, ...]:
    """Every outcome at every grade, the figures never added."""
    known = dict.fromkeys([*organisation.outcomes, *sorted(value.outcome for value in shelf.values)])
    return tuple(
        ValueCell(outcome, grade, tuple(v for v in shelf.values if (v.outcome, v.grade) == (outcome, grade)))
        for outcome in known
        for grade in Grade
    )


def not_mapped(shelf: Shelf) -> tuple[ItemId, ...]:
    """Skills for which nothing is recorded: nobody knows, which is not zero."""
    valued = {value.subject for value in shelf.values}
    return tuple(id for id in shelf.items if id.startswith(SKILL) and id not in valued)


def mandate(scope: Scope, shelf: Shelf, organisation: Organisation, now: datetime) -> tuple[Mandate, ...]:
    """Each layer and tool, with what waits for its owner at `now`."""
    facts = scope.facts
    waiting = np.flatnonzero(scope.mine & (facts.decision == ESCALATIONS.index(EscalationState.OPEN)))
    near = [scope.item(place) if place != NONE else None for place in facts.nearest[waiting].tolist()]
    hours = _hours_until(facts.owner_asked_at[waiting], scope, organisation, now)
    return tuple(_mandate(charge, near, hours, scope, organisation) for charge in shelf.charges)


def _mandate(
    charge: Charge, near: Sequence[ItemId | None], hours: Sequence[float], scope: Scope, organisation: Organisation
) -> Mandate:
    own = [age for item, age in zip(near, hours, strict=True) if charge.covers(item)]
    oldest = max(own, default=None)
    named = scope.view.names_people
    return Mandate(
        subject=charge.subject,
        title=charge.title,
        has_owner=bool(charge.owner),
        has_deputy=bool(charge.deputy),
        owner=charge.owner if named else None,
        deputy=charge.deputy if named else None,
        open_items=len(own),
        oldest_hours=oldest,
        red=not charge.owner or (oldest is not None and oldest >= organisation.ladder.red),
    )


def _hours_until(since: Ints, scope: Scope, organisation: Organisation, now: datetime) -> list[float]:
    if not len(since):
        return []
    end = micros(now)
    first, last = local_day(int(since.min()), scope.zone), local_day(end, scope.zone)
    hours = working_hours(organisation.working_hours, scope.zone, first, max(first, last))
    return [max(0.0, float(age)) for age in hours.between(since, np.full(len(since), end))]


def closed(scope: Scope, shelf: Shelf) -> tuple[Closed, ...]:
    """The owner's answers that people were told in the period, newest first."""
    facts = scope.facts
    start, end = micros(scope.start), micros(scope.end)
    within = (facts.decided_at >= start) & (facts.decided_at < end) & (facts.owners_answer != NONE)
    rows = np.flatnonzero(scope.mine & within)
    rows = rows[np.argsort(facts.owners_answer[rows], kind="stable")]
    answers, starts = np.unique(facts.owners_answer[rows], return_index=True)
    served = _served(scope)
    found = []
    for answer, own in zip(answers.tolist(), np.split(rows, starts[1:]), strict=bool(len(answers))):
        told, id = facts.decided_at[own], scope.item(answer)
        again = served.get(answer, rows[:0])
        one = Closed(
            answer=id,
            title=shelf.title(id),
            on=local_day(int(told.max()), scope.zone),
            askers=scope.view.count(scope.people(own)),
            served_again=len(again) - int(np.searchsorted(again, told.min(), side="right")),
        )
        found.append((-int(told.max()), id, one))
    return tuple(one for *_, one in sorted(found, key=lambda each: each[:2]))


def _served(scope: Scope) -> dict[int, Ints]:
    """For each answer when it was served without a person in the period, in order."""
    facts = scope.facts
    rows = scope.rows[scope.places("answer:")[facts.item[scope.rows]]]
    alone = (facts.verdict[rows] != VERDICTS.index(Verdict.UNRESOLVED)) & (facts.decided_at[rows] == NEVER)
    rows = rows[alone]
    rows = rows[np.lexsort((facts.asked_at[rows], facts.item[rows]))]
    items, starts = np.unique(facts.item[rows], return_index=True)
    return dict(zip(items.tolist(), np.split(facts.asked_at[rows], starts[1:]), strict=bool(len(items))))
