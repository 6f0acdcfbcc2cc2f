"""What a question of fact asks: which tools in which order, which data, which edition. From its words alone, pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.reasoning.classes import classes_in
from bot.reasoning.mentions import ACCOUNTS, Mention, Names, masked, mentions, words_of
from bot.reasoning.permission import Asked
from bot.reasoning.tiers import tier_in


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
    purpose: str = ""  # for advice and lists: what it is wanted for


_PAIR = re.compile(
    r"(?i)\b(?:works?|working|play|go)\s+(?:\w+\s+)?(?:with|w|together)\b|\b(?:connect|sync|integrat|compatib)\w*|\btalks?\b|"
    r"\bhook(?:s|ed)?(?: \w+)? up\b|\blink(?:s|ed)?\b|\b(?:both|two)[- ](?:ways?|directions)\b|<-+>|↔"
)
# "Can B read A": it flows from A to B.
_PULL = re.compile(
    r"(?i)\b(?:reads?|sees?|pulls?|access(?:es)?|imports?|fetch(?:es)?|ingests?|receives?|search(?:es)?|quer(?:y|ies)|knows?|looks?)\b"
)
# "Can A send a B message", "A -> B".
_ONWARD = re.compile(r"(?i)^\W*(?:sends?|posts?|push(?:es)?|exports?|creates?|triggers?)\b|^\s*(?:[-=]+>|[→⇒])\s*$")
_BOUND_FOR = re.compile(r"(?i)\b(?:to|into|onto)\s+(?:(?:the|our|my|an?)\s+)?$")
_FROM = re.compile(r"(?i)\b(?:from|out of)\b")
_TO = re.compile(r"(?i)\b(?:to|into|onto|in|on|inside)\b")
_OVER = re.compile(r"(?i)\b(?:via|through|using)\s+(?:(?:the|our|my)\s+)?$")
_ASIDE = re.compile(r"(?i)\b(?:mcp|api|cli|command[ -]line)\b")
_LIST = re.compile(
    r"(?i)\b(?:what|which|anything|everything|all|tools?|apps?)\b.*"
    r"\b(?:works?|connects?|integrat\w*|syncs?|goes|talks?|plugs?|hooks?|links?|compatible)\b"
)
_USE = re.compile(r"(?i)\b(?:use|recommend|take|pick|choose)\b")
_ADVICE = re.compile(
    r"(?i)\b(?:what|which)\b.*\b(?:use|recommend|take|pick|choose)\b|\bwhich (?:tools?|apps?)\b.*\b(?:with|for)\b"
)
_FOR = re.compile(r"(?i)\b(?:for|to)\b")
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


def connection(text: str, names: Names) -> Connection:
    """The question as one about compatibility."""
    found = tuple(m for m in _once(mentions(text, names)) if not _OVER.search(text[: m.start]))
    if len(found) > 1:
        return _between(text, found[:2] if len(found) == 2 else _ends(text, found))
    rest = masked(text, found)
    aside = _ASIDE.search(rest)
    if aside:
        word = aside[0].lower()
        return Connection(Asks(word if word in {"mcp", "api"} else "cli"), found)
    if not found:
        return Connection(Asks.PAIR, found)
    purpose = rest[found[0].end :]
    if _LIST.search(rest) and not _USE.search(rest):
        return Connection(Asks.LIST, found, purpose if _FOR.search(purpose) else "")
    return Connection(Asks.ADVICE if _ADVICE.search(rest) else Asks.PAIR, found, purpose)


def _once(found: Sequence[Mention]) -> tuple[Mention, ...]:
    return tuple({mention.tools: mention for mention in reversed(found)}.values())[::-1]


def _between(text: str, found: Sequence[Mention]) -> Connection:
    one, other = found
    signs = [_governs(text, found, number) for number in range(2)]
    between = text[one.end : other.start]
    if _PULL.search(between) and not _BOUND_FOR.search(between):
        return Connection(Asks.FLOW, (other, one))
    if _ONWARD.search(between):
        return Connection(Asks.FLOW, (one, other))
    paired = _PAIR.search(masked(text, found)) and "from" not in signs
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
    return classes_in(masked(text, found), classes)


def tier_of(text: str, found: Sequence[Mention]) -> tuple[str, ...]:
    """The tiers that edition words mean beside a name, or before "account", "plan" and the like.

    Words that contradict each other ("pro", "private") leave every tier open that one of them means.
    """
    words = [word.text for word in words_of(text)]
    firsts, lasts = {m.first for m in found}, {m.last for m in found}
    inside = {i for m in found for i in range(m.first, m.last)}
    said: dict[str, None] = {}
    for at, word in enumerate(words):
        if at in inside or not (tier := tier_in(word)):
            continue
        then = words[at + 1] if at + 1 < len(words) else ""
        after_name = at in lasts and word not in {"plus", "work", "team"}
        own = word in {"private", "personal"} and at > 0 and words[at - 1] in {"my", "his", "her", "a", "own"}
        if after_name or own or then in ACCOUNTS or (at + 1 in firsts and word not in {"plus", "team"}):
            said |= dict.fromkeys(tier)
    return tuple(said)


def _names_something(text: str) -> bool:
    """Whether a name stands where a tool's would, though none that is known."""
    return any(match[2].lower() not in _NO_NAME for match in _INTO.finditer(text))
