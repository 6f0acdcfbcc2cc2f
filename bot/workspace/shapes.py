"""Our state in Slack's JSON: messages, conversations, people, views, and the envelope around an event."""

import re
import secrets

from .seed import User, UserGroup
from .state import Conversation, Json, Message, State, View

_TOKEN = re.compile(r"<([^<>\s][^<>]*)>")
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def message(state: State, m: Message, *, metadata: bool = False) -> Json:
    """A message as events and `conversations.history` show it; metadata only where it was asked for."""
    body: Json = {"type": "message", "ts": m.ts, "user": m.user, "text": m.text, "team": state.seed.team_id}
    body["blocks"] = m.blocks if m.blocks or m.bot_id else rich_text(m.text)
    if m.bot_id:
        body |= {"bot_id": m.bot_id, "app_id": state.bot.app_id, "bot_profile": bot_profile(state)}
    for name in ("subtype", "thread_ts", "edited", "client_msg_id"):
        if getattr(m, name):
            body[name] = getattr(m, name)
    body |= _thread(state, m)
    if m.reactions:
        body["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in m.reactions.items()]
    if m.metadata and metadata:
        body["metadata"] = m.metadata
    return body


def _thread(state: State, m: Message) -> Json:
    if m.ephemeral_to:
        return {"is_ephemeral": True}
    replies = state.replies(m.channel, m.ts) if m.thread_ts in (None, m.ts) else []
    if replies:
        users = list(dict.fromkeys(reply.user for reply in replies))
        return {
            "thread_ts": m.ts,
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
        }
    if m.thread_ts and m.thread_ts != m.ts:
        parent = state.messages[m.channel].get(m.thread_ts)
        return {"parent_user_id": parent.user} if parent else {}
    return {}


def rich_text(text: str) -> list[Json]:
    """What a person typed, as the `rich_text` block that Slack adds to it."""
    parts: list[Json] = []
    for index, piece in enumerate(_TOKEN.split(text)):
        if piece:
            parts.append(_special(piece) if index % 2 else {"type": "text", "text": unescape(piece)})
    section = {"type": "rich_text_section", "elements": parts}
    return [{"type": "rich_text", "block_id": "rt" + secrets.token_hex(2), "elements": [section]}]


def _special(token: str) -> Json:
    target, _, label = token.partition("|")
    if target[:2] in {"@U", "@W"}:
        return {"type": "user", "user_id": target[1:]}
    if target[:2] == "#C":
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": target, **({"text": label} if label else {})}


def unescape(text: str) -> str:
    for entity, character in _ESCAPED:
        text = text.replace(entity, character)
    return text


def bot_profile(state: State) -> Json:
    bot = state.bot
    return {
        "id": bot.bot_id,
        "app_id": bot.app_id,
        "name": bot.real_name,
        "deleted": False,
        "team_id": state.seed.team_id,
    }


def channel_type(conversation: Conversation) -> str:
    return {"public": "channel", "private": "group", "im": "im"}[conversation.kind]


def channel_name(conversation: Conversation) -> str:
    """As interactions name it: the true name of a private place is not given away."""
    return {"public": conversation.name, "private": "privategroup", "im": "directmessage"}[conversation.kind]


def conversation(state: State, c: Conversation) -> Json:
    body: Json = {
        "id": c.id,
        "created": 1_700_000_000,
        "is_channel": c.kind == "public",
        "is_group": c.kind == "private",
        "is_im": c.kind == "im",
        "is_mpim": False,
        "is_private": c.kind != "public",
        "is_archived": False,
        "is_org_shared": False,
        "context_team_id": state.seed.team_id,
    }
    if c.person:
        return body | {"user": c.person, "is_open": True, "latest": None}
    return body | {
        "name": c.name,
        "name_normalized": c.name,
        "is_general": c.name == "general",
        "is_member": state.bot.user_id in c.members,
        "is_shared": c.is_ext_shared,
        "is_ext_shared": c.is_ext_shared,
        "num_members": len(c.members),
        "topic": {"value": c.topic, "creator": "", "last_set": 0},
        "purpose": {"value": c.topic, "creator": "", "last_set": 0},
    }


def user(state: State, person: User) -> Json:
    return _user(state, person.id, person.name, person.real_name, person.color) | {
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": person.tz_offset,
        "profile": _profile(state, person.real_name, person.name, person.title),
    }


def bot_user(state: State) -> Json:
    bot = state.bot
    body = _user(state, bot.user_id, bot.name, bot.real_name, bot.color, is_bot=True)
    profile = _profile(state, bot.real_name, bot.name, "") | {"bot_id": bot.bot_id, "api_app_id": bot.app_id}
    return body | {"profile": profile}


def _user(state: State, id: str, name: str, real_name: str, color: str, is_bot: bool = False) -> Json:
    return {
        "id": id,
        "team_id": state.seed.team_id,
        "name": name,
        "real_name": real_name,
        "color": color,
        "deleted": False,
        "is_bot": is_bot,
        "is_app_user": False,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "updated": 1_700_000_000,
    }


def _profile(state: State, real_name: str, name: str, title: str) -> Json:
    return {
        "title": title,
        "real_name": real_name,
        "real_name_normalized": real_name,
        "display_name": name,
        "display_name_normalized": name,
        "team": state.seed.team_id,
    }


def group(state: State, g: UserGroup) -> Json:
    return {
        "id": g.id,
        "team_id": state.seed.team_id,
        "is_usergroup": True,
        "handle": g.handle,
        "name": g.name,
        "description": "",
        "is_external": False,
        "date_delete": 0,
        "user_count": len(g.users),
    }


def view(state: State, v: View) -> Json:
    """A view as payloads and `views.*` answers carry it, with the state of its inputs."""
    body: Json = {
        "id": v.id,
        "team_id": state.seed.team_id,
        "app_id": state.bot.app_id,
        "app_installed_team_id": state.seed.team_id,
        "bot_id": state.bot.bot_id,
        "callback_id": "",
        "external_id": "",
        "private_metadata": "",
        "title": {"type": "plain_text", "text": "View Title"},
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
    }
    body |= v.json
    return body | {
        "state": {"values": v.values},
        "hash": v.hash,
        "root_view_id": v.root,
        "previous_view_id": v.previous,
    }


def event_body(state: State, event: Json, channel: Conversation | None) -> Json:
    """The envelope that the Events API puts around an event."""
    team = state.seed.team_id
    authorization = {
        "enterprise_id": None,
        "team_id": team,
        "user_id": state.bot.user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "not-a-secret",
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": state.bot.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(state.clock()),
        "authorizations": [authorization],
        "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
        "event_context": f"4-{secrets.token_hex(16)}",
    }
