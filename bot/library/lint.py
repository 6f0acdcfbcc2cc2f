"""Finds the faults that only show when all files are seen together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath

from bot.domain import EVERYONE, Finding, Item, ItemId, Library, Rule, Severity, Skill, ToolNote
from bot.library import frontmatter
from bot.library.files import Found, check_root, read, walk
from bot.library.findings import Report
from bot.library.layers import layer_owner
from bot.library.linking import spelling
from bot.library.linting_tests import lint_tests
from bot.library.loading import NOTE_FOLDERS, ORGANISATION, OUTCOMES
from bot.library.tools import VIA_WORDS
from bot.reasoning.freshness import is_expired, overdue_days

ANYTHING = "*"


def lint(library: Library, root: Path, today: date | None = None) -> tuple[Finding, ...]:
    """All faults of a library that was loaded from `root`: those of reading, and what does not fit together.

    Sorted by file and line. Without `today` nothing is looked at that runs out. Raises BadInput when `root`
    is not a folder.
    """
    check = _Check(library, check_root(root), today)
    findings = [*library.findings, *check.all()]
    return tuple(dict.fromkeys(sorted(findings, key=lambda f: (f.path, f.line or 0, f.severity, f.code))))


class _Check:
    """The library under the eye of each rule in turn."""

    def __init__(self, library: Library, root: Path, today: date | None) -> None:
        self.library = library
        self.root = root
        self.today = today
        self._lines = cache(self._read_lines)

    def all(self) -> Iterator[Finding]:
        for item in self.library.items().values():
            yield from self._stewardship(item)
        for skill in self.library.skills.values():
            yield from self._skill(skill)
        for note in self.library.tools.values():
            yield from self._note(note)
        for rule in self.library.rules.values():
            yield from self._teams(rule.path, "teams", rule.teams)
            yield from self._rule(rule)
        for answer in self.library.answers.values():
            yield from self._teams(answer.path, "scope", answer.scope)
        yield from self._values()
        yield from lint_tests(self.library, self.today, self._line)
        yield from self._layers()
        yield from self._questions()
        yield from self._aliases()
        yield from self._ignored_files()

    def _stewardship(self, item: Item) -> Iterator[Finding]:
        """Somebody answers for each item, and looked at it in time."""
        if not item.owner:
            yield self._warning(item.path, "owner-missing", "Nobody owns this.", "Name an owner.")
        late = overdue_days(item, self.today) if self.today else 0
        if late and isinstance(item, Rule):
            problem = f"The rule expired {late} days ago."
            yield self._warning(item.path, "rule-expired", problem, "Decide again, or remove it.", "expires")
        elif late:
            problem = f"The review is {late} days overdue."
            yield self._warning(
                item.path, "review-overdue", problem, "Look it over and set the date.", *_review_key(item)
            )

    def _skill(self, skill: Skill) -> Iterator[Finding]:
        path, outcomes = skill.path, self.library.organisation.outcomes
        yield from self._tools(path, skill.tools, "metadata", "signpost.tools")
        for key in skill.extends:
            if key not in self.library.skills:
                problem = f"It extends {key.removeprefix('skill:')}, which does not exist."
                mend = "Write the path below skills/, like foundation/brand-voice."
                yield self._error(path, "extends-unknown", problem, mend, "metadata", "signpost.extends")
        if skill.outcome and skill.outcome not in outcomes:
            problem, mend = f"The outcome {skill.outcome} is not known.", f"Known are: {', '.join(outcomes)}."
            yield self._warning(path, "outcome-unknown", problem, mend, "metadata", "signpost.outcome")
        if not skill.questions:
            mend = "Add a QUESTIONS.md beside it: real questions, one a bullet."
            yield self._warning(path, "questions-missing", "There are no example questions.", mend)

    def _note(self, note: ToolNote) -> Iterator[Finding]:
        yield from self._data_classes(note.path, note.data)
        for number, edge in enumerate(note.works_with):
            place = ("works_with", number)
            name = edge.target_tool.removeprefix("tool:")
            yield from self._tools(note.path, (edge.target_tool,), *place)
            if edge.via not in VIA_WORDS:
                yield from self._tools(note.path, (edge.via,), *place)
            if edge.target_tool == note.id:
                yield self._warning(note.path, "edge-to-itself", "It works with itself.", "Remove it.", *place)
            if not edge.source:
                problem = f"Nothing says where it is known that it works with {name}."
                yield self._warning(note.path, "edge-without-source", problem, "Add source: a link.", *place)
            if self.today and is_expired(edge, note, self.today):
                problem = f"That it works with {name} was tested too long ago."
                yield self._warning(note.path, "edge-expired", problem, "Test again and set tested.", *place)

    def _rule(self, rule: Rule) -> Iterator[Finding]:
        yield from self._tools(rule.path, rule.tools, "tools")
        yield from self._data_classes(rule.path, rule.data)

    def _tools(self, path: str, names: Iterable[str], *place: str | int) -> Iterator[Finding]:
        for name in names:
            if name != ANYTHING and ItemId(name) not in self.library.tools:
                problem = f"There is no tool {name.removeprefix('tool:')[:80]!r}."
                mend = "Write the name of a file in knowledge/tools, or add that note."
                yield self._error(path, "tool-unknown", problem, mend, *place)

    def _data_classes(self, path: str, names: Iterable[str]) -> Iterator[Finding]:
        classes = self.library.organisation.data_classes
        for name in names:
            if name != ANYTHING and name not in classes:
                problem, mend = (
                    f"The data class {name[:80]!r} is not known.",
                    f"Known are: {', '.join(classes)}.",
                )
                yield self._error(path, "data-class-unknown", problem, mend, "data")

    def _teams(self, path: str, key: str, teams: Iterable[str]) -> Iterator[Finding]:
        for team in teams:
            if team not in (ANYTHING, EVERYONE, *self.library.organisation.teams):
                mend = f"Write {EVERYONE}, or a team of {ORGANISATION}."
                yield self._error(path, "team-unknown", f"There is no team {team[:80]!r}.", mend, key)

    def _values(self) -> Iterator[Finding]:
        """Recorded values belong to something. Answers also live in the database, gaps only there."""
        known, outcomes = self.library.items(), self.library.organisation.outcomes
        for value in self.library.values:
            if value.subject.startswith(("skill:", "tool:")) and ItemId(value.subject) not in known:
                problem, mend = f"There is no {value.subject[:80]}.", "Write the id of a skill or a tool that is there."
                yield Finding(value.path, value.line, Severity.WARNING, "subject-unknown", problem, mend)
            if value.outcome not in outcomes:
                problem, mend = (
                    f"The outcome {value.outcome[:80]!r} is not known.",
                    f"Known are: {', '.join(outcomes)}.",
                )
                yield Finding(value.path, value.line, Severity.WARNING, "outcome-unknown", problem, mend)

    def _layers(self) -> Iterator[Finding]:
        for layer in sorted({skill.layer for skill in self.library.skills.values()}):
            if not layer_owner(layer, self.library.organisation):
                name = f"skills/{layer}".rstrip("/")
                mend = f"Add [teams.{layer.split('/')[0] or 'NAME'}] with an owner to {ORGANISATION}."
                yield self._warning(name, "layer-owner-unknown", f"Nobody owns the layer {name}.", mend)

    def _questions(self) -> Iterator[Finding]:
        """A question that two skills claim teaches the ranker nothing."""
        claimed: dict[str, ItemId] = {}
        for skill in self.library.skills.values():
            for question in skill.questions:
                first = claimed.setdefault(" ".join(question.casefold().split()).rstrip("?.! "), skill.id)
                if first != skill.id:
                    path = str(PurePosixPath(skill.path).with_name("QUESTIONS.md"))
                    problem = f"{question[:80]!r} is also a question of {first}."
                    yield self._warning(path, "question-duplicated", problem, "Keep it where it belongs.")

    def _aliases(self) -> Iterator[Finding]:
        owners: dict[str, dict[ItemId, str]] = defaultdict(dict)
        for key, note in self.library.tools.items():
            for name in (key, note.title, *note.aliases):
                owners[spelling(name)].setdefault(key, name.removeprefix("tool:"))
        for claims in owners.values():
            first, *others = claims
            for key in others:
                problem = f"The name {claims[key][:80]!r} also stands for {first}."
                path = self.library.tools[key].path
                yield self._warning(path, "alias-taken", problem, "Keep it at one of the two.", "aliases")

    def _ignored_files(self) -> Iterator[Finding]:
        found = [file.path for file in walk(self.root) if not file.findings]
        skill_folders = {str(PurePosixPath(skill.path).parent) for skill in self.library.skills.values()}
        for path in map(PurePosixPath, found):
            if problem := _why_ignored(path, skill_folders):
                yield self._warning(str(path), "file-ignored", problem[0], problem[1])

    def _warning(self, path: str, code: str, problem: str, mend: str, *place: str | int) -> Finding:
        return Finding(path, self._line(path, place), Severity.WARNING, code, problem, mend)

    def _error(self, path: str, code: str, problem: str, mend: str, *place: str | int) -> Finding:
        return Finding(path, self._line(path, place), Severity.ERROR, code, problem, mend)

    def _line(self, path: str, place: tuple[str | int, ...]) -> int | None:
        return self._lines(path).get(place) if place else None

    def _read_lines(self, path: str) -> dict[frontmatter.Path, int]:
        """The lines of all keys, read once more: a finding is rarer than a reading."""
        text = read(self.root, Found(path, str(self.root / path))).text
        return dict(frontmatter.parse_frontmatter(text, Report(path)).lines)


def _review_key(item: Item) -> tuple[str, ...]:
    return ("metadata", "signpost.reviewed") if isinstance(item, Skill) else ("reviewed",)


def _why_ignored(path: PurePosixPath, skill_folders: set[str]) -> tuple[str, str] | None:
    """Problem and mend when a file looks as if it were meant to be read, and is not."""
    if path.stem.lower() == "readme":
        return None
    is_note = path.parts[0] == "knowledge" and len(path.parts) > 2 and path.parts[1] in NOTE_FOLDERS
    if is_note and path.suffix.lower() != ".md":
        return "Only .md files are read here.", "Rename it, or put it elsewhere."
    if path.parts[:2] == ("knowledge", OUTCOMES) and path.suffix.lower() != ".csv":
        return "Only .csv files are read here.", "Rename it, or put it elsewhere."
    in_a_skill = any(str(folder) in skill_folders for folder in path.parents)
    if path.parts[0] == "skills" and path.suffix.lower() == ".md" and not in_a_skill:
        return "It stands in no skill's folder and is not read.", "Name it SKILL.md in a folder of its own."
    return None
