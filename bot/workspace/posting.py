"""Messages come, change and go; whoever may see them is told, and so is the app."""

import secrets
from typing import Any

from . import shapes
from .hub import Hub
from .state import Conversation, Json, Message, Refused

_SUBSCRIPTION = {"public": "message.channels", "private": "message.groups", "im": "message.im"}
_COPIED = ("user", "ts", "client_msg_id", "text", "team", "thread_ts", "parent_user_id", "blocks")


def say(hub: Hub, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
    """A person posts `text` as Slack stores it.

    Refused: channel_not_found, not_in_channel, thread_not_found, no_text.
    """
    state = hub.state
    conversation = state.conversation_seen_by(channel, user)
    if user not in conversation.members:
        raise Refused("not_in_channel")
    if not text.strip():
        raise Refused("no_text")
    message = Message(state.next_ts(), channel, user, text, client_msg_id=secrets.token_hex(16))
    message.thread_ts = thread_of(hub, channel, thread_ts)
    return post(hub, message)


def thread_of(hub: Hub, channel: str, thread_ts: str | None) -> str | None:
    """The parent's ts: a reply to a reply joins the same thread. Refused: thread_not_found."""
    if not thread_ts:
        return None
    parent = hub.state.messages[channel].get(str(thread_ts))
    if parent is None or parent.ephemeral_to:
        raise Refused("thread_not_found")
    return parent.thread_ts or parent.ts


def post(hub: Hub, message: Message) -> Message:
    """Put a message into its conversation and tell everybody."""
    state = hub.state
    conversation = state.conversation(message.channel)
    state.messages[message.channel][message.ts] = message
    state.read[message.user, message.channel] = message.ts
    hub.show(message)
    _show_parent(hub, message)
    _announce(hub, conversation, message)
    if message.bot_id:
        clear_status(hub, message)
    return message


def _announce(hub: Hub, conversation: Conversation, message: Message) -> None:
    bot = hub.state.bot.user_id
    if bot not in conversation.members:
        return
    event = shapes.message(hub.state, message)
    mentioned = any(f"<@{bot}{end}" in message.text for end in ">|")
    if mentioned and conversation.kind != "im" and message.user != bot:
        mention = {name: event[name] for name in _COPIED if name in event}
        place = {"channel": conversation.id, "event_ts": message.ts}
        hub.emit({"type": "app_mention"} | mention | place, conversation, "app_mention")
    emit_message(hub, conversation, event, message.ts)


def emit_message(hub: Hub, conversation: Conversation, event: Json, event_ts: str) -> None:
    """A `message` event, for the app that is in the conversation."""
    if hub.state.bot.user_id not in conversation.members:
        return
    place = {
        "channel": conversation.id,
        "event_ts": event_ts,
        "channel_type": shapes.channel_type(conversation),
    }
    hub.emit({"type": "message"} | event | place, conversation, _SUBSCRIPTION[conversation.kind])


def post_ephemeral(hub: Hub, message: Message) -> Message:
    """Show a message to one person only; the app hears nothing of it."""
    hub.state.ephemerals.append(message)
    hub.show(message)
    return message


def change(hub: Hub, message: Message, **changes: Any) -> None:
    """Set fields of a message; an edit unless it is still being streamed."""
    before = shapes.message(hub.state, message)
    for name, value in changes.items():
        setattr(message, name, value)
    if message.ephemeral_to:
        hub.pages.tell(
            [message.ephemeral_to], {"type": "message_deleted", "channel": message.channel, "ts": message.ts}
        )
        hub.show(message)
        return
    hub.show(message, "message_changed")
    now = hub.state.next_ts()
    event = {"subtype": "message_changed", "hidden": True, "previous_message": before, "ts": now}
    event["message"] = shapes.message(hub.state, message)
    emit_message(hub, hub.state.conversation(message.channel), event, now)


def edit(hub: Hub, message: Message, editor: str, **changes: Any) -> None:
    """A visible edit: what `chat.update` does, and what a person does to their own message."""
    change(hub, message, edited={"user": editor, "ts": hub.state.next_ts()}, **changes)


def delete(hub: Hub, message: Message) -> None:
    """Take a message away; a thread's parent leaves a tombstone behind."""
    state = hub.state
    before = shapes.message(state, message)
    if message.ephemeral_to:
        state.ephemerals.remove(message)
        hub.pages.tell(
            [message.ephemeral_to], {"type": "message_deleted", "channel": message.channel, "ts": message.ts}
        )
        return
    if state.replies(message.channel, message.ts):
        gone: Json = {
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "blocks": [],
            "metadata": None,
        }
        change(hub, message, **gone)
        return
    del state.messages[message.channel][message.ts]
    audience = state.viewers(message.channel)
    hub.pages.tell(audience, {"type": "message_deleted", "channel": message.channel, "ts": message.ts})
    _show_parent(hub, message)
    now = state.next_ts()
    event = {"subtype": "message_deleted", "hidden": True, "deleted_ts": message.ts, "ts": now}
    emit_message(hub, state.conversation(message.channel), event | {"previous_message": before}, now)


def _show_parent(hub: Hub, message: Message) -> None:
    """The parent's count of replies has changed."""
    if message.thread_ts and message.thread_ts != message.ts:
        parent = hub.state.messages[message.channel].get(message.thread_ts)
        if parent:
            hub.show(parent, "message_changed")


def react(hub: Hub, user: str, channel: str, ts: str, name: str) -> None:
    """Refused: already_reacted, message_not_found, channel_not_found, not_in_channel."""
    conversation = hub.state.conversation_seen_by(channel, user)
    if user not in conversation.members:
        raise Refused("not_in_channel")
    message = hub.state.message(channel, ts)
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise Refused("already_reacted")
    users.append(user)
    hub.show(message, "message_changed")
    if hub.state.bot.user_id in conversation.members:
        item = {"type": "message", "channel": channel, "ts": ts}
        event = {
            "type": "reaction_added",
            "user": user,
            "reaction": name,
            "item": item,
            "item_user": message.user,
        }
        hub.emit(event | {"event_ts": hub.state.next_ts()}, conversation, "reaction_added")


def join(hub: Hub, user: str, channel: str, inviter: str | None = None) -> None:
    """Somebody, or the app, becomes a member; again is harmless."""
    state = hub.state
    conversation = state.conversation(channel)
    if user in conversation.members:
        return
    conversation.members.append(user)
    post(
        hub,
        Message(state.next_ts(), channel, user, f"<@{user}> has joined the channel", subtype="channel_join"),
    )
    if state.bot.user_id in conversation.members:
        kind = {"public": "C", "private": "G", "im": "D"}[conversation.kind]
        event = {"type": "member_joined_channel", "user": user, "channel": channel, "channel_type": kind}
        event |= {
            "team": state.seed.team_id,
            "event_ts": state.next_ts(),
            **({"inviter": inviter} if inviter else {}),
        }
        hub.emit(event, conversation, "member_joined_channel")


def leave(hub: Hub, user: str, channel: str) -> None:
    """The opposite of `join`; somebody who is not there stays away."""
    members = hub.state.conversation(channel).members
    if user in members:
        members.remove(user)


def set_status(hub: Hub, channel: str, thread_ts: str, text: str) -> None:
    """The line under a thread that says what the app is doing; "" takes it away."""
    hub.state.statuses[channel, thread_ts] = text
    event = {"type": "status", "channel": channel, "thread_ts": thread_ts, "text": text}
    hub.pages.tell(hub.state.viewers(channel), event)


def clear_status(hub: Hub, message: Message) -> None:
    """Slack takes the status away as soon as the app has posted there."""
    key = (message.channel, message.thread_ts or message.ts)
    if hub.state.statuses.pop(key, ""):
        set_status(hub, *key, "")
