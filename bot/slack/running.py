"""Being connected: over Socket Mode or by signed HTTP, with the sweep beside it, until told to stop."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import structlog
import uvicorn
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import noticing
from bot.errors import BadInput, DatabaseUnavailable, SlackUnavailable
from bot.noticing import Watch
from bot.slack import app as bolt
from bot.slack import catching_up, connection, delivery, digest, posting
from bot.slack.connection import Identity, Slack
from bot.slack.posting import NoSuchPlace, TryLater
from bot.wiring import Bot

log = structlog.get_logger()
T = TypeVar("T")
SWEEP = 1.0  # seconds between looks for what is due
LARGEST = 1_000_000  # bytes of a request; Slack's are a fraction of it
FINISHING = 20.0  # seconds to finish what was accepted
# A connection that was cut without a word is noticed after four missed pings: five to six seconds.
PING = 1.0
_BACKOFF = (1, 2, 5, 10, 30)  # seconds
_HOPELESS = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
}


def serve_socket(bot: Bot, on_ready: Callable[[], None], stop: threading.Event | None = None) -> None:
    """Receives over Socket Mode until SIGTERM, SIGINT or `stop`; then finishes what was accepted.

    `on_ready` is called once events can arrive. Slack being out of reach is waited out; SlackUnavailable
    means that it refuses our tokens.
    """
    with _running(bot, stop) as (slack, stopped):
        if slack is None:
            return
        app = bolt.build(slack)
        handler = _socket(app, bot, slack.client)
        try:
            if _until_reached("connect to Slack", lambda: _connected(handler), stopped):
                on_ready()
                with catching_up.kept_up(slack, handler.client.is_connected, stopped):
                    _watch(handler, stopped)
        finally:
            handler.close()  # type: ignore[no-untyped-call]  # waits for what is being taken in


def serve_http(bot: Bot, port: int, on_ready: Callable[[], None], stop: threading.Event | None = None) -> None:
    """The same by signed HTTP: everything at /slack/events, and /health says ok."""
    with _running(bot, stop) as (slack, stopped):
        if slack is None:
            return
        secret = bot.settings.slack_signing_secret
        with _listening(bolt.build(slack, secret), secret, port, bot.settings.workers):
            on_ready()
            with catching_up.kept_up(slack, lambda: True, stopped):
                stopped.wait()


@contextmanager
def _running(bot: Bot, stop: threading.Event | None) -> Iterator[tuple[Slack | None, threading.Event]]:
    """A connection with its sweep; None when it was stopped before Slack could be reached."""
    stopped = stop or threading.Event()
    with signals(stopped):
        client = bolt.client(bot.settings)
        identity = _until_reached("reach Slack", lambda: who_we_are(client), stopped)
        if identity is None:
            yield None, stopped
            return
        slack = connection.connect(bot, client, identity)
        slack.people.refresh(now=True)
        sweeper = threading.Thread(target=_sweep, args=(slack, stopped), name="sweep", daemon=True)
        sweeper.start()
        try:
            yield slack, stopped
        finally:
            stopped.set()
            slack.wake.set()
            _finish(slack, sweeper)


def _finish(slack: Slack, sweeper: threading.Thread) -> None:
    deadline = time.monotonic() + FINISHING
    sweeper.join(FINISHING)
    pools = (slack.deliveries, slack.presses, slack.chores)
    done = [pool.close(max(0.0, deadline - time.monotonic())) for pool in pools]
    if not all(done):
        log.warning("stopped_with_work_left", note="what was accepted is kept and is told after the next start")


# ---------------------------------------------------------------- the sweep


def _sweep(slack: Slack, stopped: threading.Event) -> None:
    """Finds what is due: once a second, and at once when something became so."""
    watch = noticing.Watch(slack.bot)
    while not stopped.is_set():
        slack.wake.clear()
        try:
            delivery.sweep(slack)
            digest.owe_when_due(slack)
        except DatabaseUnavailable as error:
            log.warning("sweep_failed", reason=str(error))
        except Exception:  # the next one may fare better; without it nothing owed is ever told
            log.exception("sweep_failed")
        slack.chores.submit(_refresh_people, slack)
        slack.chores.submit(_notice, watch)
        slack.wake.wait(SWEEP)


def _notice(watch: Watch) -> None:
    try:
        watch.look()
    except DatabaseUnavailable as error:
        log.warning("not_noticed", reason=str(error))


def _refresh_people(slack: Slack) -> None:
    slack.people.refresh()


# ---------------------------------------------------------------- reaching Slack


def who_we_are(client: WebClient) -> Identity:
    """Who our token belongs to. Raises TryLater, or SlackUnavailable when no trying will help."""
    try:
        with posting.slack_errors():
            who = client.auth_test()
    except (TryLater, NoSuchPlace) as failure:
        if str(failure) in _HOPELESS:
            mend = "copy it again from the app's OAuth & Permissions page."
            raise SlackUnavailable(f"Slack refuses SLACK_BOT_TOKEN ({failure}): {mend}") from failure
        raise TryLater(str(failure)) from failure
    return Identity(str(who["team_id"]), str(who["user_id"]), str(who.get("bot_id") or ""))


def _until_reached(what: str, attempt: Callable[[], T], stopped: threading.Event) -> T | None:
    """What `attempt` gives once it raises no TryLater; None when stopped before. Says once that it waits."""
    for tries in range(1_000_000):
        try:
            found = attempt()
        except TryLater as failure:
            wait = max(_BACKOFF[min(tries, len(_BACKOFF) - 1)], (failure.wait or timedelta()).total_seconds())
            if tries == 0:
                log.warning("slack_unreachable", note=f"Could not {what} yet ({failure}); I keep trying.")
            if stopped.wait(wait):
                return None
        else:
            if tries:
                log.info("slack_reached", tries=tries)
            return found
    return None


# ---------------------------------------------------------------- Socket Mode


def _socket(app: App, bot: Bot, client: WebClient) -> SocketModeHandler:
    return SocketModeHandler(
        app,
        bot.settings.slack_app_token,
        logger=client.logger,
        web_client=client,
        ping_interval=PING,
        receive_buffer_size=65536,
        concurrency=bot.settings.workers + 2,  # taking a question in may wait a moment for its twin
    )


def _connected(handler: SocketModeHandler) -> bool:
    try:
        with posting.slack_errors():
            handler.client.wss_uri = None  # an address is good for one connection
            handler.connect()  # type: ignore[no-untyped-call]
    except (TryLater, NoSuchPlace) as failure:
        if str(failure) in _HOPELESS:
            raise SlackUnavailable(
                f"Slack refuses SLACK_APP_TOKEN ({failure}): make an app-level token with connections:write."
            ) from failure
        raise TryLater(str(failure)) from failure
    if not handler.client.is_connected():
        raise TryLater("the connection was refused")
    return True


def _watch(handler: SocketModeHandler, stopped: threading.Event) -> None:
    """The SDK reconnects by itself; here it is only said that it has to."""
    connected = True
    while not stopped.wait(0.2):
        if handler.client.is_connected() is not connected:
            connected = not connected
            log.info("slack_connected") if connected else log.warning("slack_connection_lost")


# ---------------------------------------------------------------- signed HTTP


@contextmanager
def _listening(app: App, signing_secret: str, port: int, workers: int) -> Iterator[None]:
    """A server in a thread of its own, so that signals stay ours."""
    door = _bound(port)
    with ThreadPoolExecutor(workers + 2, thread_name_prefix="receive") as pool:
        site = web_app(app, signing_secret, pool)
        # No line for what is not even HTTP: anybody could fill the log with it.
        server = uvicorn.Server(uvicorn.Config(site, log_config=None, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, args=([door],), name="http", daemon=True)
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.02)
            yield
        finally:
            server.should_exit = True
            thread.join(FINISHING)
            door.close()


def _bound(port: int) -> socket.socket:
    """Raises BadInput when the port is taken, or not ours to take."""
    try:
        return socket.create_server(("", port))
    except OSError as error:
        raise BadInput(f"Port {port} cannot be used ({error.strerror}): choose another one with --http.") from error


def web_app(app: App, signing_secret: str, pool: ThreadPoolExecutor) -> Starlette:
    """Bolt behind ASGI, for what Slack signed and nothing else. Bolt blocks, so it runs in `pool`."""
    verifier = SignatureVerifier(signing_secret)

    async def events(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            log.debug("request_refused", reason="too large, or cut off")
            return Response(status_code=413)
        if not _is_signed(verifier, request, body):
            log.debug("request_refused", reason="not signed by Slack")
            return Response(status_code=401)
        received: BoltRequest = to_bolt_request(request, body)
        answer = await asyncio.get_running_loop().run_in_executor(pool, app.dispatch, received)
        return to_starlette_response(answer)

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"]), Route("/health", health)])


async def _body(request: Request) -> bytes | None:
    """All of it; None when it is larger than LARGEST, of which no more is kept, or ends before its end."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


def _is_signed(verifier: SignatureVerifier, request: Request, body: bytes) -> bool:
    try:
        return verifier.is_valid_request(body, dict(request.headers))
    except (ValueError, TypeError):  # a time that is no number, a signature or a body that is no text
        return False


# ---------------------------------------------------------------- stopping


@contextmanager
def signals(stopped: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set `stopped`, where signals are ours to take."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {sig: signal.signal(sig, lambda *_: stopped.set()) for sig in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for sig, handler in before.items():
            signal.signal(sig, handler)
