"""What a workspace holds: conversations, messages, views, and the keys it has handed out.

Only the workspace's own event loop touches a `State`, so nothing here needs a lock.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .seed import BotUser, Channel, ChannelKind, Seed, User, UserGroup

Json = dict[str, Any]

RESPONSE_URL_USES = 5


class WorkspaceError(Exception):
    """What goes wrong inside the workspace, by name."""


class Refused(WorkspaceError):
    """Slack would answer `{"ok": false}`: an error name, and what exactly is wrong where it is known."""

    def __init__(self, error: str, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(": ".join([error, *(messages or [])]))
        self.error = error
        self.messages = messages or []
        self.extra = extra


@dataclass(frozen=True)
class Timing:
    """Seconds. The defaults are Slack's; tests shrink them."""

    ack: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger_life: float = 3.0
    response_url_life: float = 1800.0


@dataclass
class Message:
    """One message. `ephemeral_to` names the only person who sees it; None means everybody there."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    metadata: Json | None = None
    subtype: str | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    broadcast: bool = False
    streaming: bool = False
    ephemeral_to: str | None = None
    values: Json = field(default_factory=dict)  # what people chose in its menus: block_id → action_id → state
    client_msg_id: str | None = None


@dataclass
class Conversation:
    id: str
    name: str
    kind: ChannelKind
    members: list[str]
    topic: str = ""
    is_ext_shared: bool = False
    person: str | None = None  # whose direct message with the app this is

    @classmethod
    def of(cls, channel: Channel) -> "Conversation":
        return cls(
            channel.id,
            channel.name,
            channel.kind,
            list(channel.members),
            channel.topic,
            channel.is_ext_shared,
        )


@dataclass
class View:
    """A modal or a Home. `json` is what the app sent, `values` what the person has filled in."""

    id: str
    user: str
    json: Json
    hash: str
    root: str
    previous: str | None = None
    values: Json = field(default_factory=dict)


@dataclass
class Grant:
    """Somebody signs in to the app: a code, and once that is spent a token."""

    user: str
    team: str
    redirect: str
    nonce: str
    expires: float
    used: bool = False


@dataclass
class Trigger:
    user: str
    expires: float
    used: bool = False


@dataclass
class ResponseUrl:
    """Where the app may answer an interaction: `RESPONSE_URL_USES` times until `expires`."""

    user: str
    channel: str
    message_ts: str | None
    thread_ts: str | None
    expires: float
    uses: int = 0


@dataclass(frozen=True)
class Call:
    """One call of the Web API, as the workspace answered it. `at` is a Unix time in seconds."""

    method: str
    args: Json
    at: float
    status: int
    ok: bool
    error: str | None


class State:
    def __init__(self, seed: Seed, timing: Timing, clock: Callable[[], float] = time.time) -> None:
        self.seed = seed
        self.timing = timing
        self.clock = clock
        self.users: dict[str, User] = {person.id: person for person in seed.users}
        self.groups: dict[str, UserGroup] = {group.id: group for group in seed.groups}
        self.conversations = {channel.id: Conversation.of(channel) for channel in seed.channels}
        self._open_direct_messages(seed.bot.user_id)
        self.messages: dict[str, dict[str, Message]] = {id: {} for id in self.conversations}
        self.ephemerals: list[Message] = []
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.prompts: dict[str, list[Json]] = {}
        self.read: dict[tuple[str, str], str] = {}
        self.calls: list[Call] = []
        self._last_microsecond = 0

    def _open_direct_messages(self, bot: str) -> None:
        for person in self.users:
            id = f"D{person[1:]}"
            self.conversations[id] = Conversation(id, "", "im", [person, bot], person=person)

    @property
    def bot(self) -> BotUser:
        return self.seed.bot

    def next_ts(self) -> str:
        """A message's id: the time, in microseconds, never twice and always later than the last."""
        self._last_microsecond = max(self._last_microsecond + 1, int(self.clock() * 1_000_000))
        return f"{self._last_microsecond // 1_000_000}.{self._last_microsecond % 1_000_000:06d}"

    def direct_message(self, user: str) -> Conversation:
        """The person's direct message with the app. Refused: user_not_found."""
        for conversation in self.conversations.values():
            if conversation.person == user:
                return conversation
        raise Refused("user_not_found")

    def conversation(self, id: str) -> Conversation:
        """By id. Refused: channel_not_found."""
        if id not in self.conversations:
            raise Refused("channel_not_found")
        return self.conversations[id]

    def conversation_seen_by(self, id: str, user: str) -> Conversation:
        """The same, for somebody who may read it: public channels, and those they are a member of."""
        conversation = self.conversation(id)
        if conversation.kind != "public" and user not in conversation.members:
            raise Refused("channel_not_found")
        return conversation

    def message(self, channel: str, ts: str) -> Message:
        """Refused: message_not_found."""
        found = self.messages.get(channel, {}).get(ts)
        if found is None:
            raise Refused("message_not_found")
        return found

    def message_seen_by(self, channel: str, ts: str, user: str) -> Message:
        """A message, or an ephemeral one shown to this very person.

        Refused: channel_not_found, message_not_found.
        """
        self.conversation_seen_by(channel, user)
        for message in self.ephemerals:
            if (message.channel, message.ts, message.ephemeral_to) == (channel, ts, user):
                return message
        return self.message(channel, ts)

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        """The replies of a thread, oldest first, without its parent."""
        here = self.messages[channel].values()
        return [message for message in here if message.thread_ts == thread_ts and message.ts != thread_ts]

    def top_level(self, channel: str) -> Iterator[Message]:
        """What the channel itself shows, oldest first: no replies but those also sent to the channel."""
        for message in self.messages[channel].values():
            if message.thread_ts in (None, message.ts) or message.broadcast:
                yield message

    def viewers(self, channel: str) -> list[str]:
        """The people who see what is posted here."""
        conversation = self.conversation(channel)
        if conversation.kind == "public":
            return list(self.users)
        return [member for member in conversation.members if member in self.users]

    # Keys that the app is given for a while.

    def new_trigger(self, user: str) -> str:
        id = f"{int(self.clock() * 1000)}.{secrets.token_hex(8)}"
        self.triggers[id] = Trigger(user, self.clock() + self.timing.trigger_life)
        return id

    def exchange_trigger(self, id: Any) -> Trigger:
        """Spend a trigger. Refused: invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
        trigger = self.triggers.get(str(id))
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self.clock() > trigger.expires:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        """The path under which the app may answer."""
        key = secrets.token_hex(12)
        expires = self.clock() + self.timing.response_url_life
        thread = message.thread_ts if message else None
        self.response_urls[key] = ResponseUrl(user, channel, message.ts if message else None, thread, expires)
        return f"/response/{self.bot.app_id}/{key}"

    def spend_response_url(self, key: str) -> ResponseUrl:
        """Count one use. Refused: invalid_url, expired_url, used_url."""
        url = self.response_urls.get(key)
        if url is None:
            raise Refused("invalid_url")
        if self.clock() > url.expires:
            raise Refused("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise Refused("used_url")
        url.uses += 1
        return url

    def top_view(self, user: str) -> View | None:
        """The modal this person has in front of them."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None
