"""Does A work with B? The best path of at most three hops through what the notes say, every hop with its source.

Pure. A verdict is never worse than what was tested: no path is "not known", and only a tested broken edge is "no".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, product

from bot.domain import Edge, ItemId, Outcome, Ring, Rule, ToolNote
from bot.reasoning.freshness import is_expired

MOST_HOPS = 3
_BAD = {"works": 0, "partial": 1, "broken": 2}
Barred = frozenset[ItemId]


@dataclass(frozen=True)
class Way:
    """One way for something to get from one tool to another, in the direction of flow."""

    start: ItemId
    end: ItemId
    edge: Edge  # where it is written
    status: str  # works | partial | broken; by hand is partial at most
    expired: bool

    @property
    def bridge(self) -> ItemId | None:
        """The tool in between, where one is needed."""
        return ItemId(self.edge.via) if self.edge.via.startswith("tool:") else None

    @property
    def usable(self) -> bool:
        return self.status != "broken"

    @property
    def proves_no(self) -> bool:
        """Only a test that still counts does."""
        return self.status == "broken" and self.edge.tested is not None and not self.expired


Path = tuple[Way, ...]


@dataclass(frozen=True)
class Graph:
    """Every way, by where it starts and where it ends."""

    out: Mapping[ItemId, Mapping[ItemId, tuple[Way, ...]]]
    into: Mapping[ItemId, frozenset[ItemId]]

    def direct(self, start: ItemId, end: ItemId) -> tuple[Way, ...]:
        return self.out.get(start, {}).get(end, ())

    def touching(self, tool: ItemId) -> tuple[Way, ...]:
        """The ways out of a tool and into it."""
        into = (way for other in sorted(self.into.get(tool, ())) for way in self.direct(other, tool))
        return (*(way for ways in self.out.get(tool, {}).values() for way in ways), *into)

    def all(self) -> Iterable[Way]:
        return (way for ends in self.out.values() for ways in ends.values() for way in ways)


@dataclass(frozen=True)
class Finding:
    """What is known of a question: the outcome, the path to show, every edge it stands on, what was left out."""

    outcome: Outcome
    path: Path = ()
    cites: tuple[Edge, ...] = ()
    excluded: tuple[ItemId, ...] = ()
    partners: tuple[ItemId, ...] = ()  # for lists: the tools themselves


def graph_of(tools: Mapping[ItemId, ToolNote], today: date) -> Graph:
    """The facts of all notes. Of two entries for the same way the later test counts, of equal ones the worse."""
    ways: dict[tuple[ItemId, ItemId, str], Way] = {}
    for note in tools.values():
        for edge in note.works_with:
            for way in _ways(edge, note, today):
                key = (way.start, way.end, edge.via)
                if key not in ways or _weight(way) > _weight(ways[key]):
                    ways[key] = way
    out: dict[ItemId, dict[ItemId, tuple[Way, ...]]] = {}
    into: dict[ItemId, set[ItemId]] = {}
    for way in ways.values():
        ends = out.setdefault(way.start, {})
        ends[way.end] = (*ends.get(way.end, ()), way)
        into.setdefault(way.end, set()).add(way.start)
    return Graph(out, {end: frozenset(starts) for end, starts in into.items()})


def _ways(edge: Edge, note: ToolNote, today: date) -> Iterable[Way]:
    if edge.source_tool == edge.target_tool:
        return
    status = "partial" if edge.via == "none" and edge.status == "works" else edge.status
    expired = is_expired(edge, note, today)
    if edge.direction in {"both", "to"}:
        yield Way(edge.source_tool, edge.target_tool, edge, status, expired)
    if edge.direction in {"both", "from"}:
        yield Way(edge.target_tool, edge.source_tool, edge, status, expired)


def _weight(way: Way) -> tuple[date, int, bool]:
    return way.edge.tested or date.min, _BAD[way.status], way.expired


def barred(tools: Mapping[ItemId, ToolNote], rules: Iterable[Rule], teams: Sequence[str]) -> Barred:
    """The tools that must not stand in the middle: on hold, or forbidden for everything.

    An expired prohibition still bars, and so does one for another team where the asker's is not known.
    """
    held = {note.id for note in tools.values() if note.ring is Ring.HOLD}
    for rule in rules:
        counts = "*" in rule.teams or not teams or any(team in rule.teams for team in teams)
        if rule.decision == "not allowed" and "*" in rule.data and "*" in rule.tier and counts:
            held |= {ItemId(tool) for tool in rule.tools if tool != "*"}
    return frozenset(held)


# ---------------------------------------------------------------- paths


def best_path(graph: Graph, start: ItemId, end: ItemId, avoid: Barred = frozenset(), *, stale: bool = True) -> Path:
    """The best path, empty where there is none: fresh, short, whole, tested, lately tested, in this order.

    `avoid` stands nowhere in the middle. Without `stale` a hop whose test has expired is no hop.
    """
    for expired in (False, True) if stale else (False,):
        for hops in range(1, MOST_HOPS + 1):
            found = [
                path
                for stops in _stops(graph, start, end, hops, avoid)
                for path in product(*_choices(graph, stops, avoid, expired=expired))
                if not expired or any(way.expired for way in path)
            ]
            if found:
                return min(found, key=_cost)
    return ()


def _stops(graph: Graph, start: ItemId, end: ItemId, hops: int, avoid: Barred) -> Iterable[tuple[ItemId, ...]]:
    """The tools along each path of so many hops, no tool twice."""
    apart = {start, end} | avoid
    if start == end:
        return
    if hops == 1:
        yield (start, end)
        return
    first, last = graph.out.get(start, {}).keys() - apart, graph.into.get(end, frozenset()) - apart
    if hops == 2:
        yield from ((start, stop, end) for stop in first & last)
        return
    for one in first:
        yield from ((start, one, two, end) for two in (graph.out.get(one, {}).keys() & last) - {one})


def _choices(graph: Graph, stops: Sequence[ItemId], avoid: Barred, *, expired: bool) -> list[list[Way]]:
    return [
        [way for way in graph.direct(a, b) if _open(way, avoid) and (expired or not way.expired)]
        for a, b in pairwise(stops)
    ]


def _open(way: Way, avoid: Barred) -> bool:
    return way.usable and way.bridge not in avoid


def _cost(path: Path) -> tuple[bool, bool, int, tuple[str, ...]]:
    """Of paths as fresh and as long: what is least is best."""
    tests = [way.edge.tested for way in path if way.edge.tested]
    oldest = -min(tests).toordinal() if tests else 0
    ids = (*(way.end for way in path), *(way.edge.via for way in path), *(way.edge.source_tool for way in path))
    return any(way.status == "partial" for way in path), len(tests) < len(path), oldest, ids


def _left_out(graph: Graph, start: ItemId, end: ItemId, avoid: Barred) -> tuple[ItemId, ...]:
    """The barred tools that the best path would go over if they were not barred."""
    path = best_path(graph, start, end) if avoid else ()
    between = [way.end for way in path[:-1]] + [way.bridge for way in path if way.bridge]
    return tuple(dict.fromkeys(tool for tool in between if tool in avoid))


# ---------------------------------------------------------------- questions


def flow(graph: Graph, start: ItemId, end: ItemId, avoid: Barred = frozenset()) -> Finding:
    """Does anything get from one tool to the other?"""
    return _named(_flow(graph, start, end, avoid), (start, end), avoid)


def pair(graph: Graph, one: ItemId, other: ItemId, avoid: Barred = frozenset()) -> Finding:
    """Do they work together? Both directions count: one way alone is not a plain yes."""
    return _named(_pair(_flow(graph, one, other, avoid), _flow(graph, other, one, avoid)), (one, other), avoid)


def _flow(graph: Graph, start: ItemId, end: ItemId, avoid: Barred) -> Finding:
    direct = [way for way in graph.direct(start, end) if way.bridge not in avoid]
    back = [way for way in graph.direct(end, start) if way.usable and way.bridge not in avoid] if not direct else []
    fresh = best_path(graph, start, end, avoid, stale=False)
    excluded = _left_out(graph, start, end, avoid)
    broken = [way.edge for way in direct if way.proves_no]
    if broken and len(fresh) != 1:
        return Finding(Outcome.BROKEN, fresh, _edges(broken, fresh), excluded)
    if fresh:
        partly = any(way.status == "partial" for way in fresh)
        aside = [way.edge for way in (*direct, *back) if way.expired or way in back] if len(fresh) > 1 else []
        return Finding(Outcome.PARTLY if partly else Outcome.WORKS, fresh, _edges(aside, fresh), excluded)
    stale = best_path(graph, start, end, avoid)
    old = [way.edge for way in direct if way.expired]  # a broken one makes no path, but a new test could
    if stale or old:
        return Finding(Outcome.RETEST, stale, _edges([] if stale else old, stale), excluded)
    if back:
        return Finding(Outcome.ONE_WAY, (), _edges([way.edge for way in back], ()), excluded)
    return Finding(Outcome.NOT_KNOWN, (), (), excluded)


_WORST = (Outcome.BROKEN, Outcome.ONE_WAY, Outcome.NOT_KNOWN, Outcome.RETEST, Outcome.PARTLY, Outcome.WORKS)
_GOOD = frozenset({Outcome.WORKS, Outcome.PARTLY})


def _pair(there: Finding, back: Finding) -> Finding:
    flows = (there, back)
    for good in ([f for f in flows if _is_good(f) and len(f.path) == 1], None, [f for f in flows if _is_good(f)]):
        if good is None:
            broken = [f for f in flows if f.outcome is Outcome.BROKEN]
            if broken:
                shown = min((f.path for f in broken if f.path), key=_cost, default=())
                edges = (e for f in broken for e in f.cites if f.path == shown or e not in {w.edge for w in f.path})
                return Finding(Outcome.BROKEN, shown, _edges(edges, ()), _excluded(broken))
        elif len(good) == 2:
            worse = min((f.outcome for f in good), key=_WORST.index)
            return Finding(worse, there.path, _edges((e for f in good for e in f.cites), ()), _excluded(good))
        elif good:
            return Finding(Outcome.ONE_WAY, good[0].path, good[0].cites, good[0].excluded)
    old = next((f for f in flows if f.outcome is Outcome.RETEST), None)
    return Finding(
        Outcome.RETEST if old else Outcome.NOT_KNOWN,
        old.path if old else (),
        old.cites if old else (),
        _excluded([old] if old else flows),
    )


def _is_good(finding: Finding) -> bool:
    return finding.outcome in _GOOD


def partners(graph: Graph, tool: ItemId, avoid: Barred = frozenset()) -> Finding:
    """What works with it, either way. What was tested broken or is barred is left out and named."""
    kept: list[Way] = []
    left: list[ItemId] = []
    by_other: dict[ItemId, list[Way]] = {}
    for way in graph.touching(tool):
        by_other.setdefault(way.end if way.start == tool else way.start, []).append(way)
    for other, ways in sorted(by_other.items()):
        open_ways = [way for way in ways if way.bridge not in avoid]
        good = [way for way in open_ways if way.usable or way.expired]
        if other in avoid:
            left.append(other)
        elif good:
            kept += good
        else:
            left += [other] if open_ways else [way.bridge for way in ways if way.bridge]
    others = tuple(dict.fromkeys(way.end if way.start == tool else way.start for way in kept))
    outcome = Outcome.WORKS if kept else Outcome.NOT_KNOWN
    left += [tool] if tool in avoid else []
    return Finding(outcome, (), _edges([way.edge for way in kept], ()), tuple(dict.fromkeys(left)), others)


def by_way(ways: Iterable[Way], tool: ItemId, avoid: Barred = frozenset()) -> Finding:
    """The best of these ways that touch a tool: is there an MCP server, an API, a CLI for it?"""
    known = [way for way in ways if way.bridge not in avoid]
    sorts = (
        (Outcome.WORKS, [way for way in known if way.status == "works" and not way.expired]),
        (Outcome.PARTLY, [way for way in known if way.status == "partial" and not way.expired]),
        (Outcome.RETEST, [way for way in known if way.expired]),
        (Outcome.BROKEN, [way for way in known if way.proves_no]),
    )
    for outcome, found in sorts:
        if found:
            return _named(Finding(outcome, (), _edges((way.edge for way in found), ())), (tool,), avoid)
    return Finding(Outcome.NOT_KNOWN)


def _named(finding: Finding, asked: Iterable[ItemId], avoid: Barred) -> Finding:
    """A barred tool that the asker names is answered by the facts, but never with a plain yes."""
    held = tuple(tool for tool in asked if tool in avoid)
    outcome = Outcome.PARTLY if held and finding.outcome is Outcome.WORKS else finding.outcome
    excluded = tuple(dict.fromkeys((*finding.excluded, *held)))
    return Finding(outcome, finding.path, finding.cites, excluded, finding.partners)


def _excluded(findings: Iterable[Finding]) -> tuple[ItemId, ...]:
    return tuple(dict.fromkeys(tool for finding in findings for tool in finding.excluded))


def _edges(edges: Iterable[Edge], path: Path) -> tuple[Edge, ...]:
    """Each once: what is said aside, then the hops."""
    return tuple(dict.fromkeys((*edges, *(way.edge for way in path))))
