"""How people call the app by name: slash commands, message shortcuts, and the answers that come later."""

import time

from . import posting, shapes
from .chat import by_bot, content
from .hub import Hub
from .interactions import common, place, send
from .state import Conversation, Json, Message, Refused


async def shortcut(hub: Hub, user: str, channel: str, ts: str, callback_id: str) -> bool:
    """Choose a message shortcut. Refused: unknown_shortcut, channel_not_found, message_not_found."""
    if callback_id not in {known.callback_id for known in hub.seed.shortcuts}:
        raise Refused("unknown_shortcut")
    conversation = hub.state.conversation_seen_by(channel, user)
    message = hub.state.message(channel, ts)
    payload = common(hub, user, "message_action") | {
        "callback_id": callback_id,
        "action_ts": f"{time.time():.6f}",
        "trigger_id": hub.state.new_trigger(user),
        "response_url": hub.base_url + hub.state.new_response_url(user, channel, message),
        "message_ts": ts,
        "channel": place(conversation),
        "message": shapes.message(hub.state, message),
    }
    return await send(hub, user, "interactive", payload) is not None


async def command(hub: Hub, user: str, channel: str, name: str, text: str) -> bool:
    """Run a slash command. Refused: unknown_command, channel_not_found."""
    if name not in {known.command for known in hub.seed.commands}:
        raise Refused("unknown_command", [f"{name} is not a command of this workspace"])
    conversation = hub.state.conversation_seen_by(channel, user)
    key = hub.state.new_response_url(user, channel)
    payload = _command_fields(hub, user, conversation) | {
        "command": name,
        "text": text,
        "response_url": hub.base_url + key,
        "trigger_id": hub.state.new_trigger(user),
    }
    failure = f'{name} failed with the error "operation_timeout"'
    answer = await send(hub, user, "slash_commands", payload, failure)
    if answer:
        respond(hub, user, channel, None, answer)
    return answer is not None


def _command_fields(hub: Hub, user: str, conversation: Conversation) -> Json:
    return {
        "token": "not-a-secret",
        "team_id": hub.seed.team_id,
        "team_domain": hub.seed.team_name.lower(),
        "channel_id": conversation.id,
        "channel_name": shapes.channel_name(conversation),
        "user_id": user,
        "user_name": hub.state.users[user].name,
        "api_app_id": hub.state.bot.app_id,
        "is_enterprise_install": "false",
    }


def respond_to_url(hub: Hub, key: str, body: Json) -> None:
    """What the app posts to a `response_url`. Refused: invalid_url, expired_url, used_url, bad content."""
    url = hub.state.spend_response_url(key)
    try:
        original = hub.state.message_seen_by(url.channel, str(url.message_ts), url.user)
    except Refused:  # Deleted meanwhile, or a command had none: new messages are still welcome.
        original = None
    respond(hub, url.user, url.channel, original, {"thread_ts": url.thread_ts} | body)


def respond(hub: Hub, user: str, channel: str, original: Message | None, body: Json) -> None:
    """Replace or delete the message acted on, or post anew: to this person only unless `in_channel`."""
    if body.get("delete_original"):
        if original is None:
            raise Refused("no_original_message")
        posting.delete(hub, original)
        return
    if body.get("replace_original"):
        if original is None:
            raise Refused("no_original_message")
        changes = {name: value for name, value in content(body).items() if value is not None}
        posting.edit(hub, original, hub.state.bot.user_id, **changes)
        return
    if not body.get("text") and not body.get("blocks"):
        return  # An acknowledgement with other fields only: nothing to show.
    thread = posting.thread_of(hub, channel, body.get("thread_ts"))
    message = by_bot(hub, channel, **content(body), thread_ts=thread)
    if body.get("response_type") == "in_channel":
        posting.post(hub, message)
    else:
        message.ephemeral_to = user
        posting.post_ephemeral(hub, message)
