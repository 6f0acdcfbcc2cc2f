"""What a question of fact asks: which tools in which order, which data, which edition. From its words alone, pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain import Kind
from bot.reasoning import intent
from bot.reasoning.mentions import ACCOUNTS, Mention, Names, mentions, words_of
from bot.reasoning.permission import Asked, tier_in


class Asks(StrEnum):
    """The ways to ask about compatibility."""

    FLOW = "flow"  # from A to B
    PAIR = "pair"  # does A work with B
    LIST = "list"  # what works with A
    MCP = "mcp"  # is there an MCP server for A
    API = "api"
    CLI = "cli"
    ADVICE = "advice"  # what with A for Y


@dataclass(frozen=True)
class Connection:
    """A question about compatibility. `tools` in the order of its sense: for a flow from, then to."""

    asks: Asks
    tools: tuple[Mention, ...]
    purpose: str = ""  # for advice: what it is wanted for


_PAIR = re.compile(
    r"(?i)\b(?:works?|working|play|go)\s+(?:\w+\s+)?(?:with|together)\b|\b(?:connect|sync|integrat|compatib)\w*|\btalks?\b"
)
_FROM = re.compile(r"(?i)\b(?:from|out of)\b")
_TO = re.compile(r"(?i)\b(?:to|into|onto|in|on|inside)\b")
_OVER = re.compile(r"(?i)\b(?:via|through|using)\s+(?:(?:the|our|my)\s+)?$")
_ASIDE = re.compile(r"(?i)\b(?:mcp|api|cli|command[ -]line)\b")
_ADVICE = re.compile(r"(?i)\bwhat\b.*\b(?:use|recommend|take|pick|choose)\b")
_LIST = re.compile(
    r"(?i)\b(?:what|which|anything|tools?|apps?)\b.*\b(?:works?|connects?|integrat\w*|syncs?|goes|talks?)\b"
)


_CLASSES = {
    "customer": r"customers?|clients?|subscribers|contact lists?|pii|personal data",
    "employee": r"employees?|staff|personnel|salar(?:y|ies)|payroll|sick notes?|cvs?|résumés?|applicants?|"
    r"applications?|performance reviews?|holidays?|pii|personal data",
    "secret": r"passwords?|passphrases?|secrets?|credentials?|(?:api|private|access|ssh|secret|signing) keys?|tokens?|"
    r"unannounced",
    "internal": r"internal|roadmaps?|budgets?|handbooks?|meetings?|demos?|(?:our|internal|project|launch) plans?",
    "public": r"public|published|press|on the web",
}
_ALL_DATA = re.compile(r"(?i)\ball (?:of )?(?:our|the|my) data\b|\beverything we have\b")
_LEAVE = re.compile(r"(?i)\b(?:ok|okay|allowed|permitted|may|approved|forbidden|go ahead)\b")
_OPEN = re.compile(r"(?i)\b(?:which|what|how|who|is there|anything)\b")
_WHICH_TOOL = re.compile(
    r"(?i)\b(?:which|what|any|is there an?)\s+(?:\w+\s+){0,2}?(?:tools?|apps?|software|programs?)\b"
)
_WITH = re.compile(r"(?i)\bwith\s+(?:(?:the|our|my)\s+)?$")
_HELD = re.compile(r"(?i)\b(?:for|with|hold|holds|holding|handle|handles|store|stores)\b[^.?!,]*\bdata\b")
_PUT = re.compile(r"(?i)\W*(?:put|paste|upload|store|enter)\b")
_INTO = re.compile(
    r"(?i)\b(?:into|in|to|use|using|with|through|on|over|is)\s+((?:(?:the|our|my|an?|free)\s+)*)([\w.-]+)"
)
# What follows "in" or "is" and names no tool.
_NO_NAME = frozenset(
    (  # noqa: SIM905
        "it this that these those there any anything a an the our my tool tools ai some somewhere one ones all allowed "
        "ok okay fine use using used put paste upload share send store keep i we you them him her which what where "
        "general public private customer customers client clients data people chat assistant writing not to in into "
        "mail email e-mail work"
    ).split()
)


def kind_of(text: str, found: Sequence[Mention], classes: Sequence[str]) -> Kind:
    """The kind of a question once it is known which tools and data it names."""
    told = intent.kind_of(text)
    if told in {Kind.PERMISSION, Kind.COMPATIBILITY}:
        return told
    if not found:
        into = classes and told is Kind.WHICH and not _OPEN.search(text) and (_LEAVE.search(text) or _PUT.match(text))
        return Kind.PERMISSION if into else told
    if (classes or len(found) == 1) and _LEAVE.search(text):
        return Kind.PERMISSION
    if told is Kind.HOWTO and len(found) < 2:
        return told
    several = len(found) > 1 and (_FROM.search(text) or _TO.search(text) or _PAIR.search(text))
    if several or _ASIDE.search(_masked(text, found)) or _LIST.search(text) or (_ADVICE.search(text) and found):
        return Kind.COMPATIBILITY
    return Kind.PERMISSION if classes and not _OPEN.search(text) else told


def is_narrowed(text: str, found: Sequence[Mention], classes: Sequence[str]) -> bool:
    """Whether a tool is asked for that has to go with another one, or with a class of data."""
    if not _WHICH_TOOL.search(text) or _LIST.search(_masked(text, found)):
        return False
    limited = classes and (_LEAVE.search(text) or _HELD.search(text))
    return bool(limited) or any(_WITH.search(text[: mention.start]) for mention in found)


def connection(text: str, names: Names) -> Connection:
    """The question as one about compatibility."""
    found = tuple(m for m in _once(mentions(text, names)) if not _OVER.search(text[: m.start]))
    if len(found) > 1:
        return _between(text, found[:2] if len(found) == 2 else _ends(text, found))
    rest = _masked(text, found)
    aside = _ASIDE.search(rest)
    if aside:
        word = aside[0].lower()
        return Connection(Asks(word if word in {"mcp", "api"} else "cli"), found)
    if found and _ADVICE.search(text):
        return Connection(Asks.ADVICE, found, rest[found[0].end :])
    listing = found and _LIST.search(text)
    return Connection(Asks.LIST if listing else Asks.PAIR, found)


def _once(found: Sequence[Mention]) -> tuple[Mention, ...]:
    return tuple({mention.tools: mention for mention in reversed(found)}.values())[::-1]


def _between(text: str, found: Sequence[Mention]) -> Connection:
    one, other = found
    signs = [_governs(text, found, number) for number in range(2)]
    paired = _PAIR.search(_masked(text, found)) and "from" not in signs
    if paired or not any(signs):
        return Connection(Asks.PAIR, (one, other))
    if signs[0] == "from" or (signs[0] != "to" and signs[1] == "to") or signs == ["to", "to"]:
        return Connection(Asks.FLOW, (one, other))
    return Connection(Asks.FLOW, (other, one))


def _ends(text: str, found: Sequence[Mention]) -> tuple[Mention, Mention]:
    """Of three and more the one it comes from and the one it goes to."""
    signs = [_governs(text, found, number) for number in range(len(found))]
    start = next((m for m, sign in zip(found, signs, strict=True) if sign == "from"), found[0])
    rest = [(m, sign) for m, sign in zip(found, signs, strict=True) if m is not start]
    end = next((m for m, sign in reversed(rest) if sign == "to"), rest[-1][0])
    return (start, end) if start.start < end.start else (end, start)


def _governs(text: str, found: Sequence[Mention], number: int) -> str:
    """The last word of direction before a name: "from", "to" or none."""
    before = text[found[number - 1].end if number else 0 : found[number].start]
    froms = [match.start() for match in _FROM.finditer(before)]
    tos = [match.start() for match in _TO.finditer(before)]
    if not (froms or tos):
        return ""
    return "from" if max(froms, default=-1) > max(tos, default=-1) else "to"


def named(text: str, names: Names) -> tuple[Mention, ...]:
    """The tools that a text names, each once."""
    return _once(mentions(text, names))


def leave(text: str, found: Sequence[Mention], classes: Sequence[str], teams: Sequence[str]) -> Asked:
    """The question as one that asks leave; `classes` are the organisation's."""
    return Asked(
        tools=tuple(mention.tools for mention in found),
        data=data_in(text, found, classes),
        tier=tier_of(text, found),
        unknown_tool=not found and _names_something(text),
        teams=tuple(teams),
    )


def data_in(text: str, found: Sequence[Mention], classes: Sequence[str]) -> tuple[str, ...]:
    """The classes of data that a text names, apart from the names of tools in it."""
    rest = _masked(text, found)
    if _ALL_DATA.search(rest):
        return tuple(classes)
    return tuple(c for c in classes if re.search(rf"(?i)\b(?:{_CLASSES.get(c, re.escape(c))})\b", rest))


def tier_of(text: str, found: Sequence[Mention]) -> tuple[str, ...]:
    """The tiers that an edition word means beside a name, or before "account", "plan" and the like."""
    words = [word.text for word in words_of(text)]
    firsts, lasts = {m.first for m in found}, {m.last for m in found}
    inside = {i for m in found for i in range(m.first, m.last)}
    for at, word in enumerate(words):
        if at in inside or not (tier := tier_in(word)):
            continue
        then = words[at + 1] if at + 1 < len(words) else ""
        after_name = at in lasts and word not in {"plus", "work", "team"}
        if after_name or then in ACCOUNTS or (at + 1 in firsts and word not in {"plus", "team"}):
            return tier
    return ()


def _names_something(text: str) -> bool:
    """Whether a name stands where a tool's would, though none that is known."""
    return any(match[2].lower() not in _NO_NAME for match in _INTO.finditer(text))


def _masked(text: str, found: Sequence[Mention]) -> str:
    for mention in found:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text
