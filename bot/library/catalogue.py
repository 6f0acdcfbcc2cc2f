"""The library as a catalogue to be read through: an entry a line, always the same for the same entries."""

import re
from collections.abc import Iterable

from bot.domain import CuratedAnswer, Item, ItemId, Ring, Rule, Skill, ToolNote
from bot.reasoning.reading import Shown
from bot.reasoning.wording import summary_of, title_of

_LONGEST = 1_024  # characters of what an entry says of itself: all that the standard allows
_HINT = 300  # characters of variants, aliases and the like


def catalogue(items: Iterable[Item]) -> dict[ItemId, Shown]:
    """Every item by id, in the order of the ids."""
    lines = (Shown(item.id, title_of(item), line(item)) for item in sorted(items, key=lambda item: item.id))
    return {shown.id: shown for shown in lines}


def line(item: Item) -> str:
    """`id | title | what it is for`. What a file says can neither end the line nor open or close a tag."""
    return " | ".join(part for part in (item.id, _inert(title_of(item), 200), *_about(item)) if part)


def _about(item: Item) -> tuple[str, ...]:
    match item:
        case Skill():
            return (_inert(item.description, _LONGEST),)
        case ToolNote():
            held = "on hold here" if item.ring is Ring.HOLD else ""
            return (_inert(", ".join(item.aliases), _HINT), _inert(summary_of(item), _LONGEST), held)
        case Rule():
            of = ", ".join(name.removeprefix("tool:") for name in item.tools)
            return (f"{item.decision}; tools: {of}; data: {', '.join(item.data)}", _inert(item.text, _LONGEST))
        case CuratedAnswer():
            return (_inert(" / ".join(item.variants), _HINT), _inert(item.text, _HINT))


def _inert(text: str, most: int) -> str:
    closed_up = re.sub(r"[\s|]+", " ", text.replace("<", "‹").replace(">", "›")).strip()
    return closed_up if len(closed_up) <= most else closed_up[:most].rsplit(" ", 1)[0] + " …"
