"""knowledge/rules/<rule>.md: what is allowed."""

from pathlib import PurePosixPath

from bot.domain import Finding, ItemId, Rule
from bot.library.decisions import MEND, NOT_ALLOWED, parse_decision
from bot.library.fields import Fields
from bot.library.files import Source
from bot.library.findings import Report
from bot.library.frontmatter import parse_frontmatter
from bot.library.markdown import parse_sections, title_of
from bot.library.skills import tool_reference

KEYS = ("rule", "decision", "tools", "data", "teams", "tier", "owner", "decided", "expires")
TIERS = ("consumer", "team", "enterprise", "*")


def parse_rule(source: Source) -> tuple[Rule, tuple[Finding, ...]]:
    """One rule. Always gives a rule; a decision that is not one of the three is kept as written."""
    report = Report(source.path)
    front = parse_frontmatter(source.text, report)
    fields = Fields(front.values, front.lines, report)
    stem = PurePosixPath(source.path).stem
    decision = _decision(fields)
    rule = Rule(
        id=ItemId(f"rule:{stem}"),
        title=title_of(parse_sections(front.body), stem),
        decision=decision,
        tools=tuple(_tool(name) for name in _scope(fields, "tools", decision)),
        data=tuple(name.lower() for name in _scope(fields, "data", decision)),
        teams=_scope(fields, "teams", decision),
        tier=tuple(name.lower() for name in _scope(fields, "tier", decision)),
        owner=fields.text("owner") or None,
        decided=fields.day("decided"),
        expires=fields.day("expires"),
        text=front.body.strip(),
        path=source.path,
    )
    _check(rule, fields, stem)
    return rule, source.findings + report.findings


def _scope(fields: Fields, key: str, decision: str) -> tuple[str, ...]:
    """What the rule is about; everything when the key is missing.

    An allowance whose scope cannot be read allows nothing: read as `*` it would open what nobody opened.
    """
    names = fields.names(key)
    if names or fields.values.get(key, "") == "" or decision == NOT_ALLOWED:
        return ("*",) if not names or "*" in names else names
    problem = f"What {key} the rule is about cannot be read, so it allows nothing."
    fields.report.error("rule-scope-unreadable", problem, f"Write {key}: as names with commas, or *.", fields.line(key))
    return ()


def _tool(name: str) -> str:
    return name if name == "*" else tool_reference(name)


def _decision(fields: Fields) -> str:
    decision, exact = parse_decision(fields.text("decision"))
    if not exact:
        problem = f"The decision {decision[:80]!r} is not one of the three." if decision else "There is no decision."
        fields.report.error("decision-unknown", problem, MEND, fields.line("decision") or 1)
    return decision


def _check(rule: Rule, fields: Fields, stem: str) -> None:
    fields.check_keys(KEYS, "key-unknown", f"Known keys are: {', '.join(KEYS)}.")
    name = fields.text("rule").removeprefix("rule:")
    if name and name != stem:
        problem = f"The rule is called {name[:80]!r}, its file {stem!r}; the file counts."
        fields.report.warning("rule-not-file", problem, "Give both the same name.", fields.line("rule"))
    for tier in rule.tier:
        if tier not in TIERS:
            mend = f"Write one of {', '.join(TIERS)}."
            fields.report.error("tier-unknown", f"The tier {tier[:80]!r} is not known.", mend, fields.line("tier"))
    if not rule.text:
        fields.report.warning(
            "rule-without-reason", "The rule does not say why.", "Write the reason below the frontmatter."
        )
