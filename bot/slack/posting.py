"""Posting to Slack, and finding out whether an earlier post arrived.

What goes wrong comes back as one of two words: TryLater or NoSuchPlace.
"""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain import DeliveryId, PersonId
from bot.slack import payloads
from bot.slack.blocks import Message

log = structlog.get_logger()
_LOOK_BACK = timedelta(minutes=5)  # our clock and Slack's may differ
_PAGE = 200
_GONE = {
    "cannot_dm_bot",
    "cannot_reply_to_message",
    "channel_is_limited_access",
    "channel_not_found",
    "is_archived",
    "message_not_found",
    "not_in_channel",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "thread_not_found",
    "user_disabled",
    "user_not_found",
    "user_not_visible",
    "users_not_found",
}
_BLOCKS_REFUSED = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}


class TryLater(Exception):
    """Slack did not take it, or did not say whether it did."""

    def __init__(self, because: str, wait: timedelta | None = None) -> None:
        super().__init__(because)
        self.wait = wait


class NoSuchPlace(Exception):
    """Nobody can be told here (any more); the message is Slack's name of the reason."""


@dataclass(frozen=True)
class Target:
    """A thread, a channel, or a person's direct message."""

    channel: str | None = None
    thread_ts: str | None = None
    person: PersonId | None = None


def post(client: WebClient, target: Target, message: Message, delivery: DeliveryId) -> str:
    """Posts, signed with the delivery; returns "channel:ts". Raises TryLater, NoSuchPlace."""
    arguments: dict[str, Any] = {
        "channel": target.channel,
        "thread_ts": target.thread_ts,
        "text": message.text,
        "metadata": payloads.metadata(delivery),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    with slack_errors():
        try:
            posted = client.chat_postMessage(**arguments, blocks=list(message.blocks))
        except SlackApiError as error:
            if _name(error) not in _BLOCKS_REFUSED:
                raise
            # A plain answer is better than none; the log says what to mend.
            log.error("blocks_refused", delivery=delivery, reason=_name(error), details=_details(error))
            posted = client.chat_postMessage(**arguments)
    return f"{posted['channel']}:{posted['ts']}"


def find(client: WebClient, target: Target, since: datetime, ours: Callable[[Mapping[str, Any]], bool]) -> str | None:
    """ "channel:ts" of what an earlier attempt posted; None if it did not, or if we may not look. Raises TryLater."""
    where: dict[str, Any] = {
        "channel": target.channel,
        "oldest": str((since - _LOOK_BACK).timestamp()),
        "limit": _PAGE,
        "include_all_metadata": True,
    }
    try:
        with slack_errors():
            for message in messages(client, where, target.thread_ts):
                if ours(message):
                    return f"{target.channel}:{message['ts']}"
    except NoSuchPlace:
        return None
    return None


def messages(client: WebClient, where: dict[str, Any], thread_ts: str | None) -> Iterator[Mapping[str, Any]]:
    """Every message of a thread, or of the conversation itself, page by page. Nothing where we may not look."""
    method = client.conversations_replies if thread_ts else client.conversations_history
    where |= {"ts": thread_ts} if thread_ts else {}
    while True:
        try:
            page = method(**where)
        except SlackApiError as error:
            if _name(error) in {"missing_scope", "unknown_method", "not_allowed_token_type"}:
                log.info("cannot_look_before_posting", reason=_name(error))
                return
            raise
        yield from page.get("messages") or []
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        where |= {"cursor": cursor}


def update(client: WebClient, channel: str, ts: str, message: Message, delivery: DeliveryId | None = None) -> str:
    """Replaces one of our messages; its metadata stays, unless a delivery signs it. Raises TryLater, NoSuchPlace."""
    signed: dict[str, Any] = {"metadata": payloads.metadata(delivery)} if delivery else {}
    with slack_errors():
        client.chat_update(channel=channel, ts=ts, text=message.text, blocks=list(message.blocks), **signed)
    return f"{channel}:{ts}"


def direct_message(client: WebClient, person: PersonId) -> str:
    """The channel of the bot's conversation with somebody. Raises TryLater, NoSuchPlace."""
    with slack_errors():
        return str(client.conversations_open(users=person)["channel"]["id"])


def whisper(client: WebClient, channel: str, person: PersonId, message: Message, thread_ts: str | None = None) -> None:
    """Shows something to one person where they are; by direct message where that cannot be.

    Raises TryLater, NoSuchPlace.
    """
    said: dict[str, Any] = {"text": message.text, "blocks": list(message.blocks)}
    try:
        with slack_errors():
            client.chat_postEphemeral(channel=channel, user=person, thread_ts=thread_ts, **said)
    except NoSuchPlace:
        with slack_errors():
            client.chat_postMessage(channel=direct_message(client, person), **said)


def respond(url: str, message: Message, *, replace: bool = False, timeout: float = 8) -> None:
    """Answers by a response_url, to the person alone. Raises TryLater, NoSuchPlace (used up or too old)."""
    body = {
        "response_type": "ephemeral",
        "replace_original": replace,
        "text": message.text,
        "blocks": list(message.blocks),
    }
    try:
        answer = httpx.post(url, json=body, timeout=timeout)
    except httpx.HTTPError as error:
        raise TryLater(f"response_url: {type(error).__name__}") from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise TryLater(f"response_url: {answer.status_code}", _retry_after(answer.headers))
    if answer.status_code != 200 or '"ok":false' in answer.text.replace(" ", ""):
        raise NoSuchPlace(f"response_url: {answer.status_code}")


@contextmanager
def slack_errors() -> Iterator[None]:
    """Whatever a call of Slack can end in, as TryLater or NoSuchPlace."""
    try:
        yield
    except SlackApiError as error:
        raise _meaning(error) from error
    except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
        raise TryLater(f"{type(error).__name__}: {error}") from error


def _meaning(error: SlackApiError) -> TryLater | NoSuchPlace:
    if _status(error) == 429 or _name(error) in {"ratelimited", "rate_limited"}:
        return TryLater("ratelimited", _retry_after(error.response.headers))
    # What is not named in _GONE can be mended (a token, a scope): nobody is given up on for it.
    if _status(error) < 500 and _name(error) in _GONE:
        return NoSuchPlace(_name(error))
    return TryLater(_name(error) or f"status {_status(error)}")


def _name(error: SlackApiError) -> str:
    data = getattr(error.response, "data", error.response)
    return str(data.get("error") or "")[:120] if isinstance(data, Mapping) else ""


def _details(error: SlackApiError) -> object:
    data = getattr(error.response, "data", None)
    return (data.get("response_metadata") or {}).get("messages") if isinstance(data, Mapping) else None


def _status(error: SlackApiError) -> int:
    return int(getattr(error.response, "status_code", 200) or 200)


def _retry_after(headers: Mapping[str, Any]) -> timedelta:
    lower = {str(name).lower(): value for name, value in headers.items()}
    value = lower.get("retry-after", "1")
    text = str(value[0] if isinstance(value, list) else value)
    return timedelta(seconds=min(3600, max(1, int(text)))) if text.isdigit() else timedelta(seconds=1)
