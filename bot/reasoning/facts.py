"""Questions of fact, from the words to the finding. What can mean two things is asked back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.domain import ItemId, Organisation, Outcome, Rule, Tests, ToolNote, ToolTest
from bot.reasoning import compatibility, inquiry, permission, testing
from bot.reasoning.compatibility import Finding, Graph
from bot.reasoning.inquiry import Asks, Connection
from bot.reasoning.mentions import Mention, Names, names_of
from bot.reasoning.permission import Asked, Books, Ruling


@dataclass(frozen=True)
class Ground:
    """What questions of fact are answered from, on one day."""

    tools: Mapping[ItemId, ToolNote]
    rules: Mapping[ItemId, Rule]
    organisation: Organisation
    today: date
    names: Names
    graph: Graph
    tests: Tests = field(default_factory=dict)

    @property
    def books(self) -> Books:
        return Books(self.tools, self.rules, self.organisation, self.today, self.tests)


def ground(
    tools: Mapping[ItemId, ToolNote],
    rules: Mapping[ItemId, Rule],
    organisation: Organisation,
    today: date,
    tests: Iterable[ToolTest] = (),
) -> Ground:
    """Made once for a library and a day: names and graph are looked up many times."""
    graph = compatibility.graph_of(tools, today)
    return Ground(tools, rules, organisation, today, names_of(tools), graph, testing.by_tool(tests, tools))


@dataclass(frozen=True)
class Connected:
    """What is known of a question about compatibility. `finding` is None where `unclear` has to be asked back."""

    asked: Connection
    finding: Finding | None
    unclear: Mention | None = None


@dataclass(frozen=True)
class Ruled:
    """What is known of a question for leave."""

    asked: Asked
    named: tuple[Mention, ...]
    ruling: Ruling


def connect(ground: Ground, text: str, teams: Sequence[str]) -> Connected:
    """Answers a question about compatibility. A name that can mean two tools is asked back before anything else."""
    asked = inquiry.connection(text, ground.names)
    unclear = next((mention for mention in asked.tools if len(mention.tools) > 1), None)
    if unclear:
        return Connected(asked, None, unclear)
    tools = [mention.tools[0] for mention in asked.tools]
    avoid = compatibility.barred(ground.tools, ground.rules.values(), teams)
    return Connected(asked, _finding(ground, asked, tools, avoid))


def _finding(ground: Ground, asked: Connection, tools: Sequence[ItemId], avoid: compatibility.Barred) -> Finding:
    graph = ground.graph
    match asked.asks, len(tools):
        case Asks.FLOW, 2:
            return compatibility.flow(graph, tools[0], tools[1], avoid)
        case Asks.PAIR, 2:
            return compatibility.pair(graph, tools[0], tools[1], avoid)
        case Asks.LIST, 1:
            fitting = _advice(ground, tools[0], asked.purpose, avoid) if asked.purpose else None
            return fitting if fitting and fitting.partners else compatibility.partners(graph, tools[0], avoid)
        case Asks.ADVICE, 1:
            return _advice(ground, tools[0], asked.purpose, avoid)
        case Asks.MCP | Asks.API as way, 1:
            ways = [one for one in graph.touching(tools[0]) if one.edge.via == way.value]
            return compatibility.by_way(ways, tools[0], avoid)
        case Asks.CLI, 1:
            ways = [one for one in graph.touching(tools[0]) if _is_cli(ground, one, tools[0])]
            return compatibility.by_way(ways, tools[0], avoid)
    return Finding(Outcome.NOT_KNOWN)


def _is_cli(ground: Ground, way: compatibility.Way, tool: ItemId) -> bool:
    others = {other for other in (way.start, way.end, way.bridge) if other and other != tool}
    return any("CLI" in ground.tools[other].title.split() for other in others if other in ground.tools)


def _advice(ground: Ground, tool: ItemId, purpose: str, avoid: compatibility.Barred) -> Finding:
    """Of what works with it, what fits the purpose by `use_for` or by what flows."""
    wanted = stems(purpose)
    found = compatibility.partners(ground.graph, tool, avoid)
    kept = []
    for way in ground.graph.touching(tool):
        other = way.end if way.start == tool else way.start
        note = ground.tools.get(other)
        use = f"{note.use_for if note else ''} {way.edge.depth}"
        good = other in found.partners and way.usable and not way.expired and way.bridge not in avoid
        if good and wanted & stems(use):
            kept.append((other, way.edge))
    if not kept:
        return Finding(Outcome.NOT_KNOWN)
    others = tuple(dict.fromkeys(other for other, _ in kept))
    held = (tool,) if tool in avoid else ()
    return Finding(Outcome.WORKS, (), tuple(dict.fromkeys(edge for _, edge in kept)), held, others)


_EMPTY = frozenset({"with", "this", "that", "what", "which", "when", "from", "into", "some", "thing", "tool", "tools"})


def stems(text: str) -> frozenset[str]:
    """The telling words, so short that their endings do not matter."""
    words = re.findall(r"[^\W\d_]{4,}", text.lower())
    return frozenset(word.removesuffix("s")[:7] for word in words if word not in _EMPTY)


def rule(ground: Ground, text: str, teams: Sequence[str]) -> Ruled:
    """Answers a question for leave."""
    found = inquiry.named(text, ground.names)
    asked = inquiry.leave(text, found, ground.organisation.data_classes, teams)
    return Ruled(asked, found, permission.rule_on(asked, ground.books))
