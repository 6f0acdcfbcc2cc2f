"""Lays skills over each other: what one does not say comes from the one below it, section by section."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath
from typing import NamedTuple

from bot.domain import Finding, ItemId, Organisation, Section, Skill, TeamName
from bot.library.findings import Report

FOUNDATION = "foundation"  # the layer that is shared by everyone
Skills = Mapping[ItemId, Skill]
Key = tuple[str, ...]


class Layered(NamedTuple):
    skills: dict[ItemId, Skill]
    findings: tuple[Finding, ...]


def lay(skills: Skills) -> Layered:
    """Every skill with what it inherits. A circle of `extends` is broken at one place and reported."""
    skills = {key: replace(skill, extends=_resolved(skill, skills)) for key, skill in skills.items()}
    below = {key: _skills_below(skill, skills) for key, skill in skills.items()}
    order, findings = _in_order(below, skills)
    laid: dict[ItemId, Skill] = {}
    for key in order:
        skill = skills[key]
        for base in below[key]:
            skill = overlay(skill, laid[base])
        laid[key] = skill
    return Layered({key: laid[key] for key in skills}, findings)


def overlay(skill: Skill, base: Skill) -> Skill:
    """`skill` over `base`. A namesake below also gives description, tools and outcome."""
    merged = replace(skill, sections=overlay_sections(skill.sections, base.sections, base.id))
    if not same_name(skill, base):
        return merged
    return replace(
        merged,
        description=skill.description or base.description,
        tools=skill.tools or base.tools,
        outcome=skill.outcome or base.outcome,
    )


def overlay_sections(own: tuple[Section, ...], base: tuple[Section, ...], base_id: ItemId) -> tuple[Section, ...]:
    """Own sections in their order; each of the base that is not mentioned goes to the end of its chapter."""
    merged = list(zip(section_keys(own), own, strict=True))
    mentioned = {key for key, _ in merged}
    for key, section in zip(section_keys(base), base, strict=True):
        if key not in mentioned:
            section = replace(section, inherited_from=section.inherited_from or base_id)
            merged.insert(_end_of_chapter(key, [other for other, _ in merged]), (key, section))
    return tuple(section for _, section in merged)


def section_keys(sections: tuple[Section, ...]) -> list[Key]:
    """What tells a section from the others of its skill: the headings above it and its own.

    The first heading of level 1 is the skill's title, whatever it says; a repeated heading is numbered.
    """
    chapters: list[tuple[int, str]] = []
    keys: list[Key] = []
    repeated: Counter[Key] = Counter()
    titled = False
    key: Key
    for section in sections:
        chapters = [chapter for chapter in chapters if chapter[0] < section.level]
        if section.level == 1 and not titled:
            titled = True
            key = ("title",)
        else:
            name = " ".join(section.heading.casefold().split()).rstrip(":.?! ")
            key = (*(heading for _, heading in chapters), name)
            chapters.append((section.level, name))
        repeated[key] += 1
        keys.append((*key, str(repeated[key])) if repeated[key] > 1 else key)
    return keys


def same_name(skill: Skill, other: Skill) -> bool:
    """Whether both lie in folders of the same name: one skill, told for different circles."""
    return same_folder(skill.id, other.id)


def same_folder(skill: ItemId, other: ItemId) -> bool:
    """`same_name` by ids alone."""
    return _folder(skill) == _folder(other)


def layers_below(layer: str) -> tuple[str, ...]:
    """The layers under this one, nearest first: its parents, the shared foundation, then `skills/` itself."""
    if not layer:
        return ()
    parts = layer.split("/")
    parents = ["/".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
    return tuple(parents + [name for name in (FOUNDATION, "") if name != layer and name not in parents])


def layer_owner(layer: str, organisation: Organisation) -> str | None:
    """Who owns a layer: its team, else the team around it; the AI ops owner has the foundation."""
    if layer in ("", FOUNDATION):
        return organisation.owner
    for name in (layer, *layers_below(layer)):
        team = organisation.teams.get(TeamName(name))
        if team and team.owner:
            return team.owner
    return None


def _skills_below(skill: Skill, skills: Skills) -> list[ItemId]:
    """What it extends, as far as it exists, then the skill of its name in the nearest layer below."""
    below = [key for key in skill.extends if key in skills]
    for layer in layers_below(skill.layer):
        key = ItemId(f"skill:{layer}/{_folder(skill.id)}" if layer else f"skill:{_folder(skill.id)}")
        if key in skills and key != skill.id:
            below.append(key)
            break
    return list(dict.fromkeys(below))


def _resolved(skill: Skill, skills: Skills) -> tuple[ItemId, ...]:
    """`extends` with bare names (`brand-voice`) found in the layers below."""
    return tuple(_meant(key, skill, skills) for key in skill.extends)


def _meant(key: ItemId, skill: Skill, skills: Skills) -> ItemId:
    name = key.removeprefix("skill:")
    if key in skills or "/" in name:
        return key
    places = (ItemId(f"skill:{layer}/{name}") for layer in (skill.layer, *layers_below(skill.layer)) if layer)
    return next((place for place in places if place in skills and place != skill.id), key)


def _in_order(below: dict[ItemId, list[ItemId]], skills: Skills) -> tuple[list[ItemId], tuple[Finding, ...]]:
    """The skills, lowest first; takes the edge out of `below` that closes a circle."""
    findings: list[Finding] = []
    while True:
        try:
            return list(TopologicalSorter(below).static_order()), tuple(findings)
        except CycleError as error:
            lower, upper = error.args[1][:2]
            below[upper].remove(lower)
            findings.extend(_circle(skills[upper], error.args[1]))


def _circle(skill: Skill, circle: list[ItemId]) -> tuple[Finding, ...]:
    report = Report(skill.path)
    names = " → ".join(key.removeprefix("skill:") for key in reversed(circle))
    report.error(
        "extends-circle",
        f"Skills extend each other in a circle: {names[:300]}.",
        "Take one signpost.extends out of the circle.",
    )
    return report.findings


def _end_of_chapter(key: Key, keys: list[Key]) -> int:
    """Behind the last section that shares the most headings with `key`."""
    for length in range(len(key) - 1, 0, -1):
        for place in range(len(keys), 0, -1):
            if keys[place - 1][:length] == key[:length]:
                return place
    return len(keys)


def _folder(key: ItemId) -> str:
    return PurePosixPath(key.removeprefix("skill:")).name
