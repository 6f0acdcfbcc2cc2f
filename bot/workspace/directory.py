"""The Web API's methods about the app, people, groups and conversations."""

from collections.abc import Iterable

from . import posting, shapes
from .hub import Hub
from .methods import flag, given, joined_by_bot, method, need, page_of, visible_to_bot
from .state import Conversation, Json, Message, Refused

_FAMILY = {"public": "channels", "private": "groups", "im": "im"}
_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


@method("api.test", caller="anyone")
def api_test(_: Hub, args: Json) -> Json:
    told = {name: value for name, value in args.items() if name != "token"}
    if args.get("error"):
        raise Refused(str(args["error"]), args=told)
    return {"args": told}


@method("auth.test", caller="any")
def auth_test(hub: Hub, args: Json) -> Json:
    bot = hub.state.bot
    if args.get("token") == hub.seed.app_token:
        return {"app_name": bot.real_name, "app_id": bot.app_id}
    return {
        "url": f"{hub.base_url}/",
        "team": hub.seed.team_name,
        "team_id": hub.seed.team_id,
        "user": bot.name,
        "user_id": bot.user_id,
        "bot_id": bot.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", caller="app")
def open_connection(hub: Hub, _: Json) -> Json:
    ticket = hub.delivery.sockets.new_ticket()
    host = hub.base_url.removeprefix("http://")
    return {"url": f"ws://{host}/link?ticket={ticket}&app_id={hub.state.bot.app_id}"}


@method("team.info", "team:read")
def team_info(hub: Hub, _: Json) -> Json:
    domain = hub.seed.team_name.lower()
    return {
        "team": {
            "id": hub.seed.team_id,
            "name": hub.seed.team_name,
            "domain": domain,
            "url": f"{hub.base_url}/",
        }
    }


@method("bots.info", "users:read")
def bots_info(hub: Hub, args: Json) -> Json:
    bot = hub.state.bot
    if given(args, "bot") != bot.bot_id:
        raise Refused("bot_not_found")
    body = {"id": bot.bot_id, "app_id": bot.app_id, "user_id": bot.user_id, "name": bot.real_name}
    return {"bot": body | {"deleted": False, "updated": 1_700_000_000, "icons": {}}}


@method("users.info", "users:read")
def users_info(hub: Hub, args: Json) -> Json:
    id = given(args, "user")
    if id == hub.state.bot.user_id:
        return {"user": shapes.bot_user(hub.state)}
    if id not in hub.state.users:
        raise Refused("user_not_found")
    return {"user": shapes.user(hub.state, hub.state.users[id])}


@method("users.list", "users:read")
def users_list(hub: Hub, args: Json) -> Json:
    everybody = [shapes.user(hub.state, person) for person in hub.state.users.values()]
    members, more = page_of([*everybody, shapes.bot_user(hub.state)], args, 1000)
    return {"members": members, "cache_ts": int(hub.state.clock())} | more


@method("users.conversations")
def users_conversations(hub: Hub, args: Json) -> Json:
    user = str(args.get("user") or hub.state.bot.user_id)
    mine = [c for c in _of_types(hub, args) if user in c.members]
    return _channels(hub, mine, args)


@method("usergroups.list", "usergroups:read")
def usergroups_list(hub: Hub, args: Json) -> Json:
    groups = []
    for group in hub.state.groups.values():
        users = {"users": list(group.users)} if flag(args, "include_users") else {}
        groups.append(shapes.group(hub.state, group) | users)
    return {"usergroups": groups}


@method("usergroups.users.list", "usergroups:read")
def usergroups_users_list(hub: Hub, args: Json) -> Json:
    group = hub.state.groups.get(given(args, "usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": list(group.users)}


def _of_types(hub: Hub, args: Json) -> list[Conversation]:
    """Conversations of the kinds asked for that the app may see. Refused: missing_scope, invalid_types."""
    kinds = set()
    for name in str(args.get("types") or "public_channel").split(","):
        if name.strip() not in _TYPES:
            raise Refused("invalid_types")
        kind = _TYPES[name.strip()]
        need(hub, f"{_FAMILY.get(kind, 'mpim')}:read")
        kinds.add(kind)
    bot = hub.state.bot.user_id
    all_of_them = hub.state.conversations.values()
    return [c for c in all_of_them if c.kind in kinds and (c.kind == "public" or bot in c.members)]


def _channels(hub: Hub, conversations: Iterable[Conversation], args: Json) -> Json:
    channels, more = page_of([shapes.conversation(hub.state, c) for c in conversations], args)
    return {"channels": channels} | more


@method("conversations.list")
def conversations_list(hub: Hub, args: Json) -> Json:
    return _channels(hub, _of_types(hub, args), args)


@method("conversations.info")
def conversations_info(hub: Hub, args: Json) -> Json:
    conversation = visible_to_bot(hub, given(args, "channel"))
    need(hub, f"{_FAMILY[conversation.kind]}:read")
    return {"channel": shapes.conversation(hub.state, conversation)}


@method("conversations.members")
def conversations_members(hub: Hub, args: Json) -> Json:
    conversation = visible_to_bot(hub, given(args, "channel"))
    need(hub, f"{_FAMILY[conversation.kind]}:read")
    members, more = page_of(conversation.members, args)
    return {"members": members} | more


@method("conversations.open", "im:write")
def conversations_open(hub: Hub, args: Json) -> Json:
    if args.get("channel"):
        conversation = visible_to_bot(hub, str(args["channel"]))
    else:
        users = given(args, "users").split(",")
        if len(users) > 1:
            need(hub, "mpim:write")
        conversation = hub.state.direct_message(users[0].strip())
    body = shapes.conversation(hub.state, conversation) if flag(args, "return_im") else {"id": conversation.id}
    return {"no_op": True, "already_open": True, "channel": body}


@method("conversations.join", "channels:join")
def conversations_join(hub: Hub, args: Json) -> Json:
    conversation = visible_to_bot(hub, given(args, "channel"))
    if conversation.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    posting.join(hub, hub.state.bot.user_id, conversation.id)
    return {"channel": shapes.conversation(hub.state, conversation)}


@method("conversations.mark")
def conversations_mark(hub: Hub, args: Json) -> Json:
    conversation = joined_by_bot(hub, given(args, "channel"))
    need(hub, f"{_FAMILY[conversation.kind]}:write")
    hub.state.read[hub.state.bot.user_id, conversation.id] = given(args, "ts")
    return {}


def _readable(hub: Hub, args: Json) -> Conversation:
    conversation = joined_by_bot(hub, given(args, "channel"))
    need(hub, f"{_FAMILY[conversation.kind]}:history")
    return conversation


def _between(messages: Iterable[Message], args: Json) -> list[Message]:
    """Those after `oldest` and before `latest`, ends included when `inclusive`."""
    oldest, latest = _when(args, "oldest", "0"), _when(args, "latest", "9999999999")
    inclusive = flag(args, "inclusive")
    kept = []
    for message in messages:
        at = float(message.ts)
        if oldest < at < latest or (inclusive and at in (oldest, latest)):
            kept.append(message)
    return kept


def _when(args: Json, name: str, default: str) -> float:
    try:
        return float(args.get(name) or default)
    except ValueError:
        raise Refused(f"invalid_ts_{name}") from None


def _page_of_messages(hub: Hub, messages: list[Message], args: Json) -> Json:
    page, more = page_of(messages, args)
    metadata = flag(args, "include_all_metadata")
    shown = [shapes.message(hub.state, message, metadata=metadata) for message in page]
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"messages": shown, "has_more": has_more} | (more if has_more else {})


@method("conversations.history")
def conversations_history(hub: Hub, args: Json) -> Json:
    conversation = _readable(hub, args)
    newest_first = _between(hub.state.top_level(conversation.id), args)[::-1]
    return _page_of_messages(hub, newest_first, args) | {"pin_count": 0}


@method("conversations.replies")
def conversations_replies(hub: Hub, args: Json) -> Json:
    conversation = _readable(hub, args)
    parent = hub.state.messages[conversation.id].get(given(args, "ts"))
    if parent is None:
        raise Refused("thread_not_found")
    replies = _between(hub.state.replies(conversation.id, parent.ts), args)
    return _page_of_messages(hub, [parent, *replies], args)
