"""Text in and out: what a person types becomes Slack's escaped text, Markdown becomes safe HTML."""

import re
from collections.abc import Mapping

from markdown_it import MarkdownIt

_NAME = re.compile(r"(?<![\w@#])([@#])([a-z0-9][a-z0-9._-]*)", re.IGNORECASE)
_URL = re.compile(r"\bhttps?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")
_READER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


def typed(text: str, names: Mapping[str, str]) -> str:
    """Slack's text for what somebody typed: `names` maps "@name" and "#channel" to "<@U…>" and the like."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = _URL.sub(lambda found: f"<{found.group()}>", escaped)
    return _NAME.sub(lambda found: _reference(found, names), linked)


def _reference(found: re.Match[str], names: Mapping[str, str]) -> str:
    """The longest known name at this place: "@signpost." is Signpost and a full stop."""
    sigil, name = found.groups()
    for end in range(len(name), 0, -1):
        reference = names.get(f"{sigil}{name[:end].lower()}")
        if reference and (end == len(name) or not name[end].isalnum()):
            return reference + name[end:]
    return found.group()


def html_of(markdown: str) -> str:
    """Markdown as HTML: raw HTML stays text, and links go only where markdown-it deems it safe."""
    return str(_READER.render(markdown))
