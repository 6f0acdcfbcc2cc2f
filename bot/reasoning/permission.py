"""May I put this into that? From rules, rings and the data fields of notes: the strictest counts and is shown.

Pure. Nothing that is written in prose (a body, a skill, a question) can allow anything. Where nobody decided, or the
decision has run out, it is not allowed yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import product

from bot.domain import Decision, Item, ItemId, Organisation, Ring, Rule, Tests, ToolNote
from bot.reasoning import testing
from bot.reasoning.freshness import overdue_days, owner_of, reviewed_on
from bot.reasoning.tiers import TIERS, tier_of

STRICTER = tuple(Decision)  # as the enum is ordered
_MAYBE = frozenset({Decision.ALLOWED, Decision.ALLOWED_IF})
UNKNOWN = ItemId("")  # a tool that the library has no note of


@dataclass(frozen=True)
class Books:
    """All that may be said about permission, and the day it is asked."""

    tools: Mapping[ItemId, ToolNote]
    rules: Mapping[ItemId, Rule]
    organisation: Organisation
    today: date
    tests: Tests = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What a question asks leave for."""

    tools: tuple[tuple[ItemId, ...], ...] = ()  # each place that names one, with all it can mean
    data: tuple[str, ...] = ()  # classes; none: not named
    tier: tuple[str, ...] = ()  # as the question says; none: not said
    unknown_tool: bool = False  # it names one, but none that the library knows
    teams: tuple[str, ...] = ()


class Missing(StrEnum):
    """What has to be said before there is an answer."""

    TOOL = "tool"
    DATA = "data"
    TIER = "tier"


@dataclass(frozen=True)
class Said:
    """One word that counts: what a rule or a note says of a case."""

    decision: Decision
    source: Rule | ToolNote
    condition: str = ""
    because: str = ""  # why it says less than it was written to say
    caps: bool = False  # it only limits what others say


@dataclass(frozen=True)
class Case:
    """What the answer would be if one thing were said. `decision` is None where more would have to be said."""

    of: str  # a tool's id, a class of data or a tier
    decision: Decision | None
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Ruling:
    """`decision` is None where it has to be asked back what is meant; `missing` says what, `cases` what follows."""

    decision: Decision | None
    said: tuple[Said, ...] = ()  # what bears it, the decisive first; empty where nobody said anything
    missing: Missing | None = None
    owner: str | None = None  # of the decisive word; else of the tool; else the organisation's
    decided: date | None = None
    cases: tuple[Case, ...] = ()

    @property
    def ids(self) -> tuple[ItemId, ...]:
        return tuple(dict.fromkeys(one.source.id for one in self.said))

    @property
    def condition(self) -> str:
        """Every condition of those that bear it."""
        return "; ".join(dict.fromkeys(one.condition for one in self.said if one.condition))


Meaning = tuple[tuple[ItemId, ...], tuple[str, ...], tuple[str, ...]]  # tools, tier, data
Verdict = tuple[Decision, tuple[Said, ...]]


def rule_on(asked: Asked, books: Books) -> Ruling:
    """The answer for everything the question can mean; asked back only where one of them could be a yes."""
    if not asked.tools and not asked.unknown_tool:
        return _without_tool(asked, books)
    choices = product(*(asked.tools or ((UNKNOWN,),)))
    meanings: list[Meaning] = [
        (tools, tier, data)
        for tools in choices
        for data in ([(one,) for one in books.organisation.data_classes] if not asked.data else [asked.data])
        for tier in _tiers(asked)
    ]
    ruled = [
        _strictest([_case(t, d, tier, asked, books) for t in tools for d in data]) for tools, tier, data in meanings
    ]
    decisions = {decision for decision, _ in ruled}
    if len(decisions) > 1 and decisions & _MAYBE:
        missing = _missing(asked, meanings, [decision for decision, _ in ruled])
        return Ruling(None, missing=missing, cases=_cases(missing, meanings, ruled))
    decision = max(decisions, key=STRICTER.index)
    if not asked.data and Decision.UNDECIDED in decisions:
        decision = Decision.UNDECIDED
    bearing = [said for made, said in ruled if made is decision]
    ids = {one.source.id for said in bearing for one in said}
    if not asked.data:  # what bears every class says more than what bears one
        ids = set.intersection(*({one.source.id for one in said} for said in bearing)) or ids
    first = next((tool for tools in asked.tools for tool in tools), UNKNOWN)
    return _ruling(decision, (one for said in bearing for one in said if one.source.id in ids), first, books)


def _ruling(decision: Decision, said: Iterable[Said], tool: ItemId, books: Books) -> Ruling:
    each = {(one.source.id, one.condition, one.because): one for one in said}
    bearing = tuple(sorted(each.values(), key=_decisive))
    organisation = books.organisation
    note: Item | None = books.tools.get(tool)
    asked = (note and owner_of(note)) or organisation.owner
    if not bearing:
        return Ruling(decision, owner=asked)
    source = bearing[0].source
    return Ruling(decision, bearing, owner=source.owner or asked, decided=reviewed_on(source))


def _decisive(said: Said) -> tuple[bool, bool, bool, bool, bool, int, str]:
    """Rules before notes, what names a thing before `*`, the later decision, the id."""
    source = said.source
    scopes = (source.tools, source.data, source.teams, source.tier) if isinstance(source, Rule) else ((),) * 4
    tools, data, teams, tier = ("*" in scope for scope in scopes)
    made = reviewed_on(source) or date.min
    return isinstance(source, ToolNote), tools, data, teams, tier, -made.toordinal(), source.id


def _tiers(asked: Asked) -> Sequence[tuple[str, ...]]:
    return [(tier,) for tier in (asked.tier or TIERS)]


def _without_tool(asked: Asked, books: Books) -> Ruling:
    """Only what is forbidden everywhere can be answered without a tool."""
    if asked.data:
        cases = [_case(UNKNOWN, data, tier, asked, books) for data in asked.data for tier in _tiers(asked)]
        decision, said = _strictest(cases)
        if decision is Decision.NOT_ALLOWED:
            return _ruling(decision, said, UNKNOWN, books)
    return Ruling(None, missing=Missing.TOOL)


def _missing(asked: Asked, meanings: Sequence[Meaning], decisions: Sequence[Decision]) -> Missing:
    """The first thing that makes a difference: which tool, which data, which edition."""
    for part, missing in ((0, Missing.TOOL), (2, Missing.DATA), (1, Missing.TIER)):
        alike: dict[tuple[object, ...], set[Decision]] = {}
        for meaning, decision in zip(meanings, decisions, strict=True):
            alike.setdefault(tuple(m for i, m in enumerate(meaning) if i != part), set()).add(decision)
        if any(len(found) > 1 for found in alike.values()):
            return missing
    return Missing.TOOL if any(len(tools) > 1 for tools in asked.tools) else Missing.DATA


def _cases(missing: Missing, meanings: Sequence[Meaning], ruled: Sequence[Verdict]) -> tuple[Case, ...]:
    """What each thing that may be meant would lead to."""
    by: dict[str, list[Verdict]] = {}
    for (tools, tier, data), verdict in zip(meanings, ruled, strict=True):
        part = {Missing.TOOL: tools, Missing.TIER: tier, Missing.DATA: data}[missing]
        by.setdefault("|".join(part), []).append(verdict)
    cases = []
    for of, verdicts in by.items():
        decision, said = _strictest(verdicts)
        cases.append(Case(of, decision if len({made for made, _ in verdicts}) == 1 else None, said))
    return tuple(cases)


# ---------------------------------------------------------------- one tool, one class, one tier


def _strictest(verdicts: Sequence[Verdict]) -> Verdict:
    """The strictest of several, with everything that bears it."""
    decision = max((decision for decision, _ in verdicts), key=STRICTER.index)
    return decision, tuple(one for made, said in verdicts if made is decision for one in said)


def _case(tool: ItemId, data: str, tier: tuple[str, ...], asked: Asked, books: Books) -> Verdict:
    note = books.tools.get(tool)
    tiers = tier
    if note and (own := tier_of(note)):
        tiers = own
    said = list(_rules(tool, data, tiers, asked.teams, books, known=note is not None))
    said += _note(note, data, books) if note else []
    if all(one.caps for one in said):
        said.append(Said(Decision.UNDECIDED, _NOBODY))
    decision = max((one.decision for one in said), key=STRICTER.index)
    return decision, tuple(one for one in said if one.decision is decision and one.source is not _NOBODY)


_NOBODY = Rule(ItemId("rule:"), "", "")


def _rules(
    tool: ItemId, data: str, tiers: tuple[str, ...], teams: Sequence[str], books: Books, *, known: bool
) -> Iterable[Said]:
    covering = [rule for rule in books.rules.values() if _covers(rule, tool, data, tiers, teams, known=known)]
    for rule in covering:
        decision, condition = decision_in(rule.decision)
        if rule.expires and rule.expires < books.today:
            if not any(_replaces(other, rule, books.today) for other in covering):
                yield Said(Decision.UNDECIDED, rule, because=f"it ran out on {rule.expires}")
        else:
            yield Said(decision, rule, condition)


def _covers(rule: Rule, tool: ItemId, data: str, tiers: tuple[str, ...], teams: Sequence[str], *, known: bool) -> bool:
    forbids = rule.decision == Decision.NOT_ALLOWED
    on_tool = tool in rule.tools or ("*" in rule.tools and (known or forbids))
    on_team = "*" in rule.teams or (forbids if not teams else any(team in rule.teams for team in teams))
    on_data = "*" in rule.data or data in rule.data
    return on_tool and on_team and on_data and ("*" in rule.tier or any(tier in rule.tier for tier in tiers))


def _replaces(other: Rule, rule: Rule, today: date) -> bool:
    valid = other is not rule and not (other.expires and other.expires < today)
    return valid and (other.decided or date.min) >= (rule.decided or date.min)


def _note(note: ToolNote, data: str, books: Books) -> Iterable[Said]:
    if note.ring is Ring.HOLD:
        yield Said(Decision.NOT_ALLOWED, note, because="it is on hold here")
    if note.ring is Ring.ASSESS:
        yield Said(Decision.UNDECIDED, note, because="it is being assessed")
    if data in note.data:
        decision, condition = decision_in(note.data[data])
        if overdue_days(note, books.today):
            yield Said(Decision.UNDECIDED, note, because="its note is overdue for review")
        else:
            yield Said(decision, note, condition)
    ended = testing.undecided(books.tests, note.id, books.today) if note.ring is Ring.TRIAL else None
    if ended:
        yield Said(Decision.UNDECIDED, note, because=f"its trial ended on {ended.trial_until} without a decision")
    elif note.ring is Ring.TRIAL:
        yield Said(Decision.ALLOWED_IF, note, "it is for trying only, not yet for daily work", caps=True)


def decision_in(text: str) -> tuple[Decision, str]:
    """A written decision and its condition; what cannot be read decides nothing."""
    if text.startswith("allowed if "):
        return Decision.ALLOWED_IF, text.removeprefix("allowed if ").strip()
    exact = {Decision.ALLOWED.value: Decision.ALLOWED, Decision.NOT_ALLOWED.value: Decision.NOT_ALLOWED}
    return exact.get(text, Decision.UNDECIDED), ""
