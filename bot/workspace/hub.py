"""What the rooms of the workspace share: its state, its way to the app, its faults, the open pages."""

import asyncio
import time
from collections.abc import Iterable

from . import shapes
from .delivery import Delivery
from .faults import Faults, RateLimits
from .markup import html_of
from .seed import Seed
from .state import Conversation, Grant, Json, Message, State, Timing

EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "reaction_added": "reactions:read",
}
_JOIN_SCOPES = {"public": "channels:read", "private": "groups:read"}


class Pages:
    """The open pages and what each is told, as it happens."""

    def __init__(self) -> None:
        self._open: list[tuple[str, asyncio.Queue[Json | None]]] = []

    def watch(self, user: str) -> asyncio.Queue[Json | None]:
        """A queue of what happens to this person; None in it means the workspace is closing."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._open.append((user, queue))
        return queue

    @property
    def any_open(self) -> bool:
        return bool(self._open)

    def leave(self, queue: asyncio.Queue[Json | None]) -> None:
        self._open = [(user, other) for user, other in self._open if other is not queue]

    def tell(self, users: Iterable[str], event: Json) -> None:
        wanted = set(users)
        for user, queue in self._open:
            if user in wanted:
                queue.put_nowait(event)

    def close(self) -> None:
        for _, queue in self._open:
            queue.put_nowait(None)


class Hub:
    """Belongs to one event loop; nothing but that loop may touch it."""

    def __init__(self, seed: Seed, timing: Timing) -> None:
        self.seed = seed
        self.state = State(seed, timing)
        self.faults = Faults()
        self.rates = RateLimits(time.monotonic)
        self.pages = Pages()
        self.delivery = Delivery(
            seed.bot.app_id, seed.signing_secret, timing, self.state.clock, self._connection_changed
        )
        self.base_url = ""
        self.grants: dict[str, Grant] = {}  # of Sign in with Slack, by code …
        self.signed_in: dict[str, Grant] = {}  # … and by token

    def _connection_changed(self) -> None:
        self.pages.tell(self.state.users, {"type": "app", "connected": self.delivery.connected})

    def emit(self, event: Json, conversation: Conversation | None, subscription: str) -> str | None:
        """Send an event if the app subscribed to it and has the scope; its id, or None if it is not sent."""
        scope = EVENT_SCOPES.get(subscription)
        if subscription == "member_joined_channel" and conversation:
            scope = _JOIN_SCOPES.get(conversation.kind)
        if subscription not in self.seed.events or (scope and scope not in self.seed.scopes):
            return None
        body = shapes.event_body(self.state, event, conversation)
        self.delivery.post_event(body)
        return str(body["event_id"])

    def show(self, message: Message, kind: str = "message") -> None:
        """Tell the pages of those who may see it about a message."""
        if not self.pages.any_open:
            return  # Nobody looks: spare the rendering.
        audience = [message.ephemeral_to] if message.ephemeral_to else self.state.viewers(message.channel)
        event = {"type": "ephemeral" if message.ephemeral_to else kind, "channel": message.channel}
        self.pages.tell(audience, event | {"message": shown(self.state, message)})


def shown(state: State, m: Message) -> Json:
    """A message as the page gets it."""
    thread = state.replies(m.channel, m.ts) if m.thread_ts in (None, m.ts) and not m.ephemeral_to else []
    return {
        "ts": m.ts,
        "channel": m.channel,
        "user": m.user,
        "bot_id": m.bot_id,
        "text": m.text,
        "blocks": [with_html(block) for block in m.blocks],
        "thread_ts": m.thread_ts or (m.ts if thread else None),
        "reply_count": len(thread),
        "reply_users": list(dict.fromkeys(reply.user for reply in thread)),
        "latest_reply": thread[-1].ts if thread else None,
        "edited": m.edited,
        "ephemeral": m.ephemeral_to is not None,
        "reactions": [{"name": name, "users": users} for name, users in m.reactions.items()],
        "streaming": m.streaming,
        "subtype": m.subtype,
        "values": m.values,
    }


def with_html(block: Json) -> Json:
    """A `markdown` block gains the HTML it renders to; every other block is as it was."""
    return block | {"html": html_of(block.get("text", ""))} if block.get("type") == "markdown" else block
