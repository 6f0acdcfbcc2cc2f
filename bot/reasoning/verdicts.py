"""The words of a question of fact: the verdict first, then what it stands on. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain import Decision, Edge, Facts, Hop, ItemId, Outcome, Rule, ToolNote, ToolTest, Wording
from bot.reasoning import testing
from bot.reasoning.compatibility import Finding, Way
from bot.reasoning.facts import Connected, Ground, Ruled
from bot.reasoning.freshness import is_expired
from bot.reasoning.inquiry import Asks
from bot.reasoning.mentions import Mention
from bot.reasoning.permission import Missing, Said


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


# ---------------------------------------------------------------- compatibility


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
        start=tuple(_lines(ground, finding)),
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
    asks, names = result.asked.asks, [_title(tools, mention.tools[0]) for mention in result.asked.tools]
    if asks in {Asks.LIST, Asks.ADVICE} and names:
        partners = _listed([_title(tools, tool) for tool in finding.partners])
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
            start, end = (_title(tools, tool) for tool in (finding.path[0].start, finding.path[-1].end))
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
    between = [_title(tools, way.end) for way in finding.path[:-1]]
    return f", over {_listed(between)}" if between else ""


def _lines(ground: Ground, finding: Finding) -> Iterable[str]:
    """Each hop, then what is known beside the path."""
    yield from (_way_line(ground, way) for way in finding.path)
    hops = {way.edge for way in finding.path}
    yield from (_edge_line(ground, edge) for edge in finding.cites if edge not in hops)


def _way_line(ground: Ground, way: Way) -> str:
    return f"{_title(ground.tools, way.start)} → {_title(ground.tools, way.end)}: {_how(ground, way.edge, way.expired)}"


def _edge_line(ground: Ground, edge: Edge) -> str:
    arrow = {"to": "→", "from": "←"}.get(edge.direction, "↔")
    expired = is_expired(edge, ground.tools[edge.source_tool], ground.today)
    names = f"{_title(ground.tools, edge.source_tool)} {arrow} {_title(ground.tools, edge.target_tool)}"
    return f"{names}: {_how(ground, edge, expired)}"


def _how(ground: Ground, edge: Edge, expired: bool) -> str:
    """How well, by what way, what flows, what it takes, and who says so."""
    status = {"partial": "partly works", "broken": "broken"}.get(edge.status, edge.status)
    via = {"none": "by hand"}.get(edge.via, edge.via)
    via = f"through {_title(ground.tools, ItemId(via))}" if via.startswith("tool:") else via
    tested = f"tested {edge.tested}" if edge.tested else "not tested by us"
    parts = [f"{'needs re-test' if expired else status}, {via}", edge.depth]
    parts += [f"requires {edge.requires}" if edge.requires else "", tested]
    return "; ".join(part.rstrip(".;") for part in parts if part) + "."


def _warnings(ground: Ground, result: Connected, finding: Finding) -> Iterable[str]:
    yield from _old_names(ground.tools, result.asked.tools)
    for tool in finding.excluded:
        note = ground.tools.get(tool)
        why = "is on hold here" if note and note.ring and note.ring.value == "hold" else "is not open to you or broken"
        yield f"{_title(ground.tools, tool)} {why}."


def _old_names(tools: Mapping[ItemId, ToolNote], named: Iterable[Mention]) -> Iterable[str]:
    """An alias that is another word altogether is most often an old name."""
    for mention in named:
        title = _title(tools, mention.tools[0])
        said, now = (name.casefold().replace(" ", "").replace("-", "") for name in (mention.said, title))
        if len(mention.tools) == 1 and said[:3] != now[:3]:
            yield f"“{mention.said}” is {title} here."


def asked_back(tools: Mapping[ItemId, ToolNote], unclear: Mention) -> Told:
    """A name that can mean several tools, each to choose."""
    names = [_title(tools, tool) for tool in unclear.tools]
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


# ---------------------------------------------------------------- permission

_LEAVE = {
    Decision.ALLOWED: "Allowed",
    Decision.ALLOWED_IF: "Allowed if",
    Decision.NOT_ALLOWED: "Not allowed",
    Decision.UNDECIDED: "Not allowed yet",
}


def ruled(ground: Ground, result: Ruled) -> Told:
    """Whether it is allowed, and who decided that when."""
    ruling, asked = result.ruling, result.asked
    unclear = next((mention for mention in result.named if len(mention.tools) > 1), None)
    if ruling.decision is None:
        if ruling.missing is Missing.TOOL and unclear:
            return asked_back(ground.tools, unclear)
        wording = Wording(_missing(ruling.missing, ground), ask="It makes a difference. Please ask again with it.")
        return Told(wording, Facts(), tuple(tool for mention in result.named for tool in mention.tools))
    what = f"{_listed(asked.data)} data" if asked.data else "data of any class" if result.named else "this"
    names = _listed([_title(ground.tools, tool) for mention in result.named for tool in mention.tools])
    where = names or ("a tool that nobody has looked at" if asked.unknown_tool else "any tool")
    undecided = ruling.decision is Decision.UNDECIDED
    condition = f" {ruling.condition}" if ruling.condition else ""
    wording = Wording(
        headline=f"{_LEAVE[ruling.decision]}{condition}: {what} in {where}.",
        start=tuple(_said(one) for one in ruling.said) or ("Nobody has decided this.",),
        watch_out=tuple(_old_names(ground.tools, result.named)),
    )
    topic = "|".join(("permission", names or "tool", ",".join(asked.data), ",".join(asked.tier), ",".join(asked.teams)))
    owner = ruling.owner if undecided else None
    facts = Facts(decision=ruling.decision, condition=ruling.condition, rules=ruling.ids, topic=topic, owner=owner)
    tools = (tool for mention in result.named for tool in mention.tools)
    return Told(wording, facts, tuple(dict.fromkeys((*ruling.ids, *tools))), known=not undecided)


def _missing(missing: Missing | None, ground: Ground) -> str:
    if missing is Missing.TIER:
        return "With which account: a private one, the team's or the company's?"
    if missing is Missing.DATA:
        return f"What kind of data is it: {' or '.join(ground.organisation.data_classes)}?"
    return "For which tool?"


def _said(said: Said) -> str:
    source = said.source
    name = f"The rule {source.id.removeprefix('rule:')}" if isinstance(source, Rule) else f"The note of {source.title}"
    made: date | None = source.decided if isinstance(source, Rule) else source.review.reviewed
    decision = f"{said.decision.value} {said.condition}".strip()
    when = f", {'decided' if isinstance(source, Rule) else 'reviewed'} {made}" if made else ""
    return f"{name}: {decision}{f' ({said.because})' if said.because else ''}{when}."


def _title(tools: Mapping[ItemId, ToolNote], tool: ItemId) -> str:
    return tools[tool].title if tool in tools else tool.removeprefix("tool:")


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
