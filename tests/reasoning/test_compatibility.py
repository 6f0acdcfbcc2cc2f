"""The path search against a search that tries everything, on random graphs."""

from datetime import date, timedelta
from itertools import pairwise, permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import Edge, ItemId, Outcome, Review, Ring, Rule, ToolNote
from bot.reasoning import compatibility as c
from bot.reasoning.freshness import is_expired

TODAY = date(2026, 11, 24)
TOOLS = [ItemId(f"tool:{letter}") for letter in "abcdef"]
TEAMS = ("sales", "people")
NEVER_TESTED = 1_000_000  # days: a path with one tested hop is better than one with none

ages = st.none() | st.integers(0, 200).map(lambda days: TODAY - timedelta(days=days))
edges = st.builds(
    Edge,
    source_tool=st.sampled_from(TOOLS),
    target_tool=st.sampled_from(TOOLS),
    via=st.sampled_from(["native", "api", "none", "tool:b", "tool:f"]),
    direction=st.sampled_from(["both", "to", "from"]),
    status=st.sampled_from(["works", "works", "partial", "broken"]),
    tested=ages,
    expires=st.none() | st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days)),
)
rules = st.builds(
    Rule,
    id=st.just(ItemId("rule:r")),
    title=st.just("r"),
    decision=st.sampled_from(["not allowed", "allowed"]),
    tools=st.sampled_from([(tool,) for tool in TOOLS] + [("*",)]),
    data=st.sampled_from([("*",), ("customer",)]),
    teams=st.sampled_from([("*",), ("sales",), ("people",)]),
    expires=st.none() | st.just(TODAY - timedelta(days=1)),
)


def notes(some: list[Edge], held: set[ItemId]) -> dict[ItemId, ToolNote]:
    every = timedelta(days=90)
    return {
        tool: ToolNote(
            tool,
            tool[-1],
            ring=Ring.HOLD if tool in held else None,
            review=Review(TODAY, every),
            works_with=tuple(edge for edge in some if edge.source_tool == tool),
        )
        for tool in TOOLS
    }


def facts(tools: dict[ItemId, ToolNote], start: ItemId, end: ItemId) -> dict[str, tuple[str, bool, date | None, Edge]]:
    """What the notes say of start → end, read anew: one fact for each way."""
    kept: dict[str, tuple[str, bool, date | None, Edge]] = {}
    for note in tools.values():
        for edge in note.works_with:
            forth = (edge.source_tool, edge.target_tool) == (start, end) and edge.direction != "from"
            back = (edge.target_tool, edge.source_tool) == (start, end) and edge.direction != "to"
            if not (forth or back):
                continue
            status = "partial" if edge.via == "none" and edge.status == "works" else edge.status
            fact = (status, is_expired(edge, note, TODAY), edge.tested, edge)
            if edge.via not in kept or _counts_more(fact, kept[edge.via]):
                kept[edge.via] = fact
    return kept


def _counts_more(one: tuple[str, bool, date | None, Edge], other: tuple[str, bool, date | None, Edge]) -> bool:
    if one[2] != other[2]:
        return (one[2] or date.min) > (other[2] or date.min)
    worse = ["works", "partial", "broken"]
    return (worse.index(one[0]), one[1]) > (worse.index(other[0]), other[1])


def everything(
    tools: dict[ItemId, ToolNote], start: ItemId, end: ItemId, barred: set[ItemId]
) -> list[tuple[tuple[bool, int, bool, bool, int], list[tuple[str, bool, date | None, Edge]]]]:
    """Every path of one to three hops with what it costs, tried one by one."""
    found = []
    others = [tool for tool in TOOLS if tool not in {start, end} | barred]
    for between in (stops for count in range(3) for stops in permutations(others, count)):
        line = (start, *between, end)
        hops = [
            [
                fact
                for via, fact in facts(tools, a, b).items()
                if fact[0] != "broken" and not (via.startswith("tool:") and via in barred)
            ]
            for a, b in pairwise(line)
        ]
        for path in product(*hops):
            tested = [fact[2] for fact in path if fact[2]]
            cost = (
                any(fact[1] for fact in path),
                len(path),
                any(fact[0] == "partial" for fact in path),
                len(tested) < len(path),
                (TODAY - min(tested)).days if tested else NEVER_TESTED,
            )
            found.append((cost, list(path)))
    return found


def cost(path: c.Path) -> tuple[bool, int, bool, bool, int]:
    tested = [way.edge.tested for way in path if way.edge.tested]
    return (
        any(way.expired for way in path),
        len(path),
        any(way.status == "partial" for way in path),
        len(tested) < len(path),
        (TODAY - min(tested)).days if tested else NEVER_TESTED,
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(edges, max_size=16), st.sets(st.sampled_from(TOOLS), max_size=2), st.lists(rules, max_size=2))
def test_the_best_path_is_the_best_of_all_paths(some: list[Edge], held: set[ItemId], bans: list[Rule]) -> None:
    tools = notes(some, held)
    graph = c.graph_of(tools, TODAY)
    for team in (*TEAMS, None):
        teams = (team,) if team else ()
        barred = _barred(held, bans, team)
        assert c.barred(tools, bans, teams) == barred
        path = c.best_path(graph, TOOLS[0], TOOLS[1], frozenset(barred))
        paths = everything(tools, TOOLS[0], TOOLS[1], barred)
        assert bool(path) == bool(paths)
        if path:
            assert cost(path) == min(one for one, _ in paths)
            _check_path(path, tools, barred)


def _barred(held: set[ItemId], bans: list[Rule], team: str | None) -> set[ItemId]:
    barred = set(held)
    for ban in bans:
        forbids = ban.decision == "not allowed" and ban.data == ("*",) and ban.tools != ("*",)
        if forbids and (ban.teams == ("*",) or team is None or team in ban.teams):
            barred.add(ItemId(ban.tools[0]))
    return barred


def _check_path(path: c.Path, tools: dict[ItemId, ToolNote], barred: set[ItemId]) -> None:
    """A path hangs together, uses real facts in their direction, and goes over nothing that is barred."""
    stops = [path[0].start, *(way.end for way in path)]
    assert len(set(stops)) == len(stops)
    assert not barred & set(stops[1:-1])
    for way, (a, b) in zip(path, pairwise(stops), strict=True):
        assert (way.status, way.expired, way.edge.tested, way.edge) in facts(tools, a, b).values()
        assert way.bridge not in barred


@settings(max_examples=300, deadline=None)
@given(st.lists(edges, max_size=14), st.sets(st.sampled_from(TOOLS), max_size=2))
def test_the_outcome_follows_from_the_facts(some: list[Edge], held: set[ItemId]) -> None:
    tools = notes(some, held)
    start, end = TOOLS[:2]
    avoid = c.barred(tools, [], ())
    found = c.flow(c.graph_of(tools, TODAY), start, end, avoid)
    direct = [f for via, f in facts(tools, start, end).items() if via not in held]
    paths = everything(tools, start, end, set(held))
    fresh = [one for one, _ in paths if not one[0]]
    if found.outcome is Outcome.BROKEN:
        assert any(status == "broken" and not expired and tested for status, expired, tested, _ in direct)
    elif found.outcome is Outcome.WORKS:
        assert min(fresh)[2] is False
        assert not held & {start, end}
    elif found.outcome is Outcome.PARTLY:
        assert fresh
    elif found.outcome is Outcome.RETEST:
        assert paths or any(expired for _, expired, _, _ in direct)
        assert not fresh
    else:
        assert not paths
        assert not any(expired for _, expired, _, _ in direct)


def test_a_cycle_ends() -> None:
    ring = [Edge(a, b, tested=TODAY) for a, b in zip(TOOLS, TOOLS[1:] + TOOLS[:1], strict=True)]
    graph = c.graph_of(notes(ring, set()), TODAY)
    assert [way.end for way in c.best_path(graph, TOOLS[0], TOOLS[3])] == [TOOLS[1], TOOLS[2], TOOLS[3]]
    assert c.best_path(graph, TOOLS[0], TOOLS[0]) == ()


def test_four_hops_are_too_long() -> None:
    chain = [Edge(a, b, direction="to", tested=TODAY) for a, b in pairwise(TOOLS)]
    graph = c.graph_of(notes(chain, set()), TODAY)
    assert c.flow(graph, TOOLS[0], TOOLS[4]).outcome is Outcome.NOT_KNOWN
    assert c.flow(graph, TOOLS[0], TOOLS[3]).outcome is Outcome.WORKS
