"""Reads a whole library from its folder, and notices when it changes."""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from bot.domain import (
    CuratedAnswer,
    Finding,
    ItemId,
    Library,
    Organisation,
    RecordedValue,
    Rule,
    Skill,
    ToolNote,
    ToolTest,
)
from bot.library.answers import parse_answer
from bot.library.files import Found, Source, check_root, read, walk
from bot.library.findings import Report
from bot.library.layers import lay, layer_owner
from bot.library.linking import link, link_tests
from bot.library.organisation import parse_organisation
from bot.library.outcomes import parse_outcomes
from bot.library.rules import parse_rule
from bot.library.skills import parse_skill, with_questions
from bot.library.tests import parse_test
from bot.library.tools import parse_tool

NOTE_FOLDERS = ("tools", "rules", "answers", "tests")
ORGANISATION = "knowledge/organisation.toml"
OUTCOMES = "outcomes"  # the folder of what things brought

T = TypeVar("T", Skill, ToolNote, Rule, CuratedAnswer, ToolTest)


def load(root: Path) -> Library:
    """Everything in skills/ and knowledge/ under `root`, either of which may be missing.

    What is wrong in the files is in `findings`; whatever exists is kept. Raises BadInput when `root` is
    not a folder.
    """
    root = check_root(root)
    found = list(walk(root))
    seen = _fingerprint(found)  # before reading: a change meanwhile shows as a change
    reading = _Reading(root)
    for file in found:
        reading.findings.extend(file.findings)
    for file in _readable(found):
        reading.take(file)
    return replace(reading.library(), fingerprint=seen)


def fingerprint(root: Path) -> str:
    """A short text that changes whenever a file of the library does, from names, sizes and times alone.

    Raises BadInput when `root` is not a folder.
    """
    return _fingerprint(walk(check_root(root)))


@dataclass
class _Reading:
    """What has been read so far."""

    root: Path
    skills: dict[ItemId, Skill] = field(default_factory=dict)
    tools: dict[ItemId, ToolNote] = field(default_factory=dict)
    rules: dict[ItemId, Rule] = field(default_factory=dict)
    answers: dict[ItemId, CuratedAnswer] = field(default_factory=dict)
    tests: dict[ItemId, ToolTest] = field(default_factory=dict)
    questions: dict[str, Source] = field(default_factory=dict)  # by folder
    values: list[RecordedValue] = field(default_factory=list)
    organisation: Organisation = field(default_factory=Organisation)
    findings: list[Finding] = field(default_factory=list)

    def take(self, file: Found) -> None:
        """Reads one file as what its place and name say it is."""
        path = PurePosixPath(file.path)
        if path.parts[0] == "skills":
            self._take_skill_file(file, path)
        elif file.path == ORGANISATION:
            self.organisation, findings = parse_organisation(read(self.root, file))
            self.findings.extend(findings)
        elif path.suffix.lower() == ".csv" and path.parts[1] == OUTCOMES:
            values, findings = parse_outcomes(read(self.root, file))
            self.values.extend(values)
            self.findings.extend(findings)
        elif path.suffix.lower() == ".md" and len(path.parts) > 2:
            self._take_note(file, path.parts[1])

    def library(self) -> Library:
        """Everything read, with the references between files made."""
        laid = lay({key: self._finished(skill) for key, skill in self.skills.items()})
        skills, tools, rules = link(laid.skills, self.tools, self.rules)
        findings = tuple(dict.fromkeys([*self.findings, *laid.findings]))
        tests = link_tests(self.tests, tools)
        values = tuple(self.values)
        return Library(skills, tools, rules, self.answers, tests, self.organisation, findings, values=values)

    def _take_skill_file(self, file: Found, path: PurePosixPath) -> None:
        if path.name.lower() == "skill.md":
            self._keep(file, parse_skill, self.skills)
        elif path.name.lower() == "questions.md":
            source = read(self.root, file)
            self.questions.setdefault(str(path.parent), source)
            self.findings.extend(source.findings)

    def _take_note(self, file: Found, folder: str) -> None:
        if folder == "tools":
            self._keep(file, parse_tool, self.tools)
        elif folder == "rules":
            self._keep(file, parse_rule, self.rules)
        elif folder == "answers":
            self._keep(file, parse_answer, self.answers)
        elif folder == "tests":
            self._keep(file, parse_test, self.tests)

    def _keep(
        self, file: Found, parse: Callable[[Source], tuple[T, tuple[Finding, ...]]], kept: dict[ItemId, T]
    ) -> None:
        item, findings = parse(read(self.root, file))
        self.findings.extend(findings)
        if item.id in kept:
            item = self._renamed(item, kept)
        kept[item.id] = item

    def _renamed(self, item: T, kept: dict[ItemId, T]) -> T:
        """The item under a number of its own: two files must not take each other's place unseen."""
        number = next(n for n in range(2, len(kept) + 3) if f"{item.id}-{n}" not in kept)
        report = Report(item.path)
        problem = f"{kept[item.id].path} has the same id {item.id}; this file is kept as {item.id}-{number}."
        report.error("id-taken", problem, "Rename or remove one of the two.")
        self.findings.extend(report.findings)
        return replace(item, id=ItemId(f"{item.id}-{number}"))

    def _finished(self, skill: Skill) -> Skill:
        """The skill with its questions, and the owner of its layer where it names none."""
        source = self.questions.get(str(PurePosixPath(skill.path).parent))
        skill = with_questions(skill, source) if source else skill
        return replace(skill, owner=skill.owner or layer_owner(skill.layer, self.organisation))


def _readable(found: Iterable[Found]) -> Iterable[Found]:
    """The files, without read-me files and what could not be entered."""
    for file in found:
        if not file.findings and PurePosixPath(file.path).stem.lower() != "readme":
            yield file


def _fingerprint(found: Iterable[Found]) -> str:
    digest = hashlib.sha256()
    for file in found:
        digest.update(f"{file.path}\0{_stamp(file.place)}\0".encode("utf-8", "replace"))
    return digest.hexdigest()[:16]


def _stamp(place: str) -> str:
    try:
        stat = os.stat(place)  # noqa: PTH116  # a path would take longer than the look itself
    except OSError:
        return "unreadable"
    return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"
