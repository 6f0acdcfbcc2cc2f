"""knowledge/tools/<tool>.md: one note for each tool, and what it works with."""

from pathlib import PurePosixPath

from bot.domain import Edge, Finding, ItemId, Ring, ToolNote
from bot.library.decisions import MEND, parse_decision
from bot.library.fields import Fields
from bot.library.files import Source
from bot.library.findings import Report
from bot.library.frontmatter import parse_frontmatter
from bot.library.markdown import in_words, parse_sections
from bot.library.skills import tool_reference

KEYS = (
    "tool",
    "aliases",
    "ring",
    "owner",
    "reviewed",
    "review_every",
    "vendor",
    "use_for",
    "data",
    "works_with",
)
EDGE_KEYS = (
    "tool", "via", "direction", "status", "depth", "requires", "tested", "by", "source", "expires",
)  # fmt: skip
VIA_WORDS = ("native", "api", "mcp", "csv", "none")
_RINGS = {ring.value: ring for ring in Ring}
_DIRECTIONS = {word: word for word in ("both", "to", "from")}
_STATUSES = {word: word for word in ("works", "partial", "broken")}


def parse_tool(source: Source) -> tuple[ToolNote, tuple[Finding, ...]]:
    """One note. Always gives a note, whatever the file holds."""
    report = Report(source.path)
    front = parse_frontmatter(source.text, report)
    fields = Fields(front.values, front.lines, report)
    stem = PurePosixPath(source.path).stem
    tool = ItemId(f"tool:{stem}")
    note = ToolNote(
        id=tool,
        title=fields.text("tool") or in_words(stem),
        aliases=fields.names("aliases"),
        ring=fields.choice("ring", _RINGS, "ring-unknown"),
        owner=fields.text("owner") or None,
        review=fields.review(),
        vendor=fields.text("vendor"),
        use_for=fields.text("use_for"),
        data=_data(fields.map("data")),
        works_with=_edges(tool, fields),
        sections=parse_sections(front.body),
        path=source.path,
    )
    _check(note, fields)
    return note, source.findings + report.findings


def _data(fields: Fields) -> dict[str, str]:
    decisions = {}
    for name in fields.values:
        decision, exact = parse_decision(fields.text(name))
        decisions[name.strip().lower()] = decision
        if not exact:
            problem = f"May {name} data go in? {decision[:80] or 'Nothing'!r} is not one of the three decisions."
            fields.report.error("decision-unknown", problem, MEND, fields.line(name))
    return decisions


def _edges(tool: ItemId, fields: Fields) -> tuple[Edge, ...]:
    edges = (_edge(tool, entry, fields) for entry in fields.records("works_with"))
    return tuple(edge for edge in edges if edge)


def _edge(tool: ItemId, entry: Fields | str, fields: Fields) -> Edge | None:
    """One works-with fact; None, reported, when it does not say what works with this, or how well."""
    if isinstance(entry, str):
        problem = f"That it works with {entry[:80]} is said without how and by whom."
        fields.report.warning(
            "edge-bare", problem, "Write tool, via, status, tested and source.", fields.line("works_with")
        )
        return Edge(tool, tool_reference(entry))
    entry.check_keys(EDGE_KEYS, "edge-key-unknown", f"Known keys are: {', '.join(EDGE_KEYS)}.")
    direction = entry.choice("direction", _DIRECTIONS, "edge-direction-unknown")
    status = entry.choice("status", _STATUSES, "edge-status-unknown")
    if not _is_usable(entry, direction, status):
        return None
    return Edge(
        source_tool=tool,
        target_tool=tool_reference(entry.text("tool")),
        via=_via(entry.text("via")),
        direction=direction or "both",
        status=status or "works",
        depth=entry.text("depth"),
        requires=entry.text("requires"),
        tested=entry.day("tested"),
        by=entry.text("by") or None,
        source=entry.text("source"),
        expires=entry.day("expires"),
    )


def _is_usable(entry: Fields, direction: str | None, status: str | None) -> bool:
    # A misread direction or status would state as a fact what nobody wrote; without it all is "not known".
    if not entry.text("tool"):
        entry.report.error(
            "edge-without-tool", "A works_with entry names no tool; it is left out.", "Add tool: its id."
        )
    readable = (direction or not entry.text("direction")) and (status or not entry.text("status"))
    return bool(entry.text("tool") and readable)


def _via(text: str) -> str:
    if not text:
        return "native"
    return text.lower() if text.lower() in VIA_WORDS else tool_reference(text)


def _check(note: ToolNote, fields: Fields) -> None:
    fields.check_keys(KEYS, "key-unknown", f"Known keys are: {', '.join(KEYS)}.")
    if not fields.text("tool"):
        fields.report.warning("tool-missing", f"The name is missing; {note.title} it is.", "Add tool:.", 1)
    if not (note.use_for or note.sections):
        fields.report.error("note-empty", "The note does not say what the tool is for.", "Add use_for: or a text.", 1)
