"""Splits a file into frontmatter and body, and reads the frontmatter as strings, lists and maps of strings.

Built on YAML's events rather than on a loader: no value is turned into a date or a number, no alias can be
blown up, every key has its line, and what was read before a fault is not lost.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import yaml

from bot.library.files import printable
from bot.library.findings import Report

Value: TypeAlias = "str | list[Value] | dict[str, Value]"
Path: TypeAlias = tuple[str | int, ...]

MAX_CHARACTERS = 64_000
MAX_DEPTH = 8  # of lists and maps in each other; our formats need three
MAX_BRACKETS = 1_000  # the parser takes a minute for 60,000 that are never closed
FENCE = "---"
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_EMPTY = {"", "~", "null", "Null", "NULL"}
_KEY = re.compile(r"^[A-Za-z_][\w.\- ]*:(?:\s|$)")
_PAIR = re.compile(r"^(\s*(?:- +)?[A-Za-z_][\w.\-]*:) +([^\s'\"\[{|>].*)$")


@dataclass(frozen=True)
class Frontmatter:
    """What stood between the fences, by key; the line of each key path in the file; and the body."""

    values: Mapping[str, Value]
    lines: Mapping[Path, int]
    body: str
    present: bool


def parse_frontmatter(text: str, report: Report) -> Frontmatter:
    """Reads as much as can be read; what cannot is reported and kept as plain text where that makes sense."""
    head, body, first_line = split(text)
    if head is None:
        return Frontmatter({}, {}, body, present=False)
    if len(head) > MAX_CHARACTERS:
        report.error("frontmatter-too-long", "The frontmatter is too long to read whole.", "Shorten it.", 1)
        head = head[:MAX_CHARACTERS]
    if first_line and not _is_closed(text):
        report.error("frontmatter-unclosed", "The frontmatter has no closing line ---.", "Add a line ---.", 1)
    values, lines = _parse(head, first_line, report)
    if values is None:
        return Frontmatter({}, {}, text, present=False)  # a rule drawn with ---, not frontmatter
    return Frontmatter(values, lines, body, present=True)


def split(text: str) -> tuple[str | None, str, int]:
    """Frontmatter (None where there is none), body, and the line on which the frontmatter's text begins.

    A fence is a line that *is* `---`: a description may contain `---`. Without a closing fence the
    frontmatter ends at the first empty line.
    """
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[start].rstrip() != FENCE:
        return None, text, 0
    start += 1
    end = next((number for number in range(start, len(lines)) if lines[number].rstrip() == FENCE), None)
    if end is None:
        end = next((number for number in range(start, len(lines)) if not lines[number].strip()), len(lines))
    return "\n".join([*lines[start:end], ""]), "\n".join(lines[end + 1 :]), start + 1


def _is_closed(text: str) -> bool:
    return sum(line.rstrip() == FENCE for line in text.split("\n")) > 1


def _parse(head: str, first_line: int, report: Report) -> tuple[dict[str, Value] | None, Mapping[Path, int]]:
    whole = _Builder(first_line, report)
    try:
        value = whole.build(head)
    except yaml.YAMLError:
        return _parse_block_by_block(head, first_line, report)
    if isinstance(value, dict):
        return value, whole.lines
    return ({} if value == "" else None), {}


def _parse_block_by_block(
    head: str, first_line: int, report: Report
) -> tuple[dict[str, Value] | None, Mapping[Path, int]]:
    """Reads each top-level key apart, so that one fault costs one key."""
    values: dict[str, Value] = {}
    lines: dict[Path, int] = {}
    blocks = list(_blocks(head, first_line))
    for line, block in blocks:
        builder = _Builder(line, report)
        parsed = _parse_block(block, builder)
        values.update({key: value for key, value in parsed.items() if key not in values})
        lines.update(builder.lines)
    return values if blocks else None, lines


def _blocks(head: str, first_line: int) -> Iterator[tuple[int, str]]:
    lines = head.split("\n")
    starts = [number for number, line in enumerate(lines) if _KEY.match(line)]
    for start, end in pairwise([*starts, len(lines)]):
        yield first_line + start, "\n".join(lines[start:end])


def _parse_block(block: str, builder: "_Builder") -> dict[str, Value]:
    key, _, rest = block.partition(":")
    for attempt, text in enumerate((block, _quoted(block))):
        try:
            value = builder.build(text)
        except yaml.YAMLError:
            continue
        if attempt:
            _blame(builder, key)
        return value if isinstance(value, dict) else {}
    _blame(builder, key)
    return {key.strip(): printable(" ".join(rest.split()).strip("'\""))}


def _blame(builder: "_Builder", key: str) -> None:
    builder.lines.setdefault((key.strip(),), builder.first_line)
    builder.report.warning(
        "frontmatter-not-yaml",
        f"The value of {key.strip()} is not valid YAML (an unquoted ': '? a tab?); read as plain text.",
        'Put the value in double quotes: key: "value".',
        builder.first_line,
    )


def _quoted(block: str) -> str:
    """The block with every plain value in quotes and no tab before a key."""
    lines = []
    for line in block.split("\n"):
        indent = len(line) - len(line.lstrip())
        line = line[:indent].replace("\t", "  ") + line[indent:]
        pair = _PAIR.match(line)
        lines.append(pair[1] + " '" + pair[2].replace("'", "''") + "'" if pair else line)
    return "\n".join(lines)


class _Builder:
    """Puts YAML's events together to values. Raises yaml.YAMLError where the text is not YAML."""

    def __init__(self, first_line: int, report: Report) -> None:
        self.first_line = first_line
        self.report = report
        self.lines: dict[Path, int] = {}
        self._anchors: dict[str, str] = {}
        self._events: Iterator[yaml.Event] = iter(())

    def build(self, text: str) -> Value:
        """The first document's value; an empty text is an empty string."""
        if text.count("[") + text.count("{") > MAX_BRACKETS:
            raise yaml.YAMLError("too many brackets")
        self.lines = {}
        self._events = iter(list(yaml.parse(text, Loader=_LOADER)))  # faults show before anything is reported
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                return self._value(event, ())
        return ""

    def _value(self, event: yaml.Event, path: Path) -> Value:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if len(path) >= MAX_DEPTH:
            return self._too_deep(event)
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._map(path)

    def _scalar(self, event: yaml.ScalarEvent) -> str:
        plain = event.implicit[0]
        text = "" if plain and event.value in _EMPTY else printable(event.value)
        if event.anchor:
            self._anchors[event.anchor] = text
        return text

    def _alias(self, event: yaml.AliasEvent) -> str:
        # Lists and maps are not repeated: ten lines of aliases to aliases can fill a memory.
        name = event.anchor or ""
        if name not in self._anchors:
            self._report(event, "yaml-alias", f"The alias *{name} is not read.", "Write the value out.")
        return self._anchors.get(name, "")

    def _too_deep(self, event: yaml.Event) -> str:
        self._report(event, "yaml-too-deep", "Lists and maps are nested too deep.", "Write them flat.")
        self._skip()
        return ""

    def _skip(self) -> None:
        depth = 1
        while depth:
            event = next(self._events)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)

    def _list(self, path: Path) -> list[Value]:
        values: list[Value] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            self.lines[(*path, len(values))] = self._line(event)
            values.append(self._value(event, (*path, len(values))))
        return values

    def _map(self, path: Path) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, path)
            if key in values:
                self._report(event, "duplicate-key", f"The key {key} stands twice; the last counts.", "Keep one.")
            self.lines[(*path, key)] = self._line(event)
            values[key] = self._value(next(self._events), (*path, key))
        return values

    def _key(self, event: yaml.Event, path: Path) -> str:
        key = self._value(event, (*path, "?"))
        return key if isinstance(key, str) else "?"

    def _line(self, event: yaml.Event) -> int:
        return self.first_line + (event.start_mark.line if event.start_mark else 0)

    def _report(self, event: yaml.Event, code: str, problem: str, mend: str) -> None:
        self.report.warning(code, problem, mend, self._line(event))
