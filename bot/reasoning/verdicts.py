"""The words of what is known of a connection: the verdict first, then what it stands on. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain import Edge, Facts, Hop, ItemId, Outcome, ToolNote, ToolTest, Wording
from bot.reasoning import testing
from bot.reasoning.compatibility import Finding, Way
from bot.reasoning.facts import Connected, Ground
from bot.reasoning.freshness import is_expired
from bot.reasoning.inquiry import Asks
from bot.reasoning.mentions import Mention


@dataclass(frozen=True)
class Told:
    """A question of fact, answered: its words, the facts for other programs, and the items to cite."""

    wording: Wording
    facts: Facts
    cites: tuple[ItemId, ...]  # notes and rules, the decisive first
    edges: tuple[Edge, ...] = ()
    options: tuple[ItemId, ...] = ()  # what is asked back
    known: bool = True  # False: the owner has to say
    recommended: ItemId | None = None  # where one tool is what was asked for
    settled: bool = False  # answered, though it is neither a connection nor leave


def connected(ground: Ground, result: Connected, teams: Sequence[str]) -> Told:
    """What is known of two tools, or of all that work with one."""
    if result.finding is None:
        assert result.unclear
        return asked_back(ground.tools, result.unclear)
    tools = [mention.tools[0] for mention in result.asked.tools]
    old = _outlived(ground, result.finding)
    finding = replace(result.finding, outcome=Outcome.RETEST) if old else result.finding
    facts = Facts(outcome=finding.outcome, path=tuple(map(_hop, finding.path)), excluded=finding.excluded)
    topic = "|".join((f"compatibility {result.asked.asks.value}", *tools, ",".join(teams)))
    known = finding.outcome is not Outcome.NOT_KNOWN and not (finding.outcome is Outcome.ONE_WAY and not finding.path)
    retest = finding.outcome is Outcome.RETEST
    owner = None
    if old:
        topic, owner = retest_topic(old), ground.tools[old.tool].owner
    elif retest:
        expired = _expired(ground, finding)
        topic = "|".join(("retest", *map(_ref, expired)))
        owner = next((ground.tools[edge.source_tool].owner for edge in expired), None)
    wording = Wording(
        headline=_outcome(ground.tools, result, finding),
        start=tuple(_lines(ground, finding, both=result.asked.asks is Asks.PAIR)),
        watch_out=tuple(_warnings(ground, result, finding)),
    )
    facts = replace(facts, topic=topic, task=retest, owner=owner)
    notes = dict.fromkeys((*(edge.source_tool for edge in finding.cites), *tools))
    return Told(wording, facts, tuple(id for id in notes if id in ground.tools), finding.cites, known=known)


def _outlived(ground: Ground, finding: Finding) -> ToolTest | None:
    """An overdue test of a tool on a path that would do, where no hop at that tool was tested since."""
    if finding.outcome not in {Outcome.WORKS, Outcome.PARTLY}:
        return None
    for way in finding.path:
        for tool in (way.start, way.end):
            last = testing.latest(ground.tests, tool)
            since = last and (way.edge.tested or date.min) >= (last.tested or date.min)
            if last and not since and testing.is_overdue(last, ground.tools.get(tool), ground.today):
                return last
    return None


def retest_topic(test: ToolTest) -> str:
    """What the owner is asked for once, however many ask."""
    return f"retest|{test.id}"


def _outcome(tools: Mapping[ItemId, ToolNote], result: Connected, finding: Finding) -> str:
    asks, names = result.asked.asks, [title(tools, mention.tools[0]) for mention in result.asked.tools]
    if asks in {Asks.LIST, Asks.ADVICE} and names:
        partners = listed([title(tools, tool) for tool in finding.partners])
        if partners:
            return f"{partners} with {names[0]}." if asks is Asks.ADVICE else f"With {names[0]} work: {partners}."
        return f"I know of nothing that works with {names[0]}{' for this' if asks is Asks.ADVICE else ''}."
    if asks in {Asks.MCP, Asks.API, Asks.CLI} and names:
        return _aside(names[0], {"mcp": "an MCP connection", "api": "an API connection", "cli": "a CLI"}[asks], finding)
    if len(names) < 2:
        return f"I don't know this yet: of the two I know only {names[0]}." if names else "I don't know these tools."
    what = f"{names[0]} → {names[1]}" if asks is Asks.FLOW else f"{names[0]} and {names[1]}"
    match finding.outcome:
        case Outcome.WORKS:
            return f"Yes: {what}{_over(tools, finding)}."
        case Outcome.PARTLY:
            return f"Partly: {what}{_over(tools, finding)}."
        case Outcome.BROKEN:
            return f"No, not at the moment: {what}{', but there is a way round' if finding.path else ''}."
        case Outcome.RETEST:
            return f"Needs a re-test: {what}. What we knew has expired."
        case Outcome.ONE_WAY if finding.path:
            start, end = (title(tools, tool) for tool in (finding.path[0].start, finding.path[-1].end))
            return f"One way only: {start} → {end}{_over(tools, finding)}."
        case Outcome.ONE_WAY:
            return f"Not known: {what}. Only the other direction is."
        case Outcome.NOT_KNOWN:
            return f"Not known: {what}. I found no tested way, which is not a no."


def _aside(name: str, what: str, finding: Finding) -> str:
    words = {
        Outcome.WORKS: f"Yes: {name} has {what}.",
        Outcome.PARTLY: f"Partly: {name} has {what}, with limits.",
        Outcome.RETEST: f"Needs a re-test: {name} had {what}, but the test has expired.",
        Outcome.BROKEN: f"No, not at the moment: {what} for {name} was tested and is broken.",
    }
    return words.get(finding.outcome, f"Not known: {what} for {name}. None is recorded, which is not a no.")


def _over(tools: Mapping[ItemId, ToolNote], finding: Finding) -> str:
    between = [title(tools, way.end) for way in finding.path[:-1]]
    return f", over {listed(between)}" if between else ""


def _lines(ground: Ground, finding: Finding, *, both: bool) -> Iterable[str]:
    """Each hop, then what is known beside the path."""
    yield from (_way_line(ground, way, both=both) for way in finding.path)
    hops = {way.edge for way in finding.path}
    yield from (_edge_line(ground, edge) for edge in finding.cites if edge not in hops)


def _way_line(ground: Ground, way: Way, *, both: bool) -> str:
    arrow = "↔" if both and way.edge.direction == "both" else "→"
    names = f"{title(ground.tools, way.start)} {arrow} {title(ground.tools, way.end)}"
    return f"{names}: {_how(ground, way.edge, way.expired)}"


def _edge_line(ground: Ground, edge: Edge) -> str:
    arrow = {"to": "→", "from": "←"}.get(edge.direction, "↔")
    expired = is_expired(edge, ground.tools[edge.source_tool], ground.today)
    names = f"{title(ground.tools, edge.source_tool)} {arrow} {title(ground.tools, edge.target_tool)}"
    return f"{names}: {_how(ground, edge, expired)}"


_VIA = {"native": "built in", "api": "over the API", "mcp": "over MCP", "csv": "as a CSV file", "none": "by hand"}


def _how(ground: Ground, edge: Edge, expired: bool) -> str:
    """How well, by what way, what flows, what it takes, and who says so."""
    status = {"partial": "partly works", "broken": "broken"}.get(edge.status, edge.status)
    via = _VIA.get(edge.via, edge.via)
    via = f"through {title(ground.tools, ItemId(via))}" if via.startswith("tool:") else via
    tested = f"tested {edge.tested}" if edge.tested else "not tested by us"
    parts = [f"{'needs a re-test' if expired else status}, {via}", edge.depth]
    parts += [f"requires {edge.requires}" if edge.requires else "", tested]
    return "; ".join(part.rstrip(".;") for part in parts if part) + "."


def _warnings(ground: Ground, result: Connected, finding: Finding) -> Iterable[str]:
    yield from old_names(ground.tools, result.asked.tools)
    for tool in finding.excluded:
        note = ground.tools.get(tool)
        why = "is on hold here" if note and note.ring and note.ring.value == "hold" else "is not open to you or broken"
        yield f"{title(ground.tools, tool)} {why}."


def old_names(tools: Mapping[ItemId, ToolNote], named: Iterable[Mention]) -> Iterable[str]:
    """An alias that is another word altogether is most often an old name."""
    for mention in named:
        today = title(tools, mention.tools[0])
        said, now = (name.casefold().replace(" ", "").replace("-", "") for name in (mention.said, today))
        if len(mention.tools) == 1 and said[:3] != now[:3]:
            yield f"“{mention.said}” is {today} here."


def asked_back(tools: Mapping[ItemId, ToolNote], unclear: Mention) -> Told:
    """A name that can mean several tools, each to choose."""
    names = [title(tools, tool) for tool in unclear.tools]
    wording = Wording(
        headline=f"Which one do you mean: {' or '.join(names)}?",
        options=tuple(f"{name}: {tools[tool].use_for}" for name, tool in zip(names, unclear.tools, strict=True)),
        ask=f"“{unclear.said}” can be any of them, and the answer differs. Please ask again with the full name.",
    )
    return Told(wording, Facts(), unclear.tools, options=unclear.tools)


def _expired(ground: Ground, finding: Finding) -> list[Edge]:
    return [edge for edge in finding.cites if is_expired(edge, ground.tools[edge.source_tool], ground.today)]


def _hop(way: Way) -> Hop:
    edge = way.edge
    return Hop(
        way.start,
        way.end,
        edge.via,
        edge.direction,
        way.status,
        edge.tested,
        edge.source,
        edge.source_tool,
        way.expired,
    )


def _ref(edge: Edge) -> str:
    return f"{edge.source_tool}->{edge.target_tool}/{edge.via}"


def title(tools: Mapping[ItemId, ToolNote], tool: ItemId) -> str:
    """A tool's name; its id where there is no note of it."""
    return tools[tool].title if tool in tools else tool.removeprefix("tool:")


def listed(names: Sequence[str]) -> str:
    """ "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
