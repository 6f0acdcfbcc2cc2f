"""The report that leadership sees: facts from the log, titles from the library, put together by `measures`."""

import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from bot.domain import CuratedAnswer, Item, ItemId, Library, Organisation, RecordedValue, Rule, TeamName, ToolNote
from bot.library.layers import layer_owner
from bot.measures import demand, shelf, strip, teams
from bot.measures.demand import Grouping
from bot.measures.facts import Facts
from bot.measures.privacy import View
from bot.measures.report import Report
from bot.measures.scope import Scope
from bot.measures.shelf import Charge, Shelf, Shelved
from bot.reasoning.freshness import overdue_days
from bot.store import records
from bot.store.database import Database
from bot.store.ledger import facts_at
from bot.wiring import Books

_KEPT = 16  # of each, for each database
_groupings: "WeakKeyDictionary[object, dict[str, Grouping]]" = WeakKeyDictionary()
_reports: "WeakKeyDictionary[object, dict[Any, tuple[_Made, Report]]]" = WeakKeyDictionary()
_lock = threading.Lock()


class _Made:
    """What a report was made from: the same only while nothing new has happened and no file has changed."""

    def __init__(
        self, facts: Facts, library: Library, organisation: Organisation, values: Sequence[RecordedValue]
    ) -> None:
        self.facts, self.library, self.organisation, self.values = facts, library, organisation, values

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Made)
            and self.facts is other.facts
            and self.library is other.library
            and self.organisation == other.organisation
            and self.values == other.values
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Period:
    """Half-open: from `start` up to, not including, `end`; aware."""

    start: datetime
    end: datetime


def report(
    books: Books,
    period: Period,
    team: TeamName | None = None,
    at: datetime | None = None,
    *,
    for_owner: bool = False,
) -> Report:
    """Everything leadership sees of a period, for everyone or for one team, as it was known at `at` (None: now).

    `for_owner` names people and quotes telling words of questions; without it the report is fit for leaders.
    """
    organisation, library = books.organisation, books.library
    facts = facts_at(books.database, at)
    scope = Scope(facts, period.start, period.end, organisation.time_zone, View(for_owner), team)
    known = _shelf(library, organisation, books.database, period, at)
    made = _Made(facts, library, organisation, known.values)
    kept, key = _reports.setdefault(books.database.engine, {}), (period, team, at, for_owner)
    with _lock:
        before, found = kept.get(key, (None, None))
    if found is None or before != made:
        found = _report(books.database, scope, organisation, library, known, at)
        with _lock:
            _keep(kept, key, (made, found))
    if found.people is None and team is not None:
        return found  # how many wait for an owner says nothing of who asked; in a small team it would
    return replace(found, mandate=shelf.mandate(scope, known, organisation, at or books.now()))


def _report(
    database: Database, scope: Scope, organisation: Organisation, library: Library, known: Shelf, at: datetime | None
) -> Report:
    """All but what waits, which grows older by the minute."""
    empty = _frame(scope, organisation, known, at)
    if not teams.is_shown(scope, organisation):
        return empty
    grouping = _grouping(database, scope, _vocabulary(library))
    reasons = _reasons(database, scope, grouping) if scope.view.names_people else {}
    gaps, smaller = demand.gaps(scope, grouping, known, reasons)
    return replace(
        empty,
        people=scope.people(scope.rows),
        figures=strip.figures(scope, organisation),
        states=strip.states(scope),
        weeks=strip.weeks(scope, organisation),
        funnel=strip.funnel(scope),
        teams=teams.adoption(scope, organisation),
        depth=strip.depth(scope, organisation),
        gaps=gaps,
        smaller_gaps=smaller,
        radar=shelf.radar(scope, known),
        use=shelf.use(scope, known),
        kinds=teams.kinds(scope, organisation),
        stop=shelf.stop(scope, known),
        closed=shelf.closed(scope, known),
    )


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    while len(kept) >= _KEPT:
        kept.pop(next(iter(kept)))
    kept[key] = value


def _frame(scope: Scope, organisation: Organisation, known: Shelf, at: datetime | None) -> Report:
    return Report(
        start=scope.start,
        end=scope.end,
        before=scope.before().start,
        at=at,
        team=scope.team,
        time_zone=scope.zone,
        names_people=scope.view.names_people,
        people=None,
        promise=organisation.ladder,
        value_map=shelf.value_map(known, organisation),
        not_mapped=shelf.not_mapped(known),
    )


# ---------------------------------------------------------------- the library


def _shelf(
    library: Library, organisation: Organisation, database: Database, period: Period, at: datetime | None
) -> Shelf:
    with database.reading() as session:
        written = records.curated_answers(session)
        recorded = records.recorded_values(session, at)
    end = period.end.astimezone(ZoneInfo(organisation.time_zone)).date()
    items = {id: _shelved(item, end) for id, item in library.items().items()}
    # The question of an answer that was written in Slack may be the asker's own words; its id is the owner's.
    items |= {one.id: Shelved(_in_words(one.id), one.owner, overdue_days(one, end)) for one in written}
    return Shelf(items, tuple(_charges(library, organisation)), (*library.values, *recorded))


def _shelved(item: Item, day: date) -> Shelved:
    title = item.question if isinstance(item, CuratedAnswer) else item.title
    ring = item.ring if isinstance(item, ToolNote) else None
    return Shelved(title, item.owner, overdue_days(item, day), ring)


def _in_words(id: ItemId) -> str:
    return id.removeprefix("answer:").replace("-", " ").capitalize()


def _charges(library: Library, organisation: Organisation) -> Iterator[Charge]:
    yield Charge("signpost", "Signpost", organisation.owner, organisation.deputy, lambda _: True)
    layer_of = {id: skill.layer for id, skill in library.skills.items()}
    for layer in sorted(set(layer_of.values())):
        team = organisation.teams.get(TeamName(layer.split("/")[0]))
        deputy = team.deputy if team else organisation.deputy
        own = frozenset(id for id, other in layer_of.items() if other == layer)
        yield Charge(f"layer:{layer}", layer, layer_owner(layer, organisation), deputy, own.__contains__)
    for id, tool in library.tools.items():
        yield Charge(id, tool.title, tool.owner, organisation.deputy, frozenset([id]).__contains__)


def _vocabulary(library: Library) -> frozenset[str]:
    """Words of the files that everybody may read; not of questions, which people may have asked."""
    texts: list[str] = []
    for item in library.items().values():
        if isinstance(item, CuratedAnswer):
            texts.append(item.text)
        elif isinstance(item, Rule):
            texts += [item.title, item.text]
        elif isinstance(item, ToolNote):
            texts += [item.title, *item.aliases, item.use_for]
        else:
            texts += [item.title, item.description]
    return demand.vocabulary(texts)


# ---------------------------------------------------------------- unmet questions


def _grouping(database: Database, scope: Scope, vocabulary: Collection[str]) -> Grouping:
    """Kept for the same questions and the same library: reading and grouping texts takes most of a report's time."""
    facts, rows = scope.facts, demand.unmet(scope)
    kept = _groupings.setdefault(database.engine, {})
    with database.reading() as session:
        erased = records.erasures(session)  # words that are gone must not live on here
        parts = (rows, facts.owner_asked_at[rows], *sorted(vocabulary), erased)
        key = sha256(b"\n".join(getattr(part, "tobytes", str(part).encode)() for part in parts)).hexdigest()
        if (found := kept.get(key)) is not None:
            return found
        ids = [facts.questions[row] for row in rows.tolist()]
        told = records.words_of(session, ids)
    there = [place for place, id in enumerate(ids) if told[id].text]  # erased ones have no words any more
    texts, quotable = [told[ids[place]].text for place in there], [told[ids[place]].shared for place in there]
    grouping = demand.group(rows[there], texts, quotable, vocabulary)
    with _lock:
        _keep(kept, key, grouping)
    return grouping


def _reasons(database: Database, scope: Scope, grouping: Grouping) -> dict[str, str]:
    ids = [scope.facts.questions[row] for row in grouping.rows.tolist()]
    with database.reading() as session:
        return {id: words.dismissed_because for id, words in records.words_of(session, ids).items()}
