"""Turns the names people wrote for tools ("HubSpot", "Hub Spot") into the ids of their notes."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain import Edge, ItemId, Rule, Skill, ToolNote, ToolTest

Names = Mapping[str, ItemId]


def link(
    skills: Mapping[ItemId, Skill], tools: Mapping[ItemId, ToolNote], rules: Mapping[ItemId, Rule]
) -> tuple[dict[ItemId, Skill], dict[ItemId, ToolNote], dict[ItemId, Rule]]:
    """The same items with every reference that means a note by title, alias or capitals pointing at its id.

    A reference that means no note stays as it was written.
    """
    names = tool_names(tools)
    return (
        {key: replace(skill, tools=_linked(skill.tools, names)) for key, skill in skills.items()},
        {
            key: replace(note, works_with=tuple(_edge(edge, names) for edge in note.works_with))
            for key, note in tools.items()
        },
        {key: replace(rule, tools=_linked_rule(rule.tools, names)) for key, rule in rules.items()},
    )


def link_tests(tests: Mapping[ItemId, ToolTest], tools: Mapping[ItemId, ToolNote]) -> dict[ItemId, ToolTest]:
    """The same test cards, each pointing at its tool's id."""
    names = tool_names(tools)
    return {key: replace(test, tool=names.get(spelling(test.tool), test.tool)) for key, test in tests.items()}


def tool_names(tools: Mapping[ItemId, ToolNote]) -> Names:
    """Every name of every tool in one spelling → its id; ids come before titles, titles before aliases."""
    names: dict[str, ItemId] = {}
    for spell in (lambda note: [note.id], lambda note: [note.title], lambda note: note.aliases):
        for key, note in tools.items():
            for name in spell(note):
                names.setdefault(spelling(name), key)
    return names


def spelling(name: str) -> str:
    """One spelling for `tool:hub-spot`, `Hub Spot` and `hub_spot`."""
    return " ".join(name.removeprefix("tool:").casefold().replace("-", " ").replace("_", " ").split())


def _linked(references: tuple[ItemId, ...], names: Names) -> tuple[ItemId, ...]:
    return tuple(dict.fromkeys(names.get(spelling(reference), reference) for reference in references))


def _linked_rule(references: tuple[str, ...], names: Names) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(names.get(spelling(name), name)) for name in references))


def _edge(edge: Edge, names: Names) -> Edge:
    via = names.get(spelling(edge.via), edge.via) if edge.via.startswith("tool:") else edge.via
    return replace(edge, target_tool=names.get(spelling(edge.target_tool), edge.target_tool), via=via)
