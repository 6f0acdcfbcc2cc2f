"""Being connected: by signed HTTP, after the line was cut, before Slack is there, and when told to stop."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot import listening, wiring
from bot.errors import BadInput, SlackUnavailable
from bot.settings import Settings
from bot.slack import running
from bot.wiring import Bot
from bot.workspace import Timing, Workspace
from tests.slack.conftest import KNOWN, UNKNOWN, World, connected, said, settings, until

MAYA, ADA, GENERAL = "U0MAYA", "U0ADA", "C0GENERAL"


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory, small_library: Path) -> Iterator[Bot]:
    """A bot that is not connected yet."""
    with Workspace() as nowhere:
        made = settings(nowhere, tmp_path_factory.mktemp("bot") / "data", small_library)
    with wiring.connect(made) as bot:
        yield bot


def in_workspace(bot: Bot, workspace: Workspace, **changes: str) -> Bot:
    """The same bot, with the settings for that workspace."""
    made = {
        **{name: getattr(bot.settings, name) for name in Settings.__dataclass_fields__},
        "slack_bot_token": workspace.bot_token,
        "slack_app_token": workspace.app_token,
        "slack_signing_secret": workspace.signing_secret,
        "slack_api_url": workspace.api_url,
        **changes,
    }
    names = Bot.__dataclass_fields__
    return Bot(**{name: getattr(bot, name) for name in names if name != "settings"}, settings=Settings(**made))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_loop_over_signed_http(idle: Bot) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events"
    with Workspace(events_url=url) as workspace:
        bot = in_workspace(idle, workspace)
        with connected(workspace, bot, running.serve_http, port) as world:
            assert httpx.get(f"http://127.0.0.1:{port}/health").text == "ok"
            assert httpx.post(url, json={"type": "event_callback"}).status_code == 401
            ts = world.ask(MAYA, GENERAL, "where is the nearest defibrillator?")
            assert not world.reply(GENERAL, ts)["text"].startswith("Use ")
            _ask_the_owner_if_there_is_need(world, ts)
            card = world.card()
            workspace.press(ADA, "C0AIOPS", card["ts"], "dismiss_case")
            world.modal(ADA, "dismiss_case")
            assert workspace.submit(ADA, {"reason": "Ask the reception."}) is None
            assert "Ask the reception." in said(world.reply(GENERAL, ts, 2)["blocks"])
            assert workspace.command(MAYA, GENERAL, "/signpost", KNOWN)
            until(lambda: world.whispers(MAYA), "the command's answer")
            assert workspace.slowest_ack() < 3


@pytest.fixture
def front_door(idle: Bot) -> Iterator[int]:
    """The port at which a bot receives signed HTTP."""
    port = free_port()
    with Workspace() as workspace, connected(workspace, in_workspace(idle, workspace), running.serve_http, port):
        yield port


def refusals(lines: Sequence[EventDict]) -> list[tuple[str, str]]:
    return [(line["log_level"], line["reason"]) for line in lines if line["event"] == "request_refused"]


def test_what_slack_did_not_sign_is_refused_unread_and_in_one_quiet_line(
    front_door: int, caplog: pytest.LogCaptureFixture
) -> None:
    form, now = {"Content-Type": "application/x-www-form-urlencoded"}, str(int(time.time()))
    requests: list[tuple[bytes, dict[str, str | bytes]]] = [
        (b"{", {}),
        (b"[]", {}),
        (b"payload=[", {**form}),
        (b"\xff", {**form}),
        (b"{", {"X-Slack-Signature": "v0=1", "X-Slack-Request-Timestamp": "soon"}),
        (b"{", {"X-Slack-Signature": b"v0=\xff", "X-Slack-Request-Timestamp": now}),
        (b"\xff", {"X-Slack-Signature": "v0=1", "X-Slack-Request-Timestamp": now}),
    ]
    for body, headers in requests:
        with capture_logs() as lines:
            answer = httpx.post(f"http://127.0.0.1:{front_door}/slack/events", content=body, headers=headers)
        assert answer.status_code == 401
        assert refusals(lines) == [("debug", "not signed by Slack")]
    assert caplog.records == []


def test_a_body_that_is_too_large_is_refused_before_all_of_it_is_there(front_door: int) -> None:
    with socket.create_connection(("127.0.0.1", front_door), timeout=10) as line:
        line.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n")
        line.sendall(b"x" * 2_000_000)
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_what_is_cut_off_or_no_http_leaves_no_trace_in_the_log(
    front_door: int, caplog: pytest.LogCaptureFixture
) -> None:
    cut_off = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
    with capture_logs() as lines:
        for sent in (cut_off, b"\x16\x03\x01\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", front_door), timeout=10) as line:
                line.sendall(sent)
                time.sleep(0.2)
        until(lambda: refusals(lines), "the line about the request that was cut off")
    assert refusals(lines) == [("debug", "too large, or cut off")]
    assert caplog.records == []


def _ask_the_owner_if_there_is_need(world: World, ts: str) -> None:
    reply = world.reply(GENERAL, ts)
    if reply["text"] != "I don't know this yet.":
        world.workspace.press(MAYA, GENERAL, reply["ts"], "ask_owner")


def test_a_line_that_was_cut_is_noticed_within_seconds_and_nothing_is_lost(idle: Bot) -> None:
    with Workspace() as workspace, connected(workspace, in_workspace(idle, workspace), running.serve_socket) as world:
        time.sleep(1.2)
        assert workspace.drop_connections() == 1
        cut = time.monotonic()
        ts = world.ask(MAYA, GENERAL, KNOWN)
        world.reply(GENERAL, ts)
        assert time.monotonic() - cut < 8
        assert len(world.replies(GENERAL, ts)) == 1


def test_what_was_said_while_the_bot_slept_is_answered_after_it_wakes(idle: Bot) -> None:
    with Workspace(timing=Timing(retries=())) as workspace:
        bot = in_workspace(idle, workspace)
        with connected(workspace, bot, running.serve_socket) as world:
            world.reply(GENERAL, world.ask(MAYA, GENERAL, KNOWN))
            direct = workspace.dm(MAYA, KNOWN)
            dm = workspace.dm_channel(MAYA)
            world.reply(dm, direct)
        # Nobody listens at these addresses, and Slack tries each event once.
        workspace.deliver_to(f"http://127.0.0.1:{free_port()}/slack/events")
        missed = [(GENERAL, world.ask(MAYA, GENERAL, KNOWN)), (dm, workspace.dm(MAYA, KNOWN))]
        between_people = workspace.say(MAYA, GENERAL, KNOWN)
        until(workspace.idle, "the last vain delivery")
        workspace.deliver_to(None)
        later = replace(bot, now=lambda: datetime.now(UTC) + timedelta(hours=2))
        with connected(workspace, later, running.serve_socket):
            for channel, ts in missed:
                world.reply(channel, ts)
            until(lambda: listening.missed_since(later) is None, "the gap to be over")
            time.sleep(1)
            assert [len(world.replies(channel, ts)) for channel, ts in missed] == [1, 1]
            assert world.replies(GENERAL, between_people) == []


def test_a_refresh_of_the_connection_loses_nothing(idle: Bot) -> None:
    with Workspace() as workspace, connected(workspace, in_workspace(idle, workspace), running.serve_socket) as world:
        workspace.ask_to_reconnect()
        ts = world.ask(MAYA, GENERAL, KNOWN)
        world.reply(GENERAL, ts)


def test_a_slack_that_is_not_there_yet_is_waited_for(idle: Bot) -> None:
    port = free_port()
    workspace = Workspace(port=port)
    ready, stop = threading.Event(), threading.Event()
    bot = in_workspace(idle, workspace, slack_api_url=f"http://127.0.0.1:{port}/api/")
    thread = threading.Thread(target=running.serve_socket, args=(bot, ready.set, stop), daemon=True)
    thread.start()
    try:
        assert not ready.wait(1.0)
        with workspace:
            assert ready.wait(15)
            ts = World(workspace, bot).ask(MAYA, GENERAL, KNOWN)
            World(workspace, bot).reply(GENERAL, ts)
            stop.set()
            thread.join(25)
    finally:
        stop.set()
    assert not thread.is_alive()


def test_a_token_that_slack_refuses_ends_with_one_sentence(idle: Bot) -> None:
    with Workspace() as workspace:
        bot = in_workspace(idle, workspace, slack_bot_token="xoxb-another")
        with pytest.raises(SlackUnavailable, match="SLACK_BOT_TOKEN"):
            running.serve_socket(bot, lambda: None)


def test_what_was_accepted_before_a_stop_is_answered_after_the_next_start(idle: Bot) -> None:
    with Workspace() as workspace:
        bot = in_workspace(idle, workspace)
        workspace.faults.add("chat.postMessage", "500", times=1)
        with connected(workspace, bot, running.serve_socket) as world:
            ts = world.ask(MAYA, GENERAL, UNKNOWN)
            until(lambda: workspace.calls("chat.postMessage"), "the attempt that fails")
        assert world.replies(GENERAL, ts) == []
        with connected(workspace, bot, running.serve_socket):
            world.reply(GENERAL, ts)


def test_a_port_that_is_taken_is_said(idle: Bot) -> None:
    with Workspace() as workspace, socket.create_server(("", 0)) as taken, pytest.raises(BadInput, match="--http"):
        running.serve_http(in_workspace(idle, workspace), taken.getsockname()[1], lambda: None)
