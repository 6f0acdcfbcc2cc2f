"""What every Web API method needs: the table of methods, scopes, arguments, pages of a list."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .hub import Hub
from .state import Conversation, Json, Refused

Method = Callable[[Hub, Json], Json]
Caller = Literal["bot", "app", "any", "anyone"]


@dataclass(frozen=True)
class Endpoint:
    """A method, the scope it needs (None: none, or it depends on the conversation), and who may call it."""

    call: Method
    scope: str | None = None
    caller: Caller = "bot"


METHODS: dict[str, Endpoint] = {}


def method(name: str, scope: str | None = None, caller: Caller = "bot") -> Callable[[Method], Method]:
    """Put a function into the table under Slack's name for it."""

    def register(call: Method) -> Method:
        METHODS[name] = Endpoint(call, scope, caller)
        return call

    return register


def need(hub: Hub, scope: str) -> None:
    """Refused: missing_scope, naming what is needed and what was granted."""
    if scope not in hub.seed.scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(hub.seed.scopes))


def given(args: Json, name: str) -> str:
    """A required argument. Refused: invalid_arguments."""
    value = args.get(name)
    if value in (None, ""):
        raise Refused("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return str(value)


def flag(args: Json, name: str) -> bool:
    return str(args.get(name, "")).lower() in {"1", "true"}


def decoded(args: Json, name: str) -> Any:
    """An argument that is JSON, either already an object or still the text of one. Refused: invalid_json."""
    value = args.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except json.JSONDecodeError:
        raise Refused("invalid_json", [f"[ERROR] {name} is not JSON"]) from None


def number(args: Json, name: str, default: int) -> int:
    """Refused: invalid_arguments."""
    try:
        return int(args.get(name) or default)
    except ValueError:
        raise Refused("invalid_arguments", [f"[ERROR] {name} must be an integer"]) from None


def page_of(items: list[Any], args: Json, default: int = 100) -> tuple[list[Any], Json]:
    """One page of a list and the `response_metadata` that leads to the next.

    Refused: invalid_cursor, invalid_limit.
    """
    start, limit = _offset(str(args.get("cursor") or "")), number(args, "limit", default)
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit")
    more = start + limit < len(items)
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return items[start : start + limit], {"response_metadata": {"next_cursor": cursor}}


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, offset = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(offset)
    except (binascii.Error, ValueError):
        pass  # Falls through to the refusal, as any other cursor that is not ours.
    raise Refused("invalid_cursor")


def visible_to_bot(hub: Hub, channel: str) -> Conversation:
    """A conversation as the app may name it. Refused: channel_not_found, also for what it may not see."""
    if channel[:1] == "U":
        return hub.state.direct_message(channel)
    if channel[:1] == "#":
        channel = next((c.id for c in hub.state.conversations.values() if f"#{c.name}" == channel), channel)
    return hub.state.conversation_seen_by(channel, hub.state.bot.user_id)


def joined_by_bot(hub: Hub, channel: str) -> Conversation:
    """A conversation the app is a member of. Refused: channel_not_found, not_in_channel."""
    conversation = visible_to_bot(hub, channel)
    if hub.state.bot.user_id not in conversation.members:
        raise Refused("not_in_channel")
    return conversation
