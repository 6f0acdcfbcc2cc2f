"""The words of whether something is allowed: the verdict first, then who decided it when. Pure.

Where something has to be said before there is an answer, what each possibility leads to comes first.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.domain import Decision, Facts, ItemId, Rule, Wording
from bot.reasoning.facts import Ground, Ruled
from bot.reasoning.permission import Case, Missing, Said
from bot.reasoning.verdicts import Told, asked_back, listed, old_names, title

_LEAVE = {
    Decision.ALLOWED: "Allowed",
    Decision.ALLOWED_IF: "Allowed if",
    Decision.NOT_ALLOWED: "Not allowed",
    Decision.UNDECIDED: "Not allowed yet",
}
_SHORT = 80  # characters of conditions that still read well in the first line
_ACCOUNTS = {"consumer": "a private one", "team": "the team's", "enterprise": "the company's"}


def ruled(ground: Ground, result: Ruled) -> Told:
    """Whether it is allowed, and who decided that when."""
    ruling, asked = result.ruling, result.asked
    if ruling.decision is None:
        return _depends(ground, result)
    what = f"{listed(asked.data)} data" if asked.data else "data of any class" if result.named else "this"
    names = _names(ground, result)
    where = names or ("a tool that nobody has looked at" if asked.unknown_tool else "any tool")
    condition = f" {ruling.condition}" if ruling.condition else ""
    wording = Wording(
        headline=f"{_LEAVE[ruling.decision]}{condition}: {what} in {where}.",
        start=tuple(map(_said, ruling.said)) or ("Nobody has decided this yet, so please don't until somebody has.",),
        watch_out=tuple(old_names(ground.tools, result.named)),
    )
    topic = "|".join(("permission", names or "tool", ",".join(asked.data), ",".join(asked.tier), ",".join(asked.teams)))
    owner = ruling.owner if ruling.decision is Decision.UNDECIDED else None
    facts = Facts(decision=ruling.decision, condition=ruling.condition, rules=ruling.ids, topic=topic, owner=owner)
    cites = tuple(dict.fromkeys((*ruling.ids, *_tools(result))))
    return Told(wording, facts, cites, known=ruling.decision is not Decision.UNDECIDED)


def _depends(ground: Ground, result: Ruled) -> Told:
    """What each possibility leads to, and what has to be said."""
    ruling = result.ruling
    unclear = next((mention for mention in result.named if len(mention.tools) > 1), None)
    if ruling.missing is Missing.TOOL and unclear:
        told = asked_back(ground.tools, unclear)
        if not all(case.of in unclear.tools for case in ruling.cases):
            return told  # several tools are named: one alone decides nothing
        lines = tuple(f"{title(ground.tools, ItemId(case.of))}: {_verdict(case)}" for case in ruling.cases)
        return Told(
            Wording(told.wording.headline, options=lines, ask=told.wording.ask),
            Facts(),
            tuple(ItemId(case.of) for case in ruling.cases),
            options=tuple(ItemId(case.of) for case in ruling.cases),
        )
    said = {(one.source.id, one.condition): one for case in ruling.cases for one in case.said}
    rules = tuple(dict.fromkeys(one.source.id for one in said.values()))
    wording = Wording(
        headline=_headline(ground, result),
        start=tuple(map(_said, said.values())),
        watch_out=tuple(old_names(ground.tools, result.named)),
        ask={
            Missing.TIER: "Which account is it? Please ask again and say so.",
            Missing.DATA: "What kind of data is it? Please ask again and say so.",
        }.get(ruling.missing or Missing.TOOL, "Please ask again with the tool's name."),
    )
    return Told(wording, Facts(rules=rules), tuple(dict.fromkeys((*rules, *_tools(result)))))


def _headline(ground: Ground, result: Ruled) -> str:
    ruling, names = result.ruling, _names(ground, result)
    if not ruling.cases or ruling.missing is Missing.TOOL:
        return "For which tool?"
    if ruling.missing is Missing.TIER:
        what = f"{listed(result.asked.data)} data in {names}" if result.asked.data else names
        accounts = [(verdict, " or ".join(of)) for verdict, of in _grouped(ruling.cases, _ACCOUNTS).items()]
        parts = [f"with {of}: {verdict}" for verdict, of in accounts]
        for verdict, said in ((Decision.NOT_ALLOWED, "Not"), (Decision.UNDECIDED, "Not yet")):
            for decided, of in accounts:
                if decided == _LEAVE[verdict].lower():
                    rest = _sentences(part for part in parts if part != f"with {of}: {decided}")
                    return f"{said} with {of.replace('one', 'account')}: {what}. {rest}"
        return f"Depends on the account: {what}. {_sentences(parts)}"
    parts = [f"{listed(of)}: {verdict}" for verdict, of in _grouped(ruling.cases, {}).items()]
    return f"Depends on the data in {names}. {_sentences(parts)}"


def _grouped(cases: Sequence[Case], labels: Mapping[str, str]) -> Mapping[str, list[str]]:
    """What is decided alike is said once."""
    grouped: dict[str, list[str]] = {}
    for case in cases:
        grouped.setdefault(_verdict(case), []).append(labels.get(case.of, case.of))
    return grouped


def _verdict(case: Case) -> str:
    if case.decision is None:
        return "depends on the account"
    conditions = "; ".join(dict.fromkeys(one.condition for one in case.said if one.condition))
    if len(conditions) > _SHORT:
        return "allowed on the conditions below"
    return f"{_LEAVE[case.decision].lower()} {conditions}".strip()


def _said(said: Said) -> str:
    source = said.source
    name = f"The rule {source.id.removeprefix('rule:')}" if isinstance(source, Rule) else f"The note of {source.title}"
    made: date | None = source.decided if isinstance(source, Rule) else source.review.reviewed
    decision = f"{said.decision.value} {said.condition}".strip()
    when = f", {'decided' if isinstance(source, Rule) else 'reviewed'} {made}" if made else ""
    if said.decision is Decision.UNDECIDED and said.because:
        return f"{name}: {said.because}{when}."
    because = f" ({said.because})" if said.because else ""
    return f"{name}: {decision}{because}{_scope(source) if isinstance(source, Rule) else ''}{when}."


def _scope(rule: Rule) -> str:
    """Whom and which accounts it is for, where not for all."""
    teams = "" if "*" in rule.teams else f", for {listed(rule.teams)}"
    accounts = "" if "*" in rule.tier else f", with {' or '.join(_ACCOUNTS.get(tier, tier) for tier in rule.tier)}"
    return f"{teams}{accounts.replace('a private one', 'a private account')}"


def _tools(result: Ruled) -> tuple[ItemId, ...]:
    return tuple(tool for mention in result.named for tool in mention.tools)


def _names(ground: Ground, result: Ruled) -> str:
    return listed([title(ground.tools, tool) for tool in _tools(result)])


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts)
