"""Markdown as headings and the text under them."""

import re
from itertools import pairwise

from markdown_it import MarkdownIt

from bot.domain import Section

_MARKDOWN = MarkdownIt("commonmark").disable("inline")  # headings only: no need to read every word
_INLINE = MarkdownIt("commonmark")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,4}[.)])\s+(?:\[[ xX]\]\s+)?(.+?)\s*$")
_QUOTES = "\"'“”„‘’«»`"
_MARKUP = re.compile(r"[*_`\[<&\\!]")
MAX_TITLE = 60


def parse_sections(body: str) -> tuple[Section, ...]:
    """The opening (level 0, left out when empty) and each heading with its text; no word of `body` is lost.

    A `#` inside a code block is no heading; neither is one inside a quotation or a list.
    """
    lines = body.split("\n")
    sections = []
    heading, level, start = "", 0, 0
    for name, depth, first, last in _headings(body):
        sections.append(Section(heading, level, _text(lines[start:first])))
        heading, level, start = name, depth, last
    sections.append(Section(heading, level, _text(lines[start:])))
    return tuple(section for section in sections if section.level or section.text)


def title_of(sections: tuple[Section, ...], name: str) -> str:
    """The first heading of level 1 if it is short, else the name in words."""
    first = next((section.heading for section in sections if section.level == 1), "")
    return first if 0 < len(first) <= MAX_TITLE else in_words(name)


_ACRONYMS = frozenset(("ai", "api", "crm", "csv", "faq", "gdpr", "kpi", "mcp", "pdf", "pr", "seo", "sql", "ui", "ux"))


def in_words(name: str) -> str:
    """`campaign-brief` → `Campaign brief`."""
    words = " ".join(w.upper() if w in _ACRONYMS else w for w in re.split(r"[-_\s]+", name.strip("-_ ")))
    return words[:1].upper() + words[1:]


def bullets(text: str) -> tuple[str, ...]:
    """The points of all lists, without quotation marks around them; a point may run over several lines."""
    points: list[str] = []
    open_point = False
    for line in text.split("\n"):
        if bullet := _BULLET.match(line):
            points.append(bullet[1])
            open_point = True
        elif open_point and line.strip() and line[0].isspace():
            points[-1] += " " + line.strip()
        else:
            open_point = False
    return tuple(point for point in (_unquoted(point) for point in points) if point)


def first_paragraph(sections: tuple[Section, ...]) -> str:
    """The first stretch of plain words, as one line; empty where there is none."""
    for section in sections:
        for block in re.split(r"\n\s*\n", section.text):
            if block.strip() and not block.lstrip().startswith(("```", "~~~", "|", "<", "![", "---", "    ")):
                return " ".join(block.split())
    return ""


def _headings(body: str) -> list[tuple[str, int, int, int]]:
    """Text, level, first line and the line after, of each heading."""
    tokens = _MARKDOWN.parse(body)
    return [
        (_plain(content.content), int(token.tag[1:]), token.map[0], token.map[1])
        for token, content in pairwise(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map
    ]


def _plain(inline: str) -> str:
    if not _MARKUP.search(inline):
        return " ".join(inline.split())
    children = _INLINE.parseInline(inline)[0].children or []
    shown = "".join(" " if child.type.endswith("break") else child.content for child in children)
    return " ".join(shown.split())


def _text(lines: list[str]) -> str:
    return re.sub(r"\A(?:[ \t]*\n)+", "", "\n".join(lines)).rstrip()


def _unquoted(text: str) -> str:
    return text[1:-1].strip() if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES else text
