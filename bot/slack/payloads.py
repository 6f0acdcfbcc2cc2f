"""Slack's JSON into our words, and the few strings we hand to Slack and get back. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain import (
    EscalationId,
    Helpfulness,
    ItemId,
    PersonId,
    Place,
    QuestionId,
    Visibility,
)

Json = Mapping[str, Any]

DELIVERY_EVENT = "signpost_delivery"  # the event_type of our messages' metadata
_CHANNEL_TYPES = {
    "channel": Visibility.PUBLIC,
    "group": Visibility.PRIVATE,
    "mpim": Visibility.PRIVATE,
    "im": Visibility.DIRECT,
}
# What a person says arrives without a subtype; these two carry a person's words all the same.
_SPOKEN = {None, "file_share", "thread_broadcast"}


@dataclass(frozen=True)
class Said:
    """A message of a person, as an event brought it. `text` is still Slack's."""

    team: str
    channel: str
    ts: str
    thread_ts: str | None
    user: PersonId
    text: str
    visibility: Visibility | None  # None where the event does not say (app_mention)
    is_mention_event: bool
    ext_shared: bool

    @property
    def source_key(self) -> str:
        """The same for a mention and its twin, the `message` event."""
        return f"{self.team}:{self.channel}:{self.ts}"

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread that somebody opened before."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def thread_key(self) -> str:
        """As `Place.thread_key`."""
        return f"{self.team}:{self.channel}:{self.thread_ts or self.ts}"

    def place(self, visibility: Visibility) -> Place:
        """Where the answer belongs: in the thread, which this message opens if there is none."""
        return Place(self.team, self.channel, visibility, self.ts, self.thread_ts or self.ts)

    @property
    def at(self) -> datetime:
        """When it was written."""
        return time_of(self.ts)


def said(body: Json) -> Said | None:
    """The message of an `app_mention` or `message` event; None for what nobody said: edits, bots, joins."""
    event = body.get("event") or {}
    person, channel, ts = event.get("user"), event.get("channel"), event.get("ts")
    if event.get("bot_id") or event.get("subtype") not in _SPOKEN or not (person and channel and ts):
        return None
    return Said(
        team=team_of(body),
        channel=channel,
        ts=ts,
        thread_ts=event.get("thread_ts"),
        user=PersonId(person),
        text=event.get("text") or "",
        visibility=_CHANNEL_TYPES.get(str(event.get("channel_type"))),
        is_mention_event=event.get("type") == "app_mention",
        ext_shared=bool(body.get("is_ext_shared_channel")),
    )


@dataclass(frozen=True)
class Command:
    """/signpost with what stood behind it."""

    source_key: str
    user: PersonId
    text: str
    place: Place
    trigger_id: str = ""


def command(body: Json) -> Command:
    """A slash command. Its answer goes back by the response_url, to the person alone."""
    name, channel = str(body.get("channel_name") or ""), str(body.get("channel_id") or "")
    place = Place(
        team_of(body),
        channel,
        visibility_by_name(name, channel),
        response_url=str(body.get("response_url") or ""),
    )
    key = f"{team_of(body)}:command:{body.get('trigger_id')}"
    trigger = str(body.get("trigger_id") or "")
    return Command(key, PersonId(str(body["user_id"])), str(body.get("text") or ""), place, trigger)


@dataclass(frozen=True)
class Pointed:
    """The message shortcut: somebody asks with the words of a message, perhaps another person's."""

    source_key: str
    user: PersonId
    text: str
    place: Place


def shortcut(body: Json) -> Pointed:
    """A message shortcut; one question a message and presser."""
    message, channel = body.get("message") or {}, body.get("channel") or {}
    id, ts = str(channel.get("id") or ""), str(message.get("ts") or body.get("message_ts") or "")
    user = PersonId(str((body.get("user") or {})["id"]))
    thread = str(message.get("thread_ts") or ts)
    place = Place(team_of(body), id, visibility_by_name(str(channel.get("name") or ""), id), ts, thread)
    return Pointed(f"{team_of(body)}:{id}:{ts}:shortcut:{user}", user, str(message.get("text") or ""), place)


def is_shortcut(source_key: str) -> bool:
    """Whether a question came by the message shortcut."""
    return ":shortcut:" in source_key


def visibility_by_name(name: str, channel: str) -> Visibility:
    """Interactions and commands tell only by the channel's name what sort of place it is."""
    if name == "directmessage" or channel.startswith("D"):
        return Visibility.DIRECT
    if name == "privategroup" or name.startswith("mpdm-") or channel.startswith("G") or not name:
        return Visibility.PRIVATE
    return Visibility.PUBLIC


@dataclass(frozen=True)
class Press:
    """A button pressed or a modal submitted, and by whom."""

    user: PersonId
    action: str
    value: str
    channel: str | None
    message_ts: str | None
    thread_ts: str | None
    ephemeral: bool
    trigger_id: str
    response_url: str | None
    in_home: bool


def press(body: Json) -> Press:
    """The first action of a `block_actions` payload."""
    action, box = (body.get("actions") or [{}])[0], body.get("container") or {}
    message = body.get("message") or {}
    return Press(
        user=PersonId(str((body.get("user") or {})["id"])),
        action=str(action.get("action_id") or ""),
        value=_value(action),
        channel=(body.get("channel") or {}).get("id") or box.get("channel_id"),
        message_ts=box.get("message_ts") or message.get("ts"),
        thread_ts=message.get("thread_ts") or box.get("thread_ts"),
        ephemeral=bool(box.get("is_ephemeral")),
        trigger_id=str(body.get("trigger_id") or ""),
        response_url=body.get("response_url"),
        in_home=(body.get("view") or {}).get("type") == "home",
    )


def _value(action: Json) -> str:
    chosen = action.get("selected_option") or {}
    return str(action.get("value") or chosen.get("value") or "")


@dataclass(frozen=True)
class Origin:
    """What a modal remembers between its opening and its submission: ids alone."""

    about: str  # an EscalationId
    channel: str | None = None  # the message whose button opened it, if it can be changed
    message_ts: str | None = None
    thread_ts: str | None = None


def write_origin(origin: Origin) -> str:
    """`private_metadata` of a modal."""
    return json.dumps([origin.about, origin.channel, origin.message_ts, origin.thread_ts])


def read_origin(view: Json) -> Origin:
    """The inverse of `write_origin`."""
    return Origin(*json.loads(str(view.get("private_metadata") or '[""]')))


def escalation_of(view: Json) -> EscalationId:
    """The escalation that a modal is about."""
    return EscalationId(read_origin(view).about)


def write_feedback(question: QuestionId, value: Helpfulness) -> str:
    """The value of a feedback button."""
    return f"{value}:{question}"


def write_choice(question: QuestionId, item: ItemId) -> str:
    """The value of a button that opens one of several candidates; `private_metadata` of what it opens."""
    return f"{question}|{item}"


def read_choice(value: str) -> tuple[QuestionId | None, ItemId]:
    """The inverse of `write_choice`; no question where the value is an item's id alone."""
    question, _, item = value.rpartition("|")
    return QuestionId(question) if question else None, ItemId(item)


def read_feedback(value: str) -> tuple[QuestionId, Helpfulness]:
    """The inverse of `write_feedback`. ValueError for anything else."""
    word, _, question = value.partition(":")
    return QuestionId(question), Helpfulness(word)


def field_text(view: Json, block: str) -> str:
    """What was typed into, or chosen in, the one element of an input block; empty where nothing was."""
    element: Json = next(iter(((view.get("state") or {}).get("values") or {}).get(block, {}).values()), {})
    option = element.get("selected_option") or {}
    return str(element.get("value") or element.get("selected_date") or option.get("value") or "")


def field_choices(view: Json, block: str) -> list[str]:
    """The values chosen in a multi-select."""
    element: Json = next(iter(((view.get("state") or {}).get("values") or {}).get(block, {}).values()), {})
    return [str(option["value"]) for option in element.get("selected_options") or []]


def team_of(body: Json) -> str:
    """The workspace an event, command or interaction belongs to."""
    team = body.get("team")
    id = body.get("team_id") or (team.get("id") if isinstance(team, Mapping) else None)
    return str(id or (body.get("user") or {}).get("team_id") or "")


def user_of(body: Json) -> PersonId | None:
    """Whoever caused an event, command or interaction, where somebody did."""
    user = body.get("user")
    found = (user.get("id") if isinstance(user, Mapping) else user) or body.get("user_id")
    event = (body.get("event") or {}).get("user")
    found = found or (event if isinstance(event, str) else None)
    return PersonId(str(found)) if found else None


def time_of(ts: str) -> datetime:
    """The moment in a message's id."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def metadata(delivery: str) -> dict[str, Any]:
    """What our messages carry, so that one whose response was lost is found again."""
    return {"event_type": DELIVERY_EVENT, "event_payload": {"delivery": delivery}}


def carries(message: Json, delivery: str) -> bool:
    """Whether this is our message for that delivery."""
    found = message.get("metadata") or {}
    payload = found.get("event_payload") or {}
    return found.get("event_type") == DELIVERY_EVENT and payload.get("delivery") == delivery


# ---------------------------------------------------------------- a message's text

_MENTION = re.compile(r"<@([UWB][A-Z0-9]+)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#[CGD][A-Z0-9]+(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!(?:subteam\^[A-Z0-9]+|([a-z]+)[^>|]*)(?:\|([^>]*))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^>|]+)(?:\|([^>]*))?>")


def mentions(text: str, person: str) -> bool:
    """Whether Slack's text names this person."""
    return any(found[1] == person for found in _MENTION.finditer(text))


def readable(text: str, bot_user: str) -> str:
    """Slack's text as a person reads it: the bot's mention gone, names for ids, no entities."""
    text = _MENTION.sub(lambda m: "" if m[1] == bot_user else (f"@{m[2]}" if m[2] else "somebody"), text)
    text = _CHANNEL.sub(lambda m: f"#{m[1]}" if m[1] else "a channel", text)
    text = _SPECIAL.sub(lambda m: f"@{(m[2] or m[1] or 'a group').lstrip('@')}", text)
    text = _LINK.sub(_link_words, text)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    # What followed the bot's name ("@Signpost: which …") goes; a colon that begins an :emoji: stays.
    return re.sub(r"^(?:[,:](?:\s+|$))+", "", re.sub(r"[ \t]+", " ", text).strip()).strip(" \t\n,")


def _link_words(found: re.Match[str]) -> str:
    address, label = found[1].removeprefix("mailto:").removeprefix("tel:"), found[2]
    return address if not label or label in address else f"{label} ({address})"
