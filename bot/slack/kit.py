"""The few parts of Block Kit that our messages and views are made of, each within Slack's limits. Pure.

Texts given to `section`, `context` and `bullets` are mrkdwn already: what people and files wrote has gone
through `escaping` before. Labels (`button`, `option`, `header`) are plain text and taken as they are.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.slack import escaping

Block = dict[str, Any]
LINES = 20  # bullets in one list: more is not read


def section(text: str, block_id: str | None = None) -> Block:
    """A paragraph."""
    return _named({"type": "section", "text": _mrkdwn(text)}, block_id)


def preformatted(text: str) -> Block:
    """Text shown as it is, in a box that can be copied; at most 3,000 characters."""
    shown = {"type": "text", "text": escaping.plain(text, escaping.SECTION)}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [shown]}]}


def fields(texts: Sequence[str]) -> Block:
    """Up to ten short texts in two columns."""
    return {"type": "section", "fields": [_mrkdwn(text, 2000) for text in texts[:10]]}


def context(*texts: str, block_id: str | None = None) -> Block:
    """Small print, up to ten pieces."""
    return _named({"type": "context", "elements": [_mrkdwn(text) for text in texts[:10]]}, block_id)


def header(text: str) -> Block:
    """A headline of plain text."""
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def actions(*elements: Block, block_id: str | None = None) -> Block:
    """A row of buttons."""
    return _named({"type": "actions", "elements": list(elements)}, block_id)


def button(
    label: str, action_id: str, value: str = "", *, style: str | None = None, confirm: Block | None = None
) -> Block:
    """A button: a Title Case verb. `style` is "primary" or "danger"."""
    element: Block = {"type": "button", "text": plain(label, 75), "action_id": action_id}
    element |= {"value": value[:2000]} if value else {}
    element |= {"style": style} if style else {}
    return element | ({"confirm": confirm} if confirm else {})


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """The question before something that cannot be undone."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
        "style": "danger",
    }


def feedback(helpful: str, not_helpful: str, action_id: str) -> Block:
    """Slack's own thumbs, at the end of an answer; the values are given back when one is pressed."""
    buttons = {
        "type": "feedback_buttons",
        "action_id": action_id,
        "positive_button": {
            "text": plain("Helpful", 75),
            "value": helpful,
            "accessibility_label": "This answer helped me",
        },
        "negative_button": {
            "text": plain("Not Helpful", 75),
            "value": not_helpful,
            "accessibility_label": "This answer did not help me",
        },
    }
    return {"type": "context_actions", "elements": [buttons], "block_id": action_id}


def text_input(label: str, block_id: str, *, initial: str = "", placeholder: str = "", hint: str = "") -> Block:
    """A field of several lines that must be filled in."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": block_id,
        "multiline": True,
        "max_length": 3000,
    }
    element |= {"initial_value": escaping.cut(initial, 3000)} if initial else {}
    element |= {"placeholder": plain(placeholder, 150)} if placeholder else {}
    return _input(label, block_id, element, hint)


def line_input(
    label: str, block_id: str, *, optional: bool = False, placeholder: str = "", hint: str = "", most: int = 300
) -> Block:
    """A field of one line."""
    element: Block = {"type": "plain_text_input", "action_id": block_id, "max_length": most}
    element |= {"placeholder": plain(placeholder, 150)} if placeholder else {}
    return _input(label, block_id, element, hint) | ({"optional": True} if optional else {})


def grouped_select(label: str, block_id: str, groups: Mapping[str, Sequence[Block]], *, placeholder: str) -> Block:
    """One of up to a hundred options in each of up to a hundred groups; empty groups are left out."""
    shown = [{"label": plain(name, 75), "options": list(options[:100])} for name, options in groups.items() if options]
    element = {"type": "static_select", "action_id": block_id, "option_groups": shown[:100]}
    return _input(label, block_id, element | {"placeholder": plain(placeholder, 150)}, "")


def select(label: str, block_id: str, options: Sequence[Block], *, placeholder: str = "", hint: str = "") -> Block:
    """One of up to a hundred options."""
    element: Block = {"type": "static_select", "action_id": block_id, "options": list(options[:100])}
    element |= {"placeholder": plain(placeholder, 150)} if placeholder else {}
    return _input(label, block_id, element, hint)


def multi_select(label: str, block_id: str, options: Sequence[Block], chosen: Sequence[Block], hint: str = "") -> Block:
    """Some of up to a hundred options."""
    element: Block = {
        "type": "multi_static_select",
        "action_id": block_id,
        "options": list(options[:100]),
        "initial_options": list(chosen),
    }
    return _input(label, block_id, element, hint)


def date_input(label: str, block_id: str, initial: date, hint: str = "") -> Block:
    """A day."""
    element = {"type": "datepicker", "action_id": block_id, "initial_date": initial.isoformat()}
    return _input(label, block_id, element, hint)


def option(label: str, value: str) -> Block:
    """One choice of a menu."""
    return {"text": plain(escaping.one_line(label[:600]), 75), "value": value}


def plain(text: str, most: int) -> Block:
    """A plain_text object; signs that look like emoji stay what they are."""
    return {"type": "plain_text", "text": escaping.plain(text, most), "emoji": False}


def bullets(lines: Sequence[str]) -> str:
    """Lines as a list."""
    return "\n".join(f"• {line}" for line in lines[:LINES])


def quote(text: str) -> str:
    """Lines as a quotation."""
    return "\n".join(f">{line}" for line in text.split("\n"))


def day(when: date) -> str:
    """1 Oct 2026."""
    return f"{when.day} {when:%b %Y}"


def day_of(when: datetime) -> str:
    """The day of a moment, which Slack shows in each reader's own zone."""
    return f"<!date^{int(when.timestamp())}^{{date}}|{day(when)}>"


def moment(when: datetime) -> str:
    """A time that Slack shows in each reader's own zone."""
    return f"<!date^{int(when.timestamp())}^{{date_short_pretty}} at {{time}}|{day(when)} {when:%H:%M} UTC>"


def _input(label: str, block_id: str, element: Block, hint: str) -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
    return block | ({"hint": plain(hint, 2000)} if hint else {})


def _mrkdwn(text: str, most: int = escaping.SECTION) -> Block:
    # `verbatim`: Slack turns no word of ours into a link or a mention by itself.
    return {"type": "mrkdwn", "text": escaping.cut(text, most) or "–", "verbatim": True}


def _named(block: Block, block_id: str | None) -> Block:
    return block | ({"block_id": block_id} if block_id else {})
