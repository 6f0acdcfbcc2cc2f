"""Which tool may I use with that, for this data? The candidates, narrowed by permission and compatibility. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain import Decision, Edge, Facts, ItemId, Outcome, Wording
from bot.reasoning import compatibility, permission, verdicts
from bot.reasoning.compatibility import Finding
from bot.reasoning.facts import Ground
from bot.reasoning.mentions import Mention
from bot.reasoning.permission import Asked, Ruling
from bot.reasoning.verdicts import Told

_GOOD = frozenset({Outcome.WORKS, Outcome.PARTLY, Outcome.ONE_WAY})
_SHOWN = 3


@dataclass(frozen=True)
class Judged:
    """One candidate with what the facts say of it; `against` says why it is left out."""

    tool: ItemId
    notes: tuple[str, ...]
    against: str = ""
    edges: tuple[Edge, ...] = ()
    rules: tuple[ItemId, ...] = ()


def narrow(
    ground: Ground, named: Sequence[Mention], data: Sequence[str], teams: Sequence[str], ranked: Sequence[ItemId]
) -> Told:
    """The best candidates that the facts allow, each with its conditions; what was left out, and why.

    `ranked`: the search's candidates, best first. The partners of a named tool are looked at too.
    """
    unclear = next((mention for mention in named if len(mention.tools) > 1), None)
    if unclear:
        return verdicts.asked_back(ground.tools, unclear)
    withs = [mention.tools[0] for mention in named]
    avoid = compatibility.barred(ground.tools, ground.rules.values(), teams)
    partners = [tool for one in withs for tool in compatibility.partners(ground.graph, one, avoid).partners]
    order = [tool for tool in dict.fromkeys((*ranked, *partners)) if tool in ground.tools and tool not in withs]
    judged = [_judge(ground, tool, withs, data, teams, avoid) for tool in order]
    kept, out = [one for one in judged if not one.against][:_SHOWN], [one for one in judged if one.against]
    return _told(ground, withs, data, teams, kept, out)


def _judge(
    ground: Ground,
    tool: ItemId,
    withs: Sequence[ItemId],
    data: Sequence[str],
    teams: Sequence[str],
    avoid: compatibility.Barred,
) -> Judged:
    if tool in avoid:
        return Judged(tool, (), "on hold or not open to you")
    findings = [compatibility.pair(ground.graph, tool, other, avoid) for other in withs]
    against = next((finding.outcome.value for finding in findings if finding.outcome not in _GOOD), "")
    if against:
        return Judged(tool, (), f"with {_names(ground, withs)}: {against}")
    ruling = permission.rule_on(Asked(((tool,),), tuple(data), teams=tuple(teams)), ground.books) if data else None
    if ruling and ruling.decision not in {Decision.ALLOWED, Decision.ALLOWED_IF}:
        return Judged(tool, (), _refused(ruling, data))
    edges = tuple(edge for finding in findings for edge in finding.cites)
    rules = ruling.ids if ruling else ()
    return Judged(tool, tuple(_notes(ground, ruling, findings, withs, data)), "", edges, rules)


def _refused(ruling: Ruling, data: Sequence[str]) -> str:
    decision = {Decision.NOT_ALLOWED: "not allowed", Decision.UNDECIDED: "not allowed yet"}
    by = f" ({ruling.ids[0]})" if ruling.ids else ""
    words = decision[ruling.decision] if ruling.decision else f"depends on the {ruling.missing}"
    return f"{' and '.join(data)} data {words}{by}"


def _notes(
    ground: Ground, ruling: Ruling | None, findings: Iterable[Finding], withs: Sequence[ItemId], data: Sequence[str]
) -> Iterable[str]:
    for finding, other in zip(findings, withs, strict=True):
        yield f"with {_names(ground, [other])}: {finding.outcome.value}"
    if ruling and ruling.decision:
        yield f"{' and '.join(data)} data: {ruling.decision.value} {ruling.condition}".strip()


def _told(
    ground: Ground,
    withs: Sequence[ItemId],
    data: Sequence[str],
    teams: Sequence[str],
    kept: Sequence[Judged],
    out: Sequence[Judged],
) -> Told:
    terms = " ".join(
        (f"with {_names(ground, withs)}" if withs else "", f"for {' and '.join(data)} data" if data else "")
    )
    lines = tuple(f"{_names(ground, [one.tool])}: {'; '.join(one.notes)}" for one in kept)
    left = tuple(f"Left out: {_names(ground, [one.tool])}, {one.against}" for one in out[:5])
    topic = "|".join(("which", *withs, ",".join(data), ",".join(teams)))
    facts = Facts(
        excluded=tuple(one.tool for one in out), rules=tuple(r for one in kept for r in one.rules), topic=topic
    )
    cites = tuple(dict.fromkeys(id for one in kept for id in (one.tool, *one.rules)))
    edges = tuple(dict.fromkeys(edge for one in kept for edge in one.edges))
    if not kept:
        headline = f"I know of no tool {terms.strip()} that the facts allow."
        return Told(Wording(headline, watch_out=left), facts, (), known=False)
    first = _names(ground, [kept[0].tool])
    if len(kept) == 1:
        wording = Wording(f"Use {first} {terms.strip()}.", start=lines, watch_out=left)
        return Told(wording, facts, cites, edges, recommended=kept[0].tool)
    headline = f"These would do {terms.strip()}:"
    wording = Wording(headline, options=lines, watch_out=left, ask="Which one fits? Open it and say so.")
    return replace(Told(wording, facts, cites, edges), options=tuple(one.tool for one in kept))


def _names(ground: Ground, tools: Sequence[ItemId]) -> str:
    return " and ".join(ground.tools[tool].title if tool in ground.tools else tool for tool in tools)
