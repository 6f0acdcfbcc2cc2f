"""The Web API's chat.*, reactions.* and assistant.threads.* methods."""

from typing import Any

from . import posting, shapes
from .elements import INTERACTIVE
from .hub import Hub
from .limits import MARKDOWN_TOTAL, MESSAGE_TEXT, problems_in_message
from .methods import decoded, flag, given, joined_by_bot, method, visible_to_bot
from .state import Conversation, Json, Message, Refused

_CHUNKS = {"markdown_text", "task_update", "plan_update"}


def checked_blocks(blocks: Any) -> list[Json]:
    """Blocks that Slack would take in a message. Refused: invalid_blocks, saying where and why."""
    problems = problems_in_message(blocks or [])
    if problems:
        raise Refused("invalid_blocks", [f"[ERROR] {problem}" for problem in problems], errors=problems)
    return [_with_id(block, index) for index, block in enumerate(blocks or [])]


def _with_id(block: Json, index: int) -> Json:
    """Slack gives an id to a block that came without, and to its elements an action_id."""
    for number, element in enumerate([*(block.get("elements") or []), block.get("accessory"), block.get("element")]):
        if isinstance(element, dict) and element.get("type") in INTERACTIVE:
            element.setdefault("action_id", f"a{index}{number}")
    return {"block_id": f"b{index}", **block} if not block.get("block_id") else block


def content(args: Json) -> Json:
    """`text`, `blocks` and `metadata` of a message.

    Refused: no_text, invalid_blocks, msg_too_long, markdown_text_conflict, invalid_metadata_format.
    """
    markdown, blocks = args.get("markdown_text"), decoded(args, "blocks")
    if markdown and (blocks or args.get("text")):
        raise Refused("markdown_text_conflict")
    if markdown:
        blocks = [markdown_block(str(markdown))]
    text = str(args.get("text") or "")[:MESSAGE_TEXT]
    if not text and not blocks:
        raise Refused("no_text")
    return {
        "text": text or str(markdown or ""),
        "blocks": checked_blocks(blocks),
        "metadata": _metadata(args),
    }


def markdown_block(text: str) -> Json:
    """Refused: msg_too_long."""
    if len(text) > MARKDOWN_TOTAL:
        raise Refused("msg_too_long")
    return {"type": "markdown", "text": text}


def _metadata(args: Json) -> Json | None:
    metadata = decoded(args, "metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise Refused("invalid_metadata_format", ["[ERROR] metadata needs an event_type"])
    if not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format", ["[ERROR] metadata needs an event_payload object"])
    return metadata


def by_bot(hub: Hub, channel: str, **fields: Any) -> Message:
    """A new message of the app's own."""
    bot = hub.state.bot
    return Message(hub.state.next_ts(), channel, bot.user_id, bot_id=bot.bot_id, **fields)


def _postable(hub: Hub, channel: str) -> Conversation:
    conversation = visible_to_bot(hub, channel)
    if conversation.kind == "public" and "chat:write.public" in hub.seed.scopes:
        return conversation
    return joined_by_bot(hub, conversation.id)


@method("chat.postMessage", "chat:write")
def post_message(hub: Hub, args: Json) -> Json:
    conversation = _postable(hub, given(args, "channel"))
    fields = content(args)
    thread = posting.thread_of(hub, conversation.id, args.get("thread_ts"))
    message = by_bot(hub, conversation.id, **fields, thread_ts=thread)
    if thread and flag(args, "reply_broadcast"):
        message.broadcast, message.subtype = True, "thread_broadcast"
    if args.get("username") or args.get("icon_emoji") or args.get("icon_url"):
        message.subtype = "bot_message"
    posting.post(hub, message)
    return _posted(hub, message)


def _posted(hub: Hub, message: Message) -> Json:
    body = shapes.message(hub.state, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": body}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(hub: Hub, args: Json) -> Json:
    conversation = joined_by_bot(hub, given(args, "channel"))
    user = given(args, "user")
    if user not in conversation.members:
        raise Refused("user_not_in_channel")
    thread = posting.thread_of(hub, conversation.id, args.get("thread_ts"))
    message = by_bot(hub, conversation.id, **content(args), thread_ts=thread, ephemeral_to=user)
    posting.post_ephemeral(hub, message)
    return {"message_ts": message.ts}


def _own(hub: Hub, args: Json, refusal: str) -> Message:
    conversation = visible_to_bot(hub, given(args, "channel"))
    message = hub.state.message(conversation.id, given(args, "ts"))
    if message.bot_id != hub.state.bot.bot_id:
        raise Refused(refusal)
    return message


@method("chat.update", "chat:write")
def update(hub: Hub, args: Json) -> Json:
    message = _own(hub, args, "cant_update_message")
    if message.streaming:
        raise Refused("streaming_state_conflict")
    changes = content(args)
    if decoded(args, "blocks") is None and not args.get("markdown_text"):
        changes["blocks"] = []  # Text alone replaces the blocks too.
    if changes["metadata"] is None:
        del changes["metadata"]  # Metadata stays until it is replaced.
    posting.edit(hub, message, hub.state.bot.user_id, **changes)
    return _posted(hub, message) | {"text": message.text}


@method("chat.delete", "chat:write")
def delete(hub: Hub, args: Json) -> Json:
    message = _own(hub, args, "cant_delete_message")
    posting.delete(hub, message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.getPermalink")
def get_permalink(hub: Hub, args: Json) -> Json:
    conversation = visible_to_bot(hub, given(args, "channel"))
    message = hub.state.message(conversation.id, given(args, "message_ts"))
    return {"channel": conversation.id, "permalink": permalink(hub, message)}


def permalink(hub: Hub, message: Message) -> str:
    link = f"{hub.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return link


@method("chat.startStream", "chat:write")
def start_stream(hub: Hub, args: Json) -> Json:
    conversation = joined_by_bot(hub, given(args, "channel"))
    thread = posting.thread_of(hub, conversation.id, given(args, "thread_ts"))
    if conversation.kind != "im":
        for name in ("recipient_user_id", "recipient_team_id"):
            if not args.get(name):
                raise Refused(f"missing_{name}")
    text = _streamed_text(args)
    message = by_bot(hub, conversation.id, text=text, thread_ts=thread, streaming=True)
    message.blocks = _stream_blocks(text)
    posting.post(hub, message)
    return {"channel": conversation.id, "ts": message.ts}


def _streamed_text(args: Json) -> str:
    """What this call adds. Refused: invalid_chunks."""
    text = str(args.get("markdown_text") or "")
    for chunk in decoded(args, "chunks") or []:
        if not isinstance(chunk, dict) or chunk.get("type") not in _CHUNKS:
            raise Refused("invalid_chunks")
        text += str(chunk.get("text") or "") if chunk["type"] == "markdown_text" else ""
    return text


def _stream_blocks(text: str) -> list[Json]:
    return checked_blocks([markdown_block(text)]) if text else []


def _streaming(hub: Hub, args: Json) -> Message:
    message = _own(hub, args, "message_not_owned_by_app")
    if not message.streaming:
        raise Refused("message_not_in_streaming_state")
    return message


@method("chat.appendStream", "chat:write")
def append_stream(hub: Hub, args: Json) -> Json:
    message = _streaming(hub, args)
    text = message.text + _streamed_text(args)
    message.blocks, message.text = _stream_blocks(text), text
    hub.show(message, "message_changed")
    return {"channel": message.channel, "ts": message.ts}


@method("chat.stopStream", "chat:write")
def stop_stream(hub: Hub, args: Json) -> Json:
    message = _streaming(hub, args)
    text = message.text + _streamed_text(args)
    blocks = checked_blocks([*([markdown_block(text)] if text else []), *(decoded(args, "blocks") or [])])
    metadata = _metadata(args)
    posting.change(hub, message, text=text, blocks=blocks, metadata=metadata, streaming=False)
    return _posted(hub, message)


@method("reactions.add", "reactions:write")
def add_reaction(hub: Hub, args: Json) -> Json:
    conversation = joined_by_bot(hub, given(args, "channel"))
    name = given(args, "name").strip(":")
    posting.react(hub, hub.state.bot.user_id, conversation.id, given(args, "timestamp"), name)
    return {}


@method("reactions.get", "reactions:read")
def get_reactions(hub: Hub, args: Json) -> Json:
    conversation = visible_to_bot(hub, given(args, "channel"))
    message = hub.state.message(conversation.id, given(args, "timestamp"))
    return {"type": "message", "channel": conversation.id, "message": shapes.message(hub.state, message)}


@method("assistant.threads.setStatus", "assistant:write")
def set_status(hub: Hub, args: Json) -> Json:
    conversation = joined_by_bot(hub, given(args, "channel_id"))
    thread = posting.thread_of(hub, conversation.id, given(args, "thread_ts"))
    posting.set_status(hub, conversation.id, str(thread), str(args.get("status") or ""))
    return {}


@method("assistant.threads.setTitle", "assistant:write")
def set_title(hub: Hub, args: Json) -> Json:
    conversation = joined_by_bot(hub, given(args, "channel_id"))
    hub.state.titles[conversation.id, given(args, "thread_ts")] = given(args, "title")
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write")
def set_suggested_prompts(hub: Hub, args: Json) -> Json:
    conversation = joined_by_bot(hub, given(args, "channel_id"))
    prompts = decoded(args, "prompts")
    if not isinstance(prompts, list) or len(prompts) > 4:
        raise Refused("invalid_arguments", ["[ERROR] no more than 4 items allowed [json-pointer:/prompts]"])
    for prompt in prompts:
        if not isinstance(prompt, dict) or not prompt.get("title") or not prompt.get("message"):
            raise Refused("invalid_arguments", ["[ERROR] each prompt needs title and message"])
    if not args.get("thread_ts"):  # Under the agent view prompts of a thread are taken and never shown.
        hub.state.prompts[conversation.id] = prompts
        event = {"type": "suggested_prompts", "channel": conversation.id, "prompts": prompts}
        hub.pages.tell(hub.state.viewers(conversation.id), event | {"title": args.get("title")})
    return {}
