"""The workspace as a whole: start it, be the people in it, look at what happened."""

import asyncio
import concurrent.futures
import time
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute

from . import commands, interactions, openid, posting, shapes
from .control import Control, OnlyLoopback
from .delivery import Redeliver, Sent, Urls
from .faults import Faults
from .hub import Hub
from .page import Page
from .seed import Seed, default_seed
from .serving import LOOPBACK, LoopThread
from .state import Call, Json, Message, Timing, View
from .web_api import WebApi

T = TypeVar("T")


class Workspace:
    """A small, true Slack on loopback, as a context manager or with `start()` and `stop()`.

    Its methods may be called from any thread but its own. Acts that Slack would refuse raise `Refused`;
    those that reach the app return whether it acknowledged in time.
    """

    def __init__(
        self,
        seed: Seed | None = None,
        port: int = 0,
        *,
        events_url: str | None = None,
        interactivity_url: str | None = None,
        commands_url: str | None = None,
        timing: Timing | None = None,
        redeliver: Redeliver = "unacked",
        rate_limits: bool = False,
    ) -> None:
        self.seed = seed or default_seed()
        self.timing = timing or Timing()
        self._hub = Hub(self.seed, self.timing)
        self._hub.rates.on = rate_limits
        self._hub.delivery.redeliver = redeliver
        self._hub.delivery.urls = Urls(events_url, interactivity_url or events_url, commands_url or events_url)
        self._server = LoopThread(self._app(), port)
        self.base_url = self._hub.base_url = f"http://{LOOPBACK}:{self._server.port}"

    def _app(self) -> Starlette:
        rooms = (WebApi(self._hub), openid.OpenId(self._hub), Page(self._hub), Control(self._hub))
        routes = [route for room in rooms for route in room.routes()]
        link = WebSocketRoute("/link", self._hub.delivery.sockets.serve)
        return Starlette(routes=[*routes, link], middleware=[Middleware(OnlyLoopback)])

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        """Close every connection and end the thread; harmless when it is not running."""
        if self._server.running:
            self._run(self._close())
            self._server.stop()

    async def _close(self) -> None:
        self._hub.pages.close()
        await self._hub.delivery.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # What the app is given.

    @property
    def api_url(self) -> str:
        """For SLACK_API_URL."""
        return f"{self.base_url}/api/"

    @property
    def bot_token(self) -> str:
        return self.seed.bot_token

    @property
    def app_token(self) -> str:
        return self.seed.app_token

    @property
    def signing_secret(self) -> str:
        return self.seed.signing_secret

    @property
    def port(self) -> int:
        return self._server.port

    def deliver_to(self, url: str | None) -> None:
        """From now on post everything to `url` by signed HTTP; None goes back to Socket Mode."""
        self._do(lambda: setattr(self._hub.delivery, "urls", Urls.all_at(url)))

    # Being somebody.

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Post as a person, `text` in Slack's own escaping ("<@U…> a &lt; b"); the message's ts."""
        return self._do(lambda: posting.say(self._hub, user, channel, text, thread_ts).ts)

    def dm(self, user: str, text: str, thread_ts: str | None = None) -> str:
        """Post in the person's direct message with the app."""
        return self.say(user, self.dm_channel(user), text, thread_ts)

    def dm_channel(self, user: str) -> str:
        return self._do(lambda: self._hub.state.direct_message(user).id)

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """A person edits a message."""
        state = self._hub.state
        self._do(lambda: posting.edit(self._hub, state.message(channel, ts), user, text=text))

    def delete(self, channel: str, ts: str) -> None:
        """A person deletes a message."""
        self._do(lambda: posting.delete(self._hub, self._hub.state.message(channel, ts)))

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        self._do(lambda: posting.react(self._hub, user, channel, ts, name))

    def invite(self, user: str, channel: str) -> None:
        """Add a person or the app to a channel."""
        self._do(lambda: posting.join(self._hub, user, channel))

    def remove(self, user: str, channel: str) -> None:
        self._do(lambda: posting.leave(self._hub, user, channel))

    def command(self, user: str, channel: str, command: str, text: str = "") -> bool:
        return self._run(commands.command(self._hub, user, channel, command, text))

    def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> bool:
        return self._run(commands.shortcut(self._hub, user, channel, ts, callback_id))

    def press(
        self, user: str, channel: str, ts: str, action_id: str, value: Any = None, block_id: str | None = None
    ) -> bool:
        """Press a button in a message; `value`: one of the `feedback_buttons`, or an option of a menu."""
        act = interactions.act_on_message(self._hub, user, channel, ts, action_id, value, block_id)
        return self._run(act)

    select = press

    def press_in_view(
        self,
        user: str,
        action_id: str,
        value: Any = None,
        block_id: str | None = None,
        values: Json | None = None,
    ) -> bool:
        """The same in the modal this person has in front; `values` is what else they have filled in."""
        view_id = self._in_front(user)
        return self._run(interactions.act_on_view(self._hub, user, view_id, action_id, value, block_id, values))

    def press_in_home(self, user: str, action_id: str, value: Any = None, block_id: str | None = None) -> bool:
        """The same in the person's Home."""
        home = self.home(user)
        if home is None:
            raise LookupError(f"{user} has no Home yet.")
        return self._run(interactions.act_on_view(self._hub, user, home["id"], action_id, value, block_id))

    def sign_in(self, user: str, redirect: str, nonce: str, team: str | None = None) -> str:
        """Sign in with Slack as this person (of another workspace with `team`): the code that the app is sent."""
        return self._do(lambda: openid.grant(self._hub, user, redirect, nonce, team))

    def open_home(self, user: str, tab: str = "home") -> None:
        self._do(lambda: interactions.open_home(self._hub, user, tab))

    def fill(self, user: str, values: Json) -> None:
        """Fill in the modal in front without submitting it; `values` as in `submit`."""
        view_id = self._in_front(user)
        self._do(lambda: interactions.fill(self._hub.state.views[view_id], values))

    def submit(self, user: str, values: Json | None = None) -> dict[str, str] | None:
        """Submit the modal in front, filled in with {block_id: {action_id: value}} or {action_id: value}.

        Its errors by block id, or None. RuntimeError when the app fails to answer.
        """
        outcome = self._run(interactions.submit(self._hub, user, self._in_front(user), values or {}))
        if outcome.failed:
            raise RuntimeError(outcome.failed)
        return outcome.errors

    def close_view(self, user: str) -> None:
        self._run(interactions.close(self._hub, user, self._in_front(user)))

    def _in_front(self, user: str) -> str:
        view = self.view(user)
        if view is None:
            raise LookupError(f"{user} has no modal open.")
        return str(view["id"])

    # Looking.

    def home(self, user: str) -> Json | None:
        """The published Home, in Slack's JSON."""
        return self._do(lambda: self._view(self._hub.state.homes.get(user)))

    def view(self, user: str) -> Json | None:
        """The modal on top of this person's stack, in Slack's JSON."""
        return self._do(lambda: self._view(self._hub.state.top_view(user)))

    def _view(self, view: View | None) -> Json | None:
        return shapes.view(self._hub.state, view) if view else None

    def messages(self, channel: str) -> list[Json]:
        """Everything in a channel, replies included, oldest first, in Slack's JSON with its metadata."""
        return self._do(lambda: [self._json(m) for m in self._hub.state.messages[channel].values()])

    def thread(self, channel: str, ts: str) -> list[Json]:
        """The parent and its replies, oldest first."""
        state = self._hub.state
        return self._do(lambda: [self._json(m) for m in (state.message(channel, ts), *state.replies(channel, ts))])

    def ephemerals(self, user: str) -> list[Json]:
        """What only this person sees, oldest first; each with its `channel`."""

        def own() -> list[Json]:
            shown = (m for m in self._hub.state.ephemerals if m.ephemeral_to == user)
            return [self._json(m) | {"channel": m.channel} for m in shown]

        return self._do(own)

    def _json(self, message: Message) -> Json:
        return shapes.message(self._hub.state, message, metadata=True)

    def status(self, channel: str, thread_ts: str) -> str:
        """What the app says it is doing there; "" for nothing."""
        return self._do(lambda: self._hub.state.statuses.get((channel, thread_ts), ""))

    def prompts(self, user: str) -> list[Json]:
        """The suggested prompts in this person's direct message with the app."""
        return self._do(lambda: list(self._hub.state.prompts.get(self._hub.state.direct_message(user).id, [])))

    def calls(self, method: str | None = None) -> list[Call]:
        """Every call of the Web API so far, or those of one method, oldest first."""
        return self._do(lambda: [call for call in self._hub.state.calls if method in (None, call.method)])

    def deliveries(self, kind: str | None = None) -> list[Sent]:
        """Every attempt to reach the app, or those of one kind (events_api, interactive, slash_commands)."""
        return self._do(lambda: [sent for sent in self._hub.delivery.sent if kind in (None, sent.kind)])

    def slowest_ack(self) -> float:
        """Seconds; infinite when something has not been acknowledged at all."""
        waits = [sent.acked_after for sent in self.deliveries()]
        return max((float("inf") if wait is None else wait for wait in waits), default=0.0)

    def events(self, type: str | None = None) -> list[Json]:
        """The bodies of the events sent so far, each once, oldest first."""
        events = self._hub.delivery.events
        return self._do(lambda: [body for body in events.values() if type in (None, body["event"]["type"])])

    def event_ids(self, type: str | None = None) -> list[str]:
        """The ids of the events sent so far, oldest first."""
        return [str(body["event_id"]) for body in self.events(type)]

    # Making it hard.

    @property
    def faults(self) -> Faults:
        """`faults.add(method, kind, times=1, seconds=…, error=…)`."""
        return self._hub.faults

    def limit_rates(self, on: bool = True) -> None:
        self._do(lambda: setattr(self._hub.rates, "on", on))

    def set_redelivery(self, redeliver: Redeliver) -> None:
        """ "unacked" as Slack does, or "always-3": every event at least three times."""
        self._do(lambda: setattr(self._hub.delivery, "redeliver", redeliver))

    def deliver_again(self, event_id: str) -> None:
        """One more delivery of an event, with the same id. KeyError for an id that never was."""
        self._do(lambda: self._hub.delivery.deliver_again(event_id))

    def drop_connections(self) -> int:
        """Reset every Socket Mode connection without a close frame; how many there were."""
        return self._do(self._hub.delivery.sockets.reset)

    def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Send the disconnect frame ("warning", "refresh_requested") that precedes a refresh."""
        self._run(self._hub.delivery.sockets.announce_disconnect(reason))

    def connected(self) -> bool:
        """Whether the app has a Socket Mode connection open, or addresses of its own."""
        return self._do(lambda: self._hub.delivery.connected)

    def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return self._do(lambda: len(self._hub.delivery.sockets.links))

    def idle(self) -> bool:
        """Whether no event is on its way or waiting to be sent again."""
        return self._do(lambda: self._hub.delivery.pending == 0)

    def wait_for(self, condition: Callable[[], T], timeout: float = 10.0) -> T:
        """Ask until the answer is true, and return it. TimeoutError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            answer = condition()
            if answer:
                return answer
            if time.monotonic() > deadline:
                raise TimeoutError(f"Not within {timeout} s; the last answer was {answer!r}.")
            time.sleep(0.01)

    # One thread owns everything: others hand it their work.

    def _do(self, work: Callable[[], T]) -> T:
        """Run `work` where the workspace lives, or right here once it has stopped."""

        async def alone() -> T:
            return work()

        return self._run(alone()) if self._server.running else work()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._server.is_current or not self._server.running:
            work.close()
            raise RuntimeError("The workspace is not running, or is asked from its own thread.")
        future: concurrent.futures.Future[T] = asyncio.run_coroutine_threadsafe(work, self._server.loop)
        return future.result()
