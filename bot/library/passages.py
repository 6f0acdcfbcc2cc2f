"""An item as passages: stretches of its text, short enough to quote and to embed."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from bot.domain import (
    CuratedAnswer,
    Edge,
    Item,
    ItemId,
    Passage,
    PassageKind,
    Rule,
    Section,
    Skill,
    ToolNote,
)
from bot.library.cutting import LONGEST, cut
from bot.library.layers import same_folder
from bot.library.markdown import bullets, in_words, parse_sections
from bot.library.skills import LONGEST_DESCRIPTION

PEOPLE_ASK = "people ask"  # a heading in the body of a tool note or a rule

# What only stewards and the ranker see: a new review date or training question is no new content.
_NOT_SHOWN = {"path", "owner", "review", "questions", "variants", "extends", "inherited_from"}


def passages(item: Item) -> tuple[Passage, ...]:
    """NAME, DESCRIPTION and QUESTION passages, then BODY stretches of up to 500 characters by heading.

    The first three are whole, as long as they keep to the 1,024 characters of the standard.
    """
    if isinstance(item, Skill):
        found = _of_skill(item)
    elif isinstance(item, ToolNote):
        found = _of_tool(item)
    elif isinstance(item, Rule):
        found = _of_rule(item)
    else:
        found = _of_answer(item)
    return tuple(dict.fromkeys(passage for passage in found if passage.text))


def version(item: Item) -> str:
    """12 hex digits that change when, and only when, the content shown to people does.

    Path, owner, review dates and training questions are not content.
    """
    shown = json.dumps(_shown(asdict(item)), sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def _of_skill(skill: Skill) -> Iterator[Passage]:
    folder = skill.id.rpartition("/")[2].removeprefix("skill:")
    yield from _names(skill.id, (skill.title, in_words(skill.name), in_words(folder)))
    yield from _cut(skill.id, PassageKind.DESCRIPTION, skill.description)
    for question in skill.questions:
        yield from _cut(skill.id, PassageKind.QUESTION, question)
    yield from _body(skill.id, _own_words(skill))


def _own_words(skill: Skill) -> Iterable[Section]:
    """Its sections, less what comes from a skill of another name: that one is found under its own name."""
    for section in skill.sections:
        if section.inherited_from is None or same_folder(section.inherited_from, skill.id):
            yield section


def _of_tool(note: ToolNote) -> Iterator[Passage]:
    yield from _names(note.id, (note.title, in_words(note.id.removeprefix("tool:")), *note.aliases))
    yield from _cut(note.id, PassageKind.DESCRIPTION, note.use_for)
    yield from _note_body(note.id, note.sections)
    data = "\n".join(f"{name} data: {decision}" for name, decision in note.data.items())
    yield from _cut(note.id, PassageKind.BODY, data, "Data")
    for edge in note.works_with:
        yield from _cut(note.id, PassageKind.BODY, _edge(edge), "Works with")


def _edge(edge: Edge) -> str:
    """`works with Mailchimp (native): contacts and list membership. Requires Marketing Hub`."""
    verb = {"works": "works with", "partial": "partly works with"}.get(edge.status, "does not work with")
    way = {"to": ", one way to it", "from": ", one way from it"}.get(edge.direction, "")
    depth = f": {edge.depth}" if edge.depth else ""
    requires = f". Requires {edge.requires}" if edge.requires else ""
    return f"{verb} {_tool(edge.target_tool)} ({_tool(edge.via)}{way}){depth}{requires}"


def _of_rule(rule: Rule) -> Iterator[Passage]:
    yield from _names(rule.id, (rule.title, in_words(rule.id.removeprefix("rule:"))))
    yield from _cut(rule.id, PassageKind.DESCRIPTION, _decision(rule))
    yield from _note_body(rule.id, parse_sections(rule.text))


def _decision(rule: Rule) -> str:
    """`customer data in Chatgpt, Gemini (consumer accounts), for marketing: not allowed`."""
    data = "any data" if "*" in rule.data else f"{', '.join(rule.data)} data"
    tools = "any tool" if "*" in rule.tools else ", ".join(_tool(name) for name in rule.tools)
    tier = "" if "*" in rule.tier else f" ({', '.join(rule.tier)} accounts)"
    teams = "" if "*" in rule.teams else f", for {', '.join(rule.teams)}"
    return f"{data} in {tools}{tier}{teams}: {rule.decision}"


def _of_answer(answer: CuratedAnswer) -> Iterator[Passage]:
    for question in (answer.question, *answer.variants):
        yield from _cut(answer.id, PassageKind.QUESTION, question)
    yield from _body(answer.id, parse_sections(answer.text))


def _names(item: ItemId, names: Iterable[str]) -> Iterator[Passage]:
    """Each name once, whatever its capitals."""
    distinct: dict[str, str] = {}
    for name in names:
        distinct.setdefault(name.casefold(), name)
    for name in distinct.values():
        yield from _cut(item, PassageKind.NAME, name)


def _note_body(item: ItemId, sections: Iterable[Section]) -> Iterator[Passage]:
    """A note's body; the points under PEOPLE_ASK are questions it answers, as QUESTIONS.md is beside a skill."""
    for section in sections:
        if section.heading.strip().casefold() == PEOPLE_ASK:
            for question in bullets(section.text):
                yield from _cut(item, PassageKind.QUESTION, question)
        else:
            yield from _body(item, [section])


def _body(item: ItemId, sections: Iterable[Section]) -> Iterator[Passage]:
    for section in sections:
        yield from _cut(item, PassageKind.BODY, section.text, section.heading)


def _cut(item: ItemId, kind: PassageKind, text: str, heading: str = "") -> Iterator[Passage]:
    for stretch in cut(text, LONGEST if kind is PassageKind.BODY else LONGEST_DESCRIPTION):
        yield Passage(item, kind, stretch, heading)


def _tool(name: str) -> str:
    """A tool in words; `native`, `api` and the like stay as they are."""
    return in_words(name.removeprefix("tool:")) if name.startswith("tool:") else name


def _shown(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shown(inner) for key, inner in value.items() if key not in _NOT_SHOWN}
    if isinstance(value, list | tuple):
        return [_shown(inner) for inner in value]
    return re.sub(r"[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else value
