"""SKILL.md and QUESTIONS.md: the Agent Skills standard, read tolerantly."""

import re
from dataclasses import replace
from pathlib import PurePosixPath

from bot.domain import Finding, ItemId, Skill
from bot.library.fields import Fields
from bot.library.files import Source
from bot.library.findings import Report
from bot.library.frontmatter import Frontmatter, Value, parse_frontmatter
from bot.library.markdown import bullets, first_paragraph, parse_sections, title_of

STANDARD_KEYS = ("name", "description", "license", "compatibility", "allowed-tools", "metadata")
OUR_KEYS = ("owner", "extends", "tools", "outcome", "reviewed", "review-every")
PREFIX = "signpost."
LONGEST_NAME, LONGEST_DESCRIPTION, SHORTEST_DESCRIPTION = 64, 1024, 40  # characters
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def parse_skill(source: Source) -> tuple[Skill, tuple[Finding, ...]]:
    """One SKILL.md by itself: nothing inherited, no questions. Always gives a skill."""
    report = Report(source.path)
    front = parse_frontmatter(source.text, report)
    fields = Fields(front.values, front.lines, report)
    ours = _our_fields(fields, front)
    folder = PurePosixPath(source.path).parent
    sections = parse_sections(front.body)
    name = fields.text("name") or folder.name
    skill = Skill(
        id=skill_id(source.path),
        name=name,
        title=title_of(sections, name),
        description=" ".join(fields.text("description").split()) or first_paragraph(sections)[:LONGEST_DESCRIPTION],
        layer="/".join(folder.parts[1:-1]),
        sections=sections,
        owner=ours.text("owner") or None,
        review=ours.review("reviewed", "review-every"),
        extends=tuple(skill_reference(name) for name in ours.names("extends")),
        tools=tuple(tool_reference(name) for name in ours.names("tools")),
        outcome=ours.text("outcome").lower() or None,
        path=source.path,
    )
    _check(skill, front, fields, folder.name)
    return skill, source.findings + report.findings


def with_questions(skill: Skill, source: Source) -> Skill:
    """The skill with the bullets of its QUESTIONS.md."""
    front = parse_frontmatter(source.text, Report(source.path))
    return replace(skill, questions=tuple(dict.fromkeys(bullets(front.body))))


def skill_id(path: str) -> ItemId:
    """`skills/marketing/campaign-brief/SKILL.md` → `skill:marketing/campaign-brief`."""
    return ItemId("skill:" + "/".join(PurePosixPath(path).parent.parts[1:]))


def skill_reference(name: str) -> ItemId:
    """The id meant by `foundation/brand-voice`, written with or without `skill:` or as a path."""
    name = name.strip().removeprefix("skill:").removeprefix("skills/").removesuffix("/SKILL.md")
    return ItemId("skill:" + name.strip("/ "))


def tool_reference(name: str) -> ItemId:
    """The id meant by `hubspot`, written with or without `tool:`."""
    return ItemId("tool:" + name.strip().removeprefix("tool:").strip())


def _our_fields(fields: Fields, front: Frontmatter) -> Fields:
    """The `signpost.*` keys without their prefix, wherever they were put."""
    metadata = fields.map("metadata")
    ours: dict[str, Value] = {}
    lines = dict(front.lines)
    for place, path in ((fields, ()), (metadata, ("metadata",))):
        for key, value in place.values.items():
            if key.startswith(PREFIX):
                name = key.removeprefix(PREFIX).replace("_", "-")
                ours[name] = value
                lines[("signpost", name)] = front.lines.get((*path, key), 1)
    result = Fields(ours, lines, fields.report, ("signpost",))
    result.check_keys(OUR_KEYS, "signpost-key-unknown", f"Known after {PREFIX} are: {', '.join(OUR_KEYS)}.")
    return result


def _check(skill: Skill, front: Frontmatter, fields: Fields, folder: str) -> None:
    report = fields.report
    if not front.present:
        report.warning(
            "frontmatter-missing",
            "There is no frontmatter; name and description were taken from the folder and the text.",
            "Begin the file with --- lines around name: and description:.",
            1,
        )
    else:
        _check_name(skill, fields, folder)
        _check_keys(fields)
    _check_description(skill, front, fields)
    if not skill.sections:
        report.warning(
            "body-missing", "The skill has no text.", "Write what to do, step by step, below the frontmatter."
        )


def _check_name(skill: Skill, fields: Fields, folder: str) -> None:
    line = fields.line("name")
    if not fields.text("name"):
        fields.report.warning("name-missing", "There is no name.", f"Add name: {folder}.", 1)
        return
    if skill.name != folder:
        problem = f"The name {skill.name!r} differs from its folder {folder!r}; the folder counts."
        fields.report.warning("name-not-folder", problem, "Give both the same name.", line)
    if not _NAME.fullmatch(skill.name) or len(skill.name) > LONGEST_NAME:
        problem = "The name does not keep to the standard."
        fields.report.warning("name-not-standard", problem, "Use 1 to 64 of a-z, 0-9 and single hyphens.", line)


def _check_keys(fields: Fields) -> None:
    fields.check_keys(
        STANDARD_KEYS,
        "key-not-standard",
        f"Put it under metadata as text; the standard has {', '.join(STANDARD_KEYS)}.",
    )
    nested = [key for key, value in fields.map("metadata").values.items() if not isinstance(value, str)]
    if nested:
        problem = f"In metadata, {', '.join(nested)[:80]} is not a text."
        fields.report.warning("metadata-not-flat", problem, "Write lists as text with commas.", fields.line("metadata"))
    if not isinstance(fields.values.get("allowed-tools", ""), str):
        problem = "allowed-tools is not a text."
        fields.report.warning(
            "allowed-tools-not-text", problem, "Separate the tools by spaces.", fields.line("allowed-tools")
        )


def _check_description(skill: Skill, front: Frontmatter, fields: Fields) -> None:
    report, line, length = fields.report, fields.line("description"), len(skill.description)
    mend = "Write in 1 to 3 sentences what it does and when to use it."
    if not length:
        report.error("description-missing", "There is no description, and no text to take one from.", mend, line)
    elif front.present and not fields.text("description"):
        report.warning(
            "description-missing", "There is no description; the first paragraph stands in.", mend, line or 1
        )
    elif length > LONGEST_DESCRIPTION:
        report.warning(
            "description-too-long", f"The description has {length} characters; 1,024 are allowed.", mend, line
        )
    elif length < SHORTEST_DESCRIPTION:
        report.warning("description-too-short", "The description is too short to tell when to use it.", mend, line)
