"""The page's own interface: what it shows, what people do in it, and what it is told as it happens."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from . import chat, commands, interactions, posting, shapes
from .hub import Hub, shown
from .markup import typed
from .state import Conversation, Json, Message, Refused
from .web_api import refusal_body

STATIC = Path(__file__).parent / "static"
Handler = Callable[[str, Json], Awaitable[Json]]


class Page:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.index),
            Route("/archives/{channel}/{message}", self.index),
            Mount("/static", StaticFiles(directory=STATIC, check_dir=False)),
            Route("/ui/events", self.events),
            *(Route(path, self._as(handler), methods=["GET"]) for path, handler in self._reads().items()),
            *(Route(path, self._as(handler), methods=["POST"]) for path, handler in self._acts().items()),
        ]

    def _reads(self) -> dict[str, Handler]:
        return {
            "/ui/state": self.state,
            "/ui/messages": self.messages,
            "/ui/replies": self.replies,
            "/ui/home": self.home,
            "/ui/view": self.view,
            "/ui/permalink": self.permalink,
        }

    def _acts(self) -> dict[str, Handler]:
        return {
            "/ui/messages": self.say,
            "/ui/commands": self.command,
            "/ui/shortcuts": self.shortcut,
            "/ui/actions": self.act,
            "/ui/views/submit": self.submit,
            "/ui/views/close": self.close,
            "/ui/home": self.open_home,
            "/ui/reactions": self.react,
        }

    def _as(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Read who acts and with what; a refusal is a 400 with Slack's error name."""

        async def answer(request: Request) -> Response:
            args: Any = dict(request.query_params) if request.method == "GET" else await _body(request)
            if not isinstance(args, dict) or args.get("user") not in self.hub.state.users:
                return JSONResponse({"ok": False, "error": "user_not_found"}, status_code=400)
            try:
                return JSONResponse(await handler(args["user"], args))
            except Refused as refusal:
                return JSONResponse(refusal_body(refusal), status_code=400)
            except KeyError as missing:
                error = {"ok": False, "error": "invalid_arguments", "missing": missing.args[0]}
                return JSONResponse(error, status_code=400)

        return answer

    async def index(self, _: Request) -> Response:
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-store"})

    # What the page shows.

    async def state(self, user: str, _: Json) -> Json:
        hub, bot = self.hub, self.hub.state.bot
        direct = hub.state.direct_message(user)
        return {
            "team": {"id": hub.seed.team_id, "name": hub.seed.team_name},
            "me": user,
            "app": {
                "id": bot.app_id,
                "bot_id": bot.bot_id,
                "user_id": bot.user_id,
                "name": bot.real_name,
                "connected": hub.delivery.connected,
            },
            "users": self._users(),
            "groups": [
                {"id": g.id, "handle": g.handle, "name": g.name, "users": list(g.users)} for g in hub.seed.groups
            ],
            "channels": [self._channel(c, user) for c in self._visible(user)],
            "commands": [vars(command) for command in hub.seed.commands],
            "shortcuts": [vars(shortcut) for shortcut in hub.seed.shortcuts],
            "personas": [vars(persona) for persona in hub.seed.personas],
            "suggested_prompts": hub.state.prompts.get(direct.id, []),
        }

    def _users(self) -> Json:
        bot = self.hub.state.bot
        users: Json = {}
        for person in self.hub.seed.users:
            users[person.id] = _face(
                person.id, person.name, person.real_name, person.title, person.color, person.initials
            )
        app = _face(bot.user_id, bot.name, bot.real_name, "App", bot.color, bot.real_name[0])
        return users | {bot.user_id: app | {"is_bot": True}}

    def _visible(self, user: str) -> list[Conversation]:
        conversations = self.hub.state.conversations.values()
        return [c for c in conversations if c.kind == "public" or user in c.members]

    def _channel(self, c: Conversation, user: str) -> Json:
        top = list(self.hub.state.top_level(c.id))
        read = self.hub.state.read.get((user, c.id), "")
        return {
            "id": c.id,
            "name": c.name or self.hub.state.bot.real_name,
            "kind": c.kind,
            "is_member": user in c.members,
            "is_ext_shared": c.is_ext_shared,
            "topic": c.topic,
            "unread": sum(m.ts > read and m.user != user for m in top),
            "latest_ts": top[-1].ts if top else None,
        }

    async def messages(self, user: str, args: Json) -> Json:
        conversation = self.hub.state.conversation_seen_by(args["channel"], user)
        top = list(self.hub.state.top_level(conversation.id))
        if top:
            self.hub.state.read[user, conversation.id] = top[-1].ts
        return {"messages": self._with_ephemerals(top, user, conversation.id, None)}

    async def replies(self, user: str, args: Json) -> Json:
        conversation = self.hub.state.conversation_seen_by(args["channel"], user)
        parent = self.hub.state.message(conversation.id, args["thread_ts"])
        thread = [parent, *self.hub.state.replies(conversation.id, parent.ts)]
        status = self.hub.state.statuses.get((conversation.id, parent.ts), "")
        return {"messages": self._with_ephemerals(thread, user, conversation.id, parent.ts), "status": status}

    def _with_ephemerals(self, messages: list[Message], user: str, channel: str, thread: str | None) -> list[Json]:
        own = [
            m for m in self.hub.state.ephemerals
            if m.ephemeral_to == user and m.channel == channel and m.thread_ts == thread
        ]  # fmt: skip
        return [shown(self.hub.state, m) for m in sorted([*messages, *own], key=lambda m: m.ts)]

    async def home(self, user: str, _: Json) -> Json:
        view = self.hub.state.homes.get(user)
        return {"view": shapes.view(self.hub.state, view) if view else None}

    async def view(self, user: str, _: Json) -> Json:
        view = self.hub.state.top_view(user)
        return {"view": shapes.view(self.hub.state, view) if view else None}

    async def permalink(self, user: str, args: Json) -> Json:
        message = self.hub.state.message_seen_by(args["channel"], args["message_ts"], user)
        return {"permalink": chat.permalink(self.hub, message)}

    # What people do.

    async def say(self, user: str, args: Json) -> Json:
        text = typed(str(args["text"]), self._names(user))
        return {"ts": posting.say(self.hub, user, args["channel"], text, args.get("thread_ts")).ts}

    def _names(self, user: str) -> dict[str, str]:
        """What "@name" and "#channel" stand for, for this person."""
        bot = self.hub.state.bot
        names = {f"@{person.name}".lower(): f"<@{person.id}>" for person in self.hub.seed.users}
        names |= {f"@{group.handle}".lower(): f"<!subteam^{group.id}>" for group in self.hub.seed.groups}
        names |= {f"#{c.name}".lower(): f"<#{c.id}>" for c in self._visible(user) if c.name}
        return names | {f"@{bot.name}".lower(): f"<@{bot.user_id}>"}

    async def command(self, user: str, args: Json) -> Json:
        name, _, text = str(args["text"]).strip().partition(" ")
        return {"ok": await commands.command(self.hub, user, args["channel"], name, text.strip())}

    async def shortcut(self, user: str, args: Json) -> Json:
        done = commands.shortcut(self.hub, user, args["channel"], args["message_ts"], args["callback_id"])
        return {"ok": await done}

    async def act(self, user: str, args: Json) -> Json:
        where, action, block, choice = (
            args["container"],
            args["action_id"],
            args.get("block_id"),
            _choice(args),
        )
        if where.get("type") == "view":
            view, values = where["view_id"], args.get("values")
            done = interactions.act_on_view(self.hub, user, view, action, choice, block, values)
        else:
            channel, ts = where["channel"], where["message_ts"]
            done = interactions.act_on_message(self.hub, user, channel, ts, action, choice, block)
        return {"ok": await done}

    async def submit(self, user: str, args: Json) -> Json:
        outcome = await interactions.submit(self.hub, user, args["view_id"], args.get("values") or {})
        if outcome.failed:
            return {"failed": outcome.failed}
        return {"errors": outcome.errors} if outcome.errors else {"ok": True}

    async def close(self, user: str, args: Json) -> Json:
        await interactions.close(self.hub, user, args["view_id"])
        return {"ok": True}

    async def open_home(self, user: str, args: Json) -> Json:
        interactions.open_home(self.hub, user, "messages" if args.get("tab") == "messages" else "home")
        return {"ok": True}

    async def react(self, user: str, args: Json) -> Json:
        posting.react(self.hub, user, args["channel"], args["message_ts"], str(args["name"]).strip(":"))
        return {"ok": True}

    # What happens.

    async def events(self, request: Request) -> Response:
        user = request.query_params.get("user", "")
        if user not in self.hub.state.users:
            return JSONResponse({"ok": False, "error": "user_not_found"}, status_code=400)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(user), media_type="text/event-stream", headers=headers)

    async def _stream(self, user: str) -> AsyncIterator[str]:
        queue = self.hub.pages.watch(user)
        try:
            yield f"data: {json.dumps({'type': 'app', 'connected': self.hub.delivery.connected})}\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), 15)
                except TimeoutError:
                    yield ": still here\n\n"  # Lets both sides notice a connection that died quietly.
                    continue
                if event is None:
                    return
                yield f"data: {json.dumps(event)}\n\n"
        finally:
            self.hub.pages.leave(queue)


def _face(id: str, name: str, real_name: str, title: str, color: str, initials: str) -> Json:
    face: Json = {"id": id, "name": name, "real_name": real_name, "title": title}
    return face | {"color": f"#{color}", "initials": initials, "is_bot": False}


def _choice(args: Json) -> Any:
    """Whatever the person chose, under whichever of Slack's names the page sent it."""
    for name, value in args.items():
        if name == "value" or name.startswith("selected_"):
            return value
    return None


async def _body(request: Request) -> Any:
    try:
        return json.loads(await request.body() or b"{}")
    except json.JSONDecodeError:
        return {}
