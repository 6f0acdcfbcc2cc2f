"""Events reach a real Bolt app: once, or again, over Socket Mode and over signed HTTP."""

import json
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from wsgiref.simple_server import make_server

import httpx
import pytest
from slack_bolt import App
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect as open_link

from bot.workspace import Channel, Workspace, default_seed
from bot.workspace.signed_http import signature
from tests.workspace.conftest import SHORT, Connections, Silent, web_client

Json = dict[str, Any]
MENTION = "<@U0SIGNPOST> which tool?"


def hearing(app: App, *types: str) -> list[Json]:
    """Every body of these events that the app gets, as it comes."""
    heard: list[Json] = []
    for type in types:
        app.event(type)(lambda body: heard.append(body))
    return heard


def test_a_mention_arrives_twice_with_one_source(workspace: Workspace, connected_app: App) -> None:
    heard = hearing(connected_app, "app_mention", "message")
    ts = workspace.say("U0MAYA", "C0MARKETING", MENTION)
    workspace.wait_for(lambda: len(heard) == 2)
    assert {body["event"]["type"] for body in heard} == {"app_mention", "message"}
    assert {body["event"]["ts"] for body in heard} == {ts}
    assert len({body["event_id"] for body in heard}) == 2
    assert {body["authorizations"][0]["user_id"] for body in heard} == {"U0SIGNPOST"}
    workspace.wait_for(workspace.idle)
    assert workspace.slowest_ack() < 0.6


def test_a_direct_message_is_no_mention(workspace: Workspace, connected_app: App) -> None:
    heard = hearing(connected_app, "app_mention", "message")
    workspace.dm("U0MAYA", MENTION)
    workspace.wait_for(lambda: heard and workspace.idle())
    (body,) = heard
    assert (body["event"]["type"], body["event"]["channel_type"]) == ("message", "im")


def test_edits_and_deletions_are_told(workspace: Workspace, connect: Connections, app: App) -> None:
    heard = hearing(app, "message")
    connect.socket(app)
    ts = workspace.say("U0MAYA", "C0MARKETING", "one")
    workspace.edit("U0MAYA", "C0MARKETING", ts, "two")
    workspace.delete("C0MARKETING", ts)
    workspace.wait_for(lambda: len(heard) == 3)
    events = sorted((body["event"] for body in heard), key=lambda event: event["event_ts"])
    assert [event.get("subtype") for event in events] == [None, "message_changed", "message_deleted"]
    assert events[1]["message"]["text"] == "two"
    assert events[2]["deleted_ts"] == ts


def test_home_joins_and_reactions_are_told(workspace: Workspace, connect: Connections) -> None:
    app = App(client=web_client(workspace), signing_secret=workspace.signing_secret)
    heard = hearing(app, "app_home_opened", "reaction_added", "message")
    connect.socket(app)
    workspace.open_home("U0MAYA", "home")
    workspace.open_home("U0MAYA", "messages")
    ts = workspace.say("U0MAYA", "C0MARKETING", "hello")
    workspace.react("U0TOMAS", "C0MARKETING", ts, "eyes")
    workspace.invite("U0PRIYA", "C0MARKETING")
    workspace.wait_for(lambda: len(heard) == 5)
    events = [body["event"] for body in heard]
    assert {event["tab"] for event in events if event["type"] == "app_home_opened"} == {"home", "messages"}
    assert [event["reaction"] for event in events if event["type"] == "reaction_added"] == ["eyes"]
    assert "channel_join" in {event.get("subtype") for event in events}


def test_nothing_is_told_of_channels_the_app_is_not_in(workspace: Workspace, connect: Connections, app: App) -> None:
    heard = hearing(app, "app_mention", "message")
    connect.socket(app)
    workspace.remove("U0SIGNPOST", "C0PRODUCT")
    workspace.say("U0PRIYA", "C0PRODUCT", MENTION)
    workspace.say("U0PRIYA", "C0GENERAL", "hello")
    workspace.wait_for(lambda: heard and workspace.idle())
    assert [body["event"]["channel"] for body in heard] == ["C0GENERAL"]


def test_without_the_scope_channel_messages_do_not_come(workspace: Workspace) -> None:
    with Workspace(default_seed().with_scopes("app_mentions:read", "chat:write"), timing=SHORT) as narrow:
        narrow.say("U0MAYA", "C0MARKETING", MENTION)
        assert narrow.event_ids("app_mention") != []
        assert narrow.event_ids("message") == []


def test_shared_channels_say_so() -> None:
    seed = default_seed()
    shared = Channel("C0PARTNER", "partner", "public", ("U0MAYA", "U0SIGNPOST"), is_ext_shared=True)
    with Workspace(replace(seed, channels=(*seed.channels, shared)), timing=SHORT) as workspace:
        workspace.say("U0MAYA", "C0PARTNER", "hello")
        workspace.say("U0MAYA", "C0MARKETING", "hello")
        flags = {body["event"]["channel"]: body["is_ext_shared_channel"] for body in workspace.events("message")}
    assert flags == {"C0PARTNER": True, "C0MARKETING": False}


def test_the_bot_hears_its_own_messages_too(workspace: Workspace) -> None:
    web_client(workspace).chat_postMessage(channel="C0MARKETING", text="hello <@U0SIGNPOST>")
    (body,) = workspace.events()
    assert (body["event"]["type"], body["event"]["bot_id"]) == ("message", "B0SIGNPOST")


class Deaf:
    """An HTTP app of our own that fails as often as it is told, and keeps what it got."""

    def __init__(self, answers: list[int]) -> None:
        self.answers = answers
        self.got: list[tuple[Json, bytes]] = []

    def __call__(self, environ: Json, start: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.got.append((environ, body))
        status = self.answers.pop(0) if self.answers else 200
        start(f"{status} x", [])
        return [b""]


@pytest.fixture
def deaf(workspace: Workspace) -> Any:
    app = Deaf([500, 500])
    server = make_server("127.0.0.1", 0, app, handler_class=Silent)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    workspace.deliver_to(f"http://127.0.0.1:{server.server_port}/")
    yield app
    server.shutdown()
    server.server_close()


def test_what_is_refused_over_http_comes_again_signed_and_numbered(workspace: Workspace, deaf: Deaf) -> None:
    workspace.dm("U0MAYA", "hello")
    workspace.wait_for(workspace.idle)
    retries = [(env.get("HTTP_X_SLACK_RETRY_NUM"), env.get("HTTP_X_SLACK_RETRY_REASON")) for env, _ in deaf.got]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({body for _, body in deaf.got}) == 1
    environ, body = deaf.got[0]
    expected = signature(workspace.signing_secret, environ["HTTP_X_SLACK_REQUEST_TIMESTAMP"], body)
    assert environ["HTTP_X_SLACK_SIGNATURE"] == expected


def test_an_app_that_is_away_is_tried_four_times(workspace: Workspace) -> None:
    workspace.deliver_to("http://127.0.0.1:9/")
    workspace.dm("U0MAYA", "hello")
    workspace.wait_for(workspace.idle)
    assert [sent.attempt for sent in workspace.deliveries()] == [0, 1, 2, 3]
    assert workspace.deliveries()[-1].reason == "connection_failed"
    assert workspace.slowest_ack() == float("inf")


def test_events_wait_for_a_connection(workspace: Workspace, connect: Connections, app: App) -> None:
    workspace.say("U0MAYA", "C0MARKETING", MENTION)
    heard = hearing(app, "app_mention", "message")
    connect.socket(app)
    workspace.wait_for(lambda: len(heard) == 2)


def test_what_is_not_acknowledged_comes_again_with_the_same_id(
    workspace: Workspace, connect: Connections, app: App
) -> None:
    heard: list[Json] = []

    @app.middleware
    def late(body: Json, next: Any) -> None:
        heard.append(body)
        time.sleep(0.8 if len(heard) == 1 else 0)
        next()

    app.event("message")(lambda: None)
    connect.socket(app)
    workspace.dm("U0MAYA", "hello")
    workspace.wait_for(lambda: len(heard) == 2)
    workspace.wait_for(workspace.idle)
    assert heard[0]["event_id"] == heard[1]["event_id"]
    first, second = workspace.deliveries("events_api")
    assert (second.attempt, second.reason) == (1, "timeout")
    workspace.wait_for(lambda: first.acked_after is not None)
    assert workspace.slowest_ack() > 0.6


def test_every_event_three_times_when_told_so(workspace: Workspace, connected_app: App) -> None:
    heard = hearing(connected_app, "app_mention", "message")
    workspace.set_redelivery("always-3")
    workspace.say("U0MAYA", "C0MARKETING", MENTION)
    workspace.wait_for(lambda: len(heard) == 6)
    workspace.wait_for(workspace.idle)
    assert sorted(sent.attempt for sent in workspace.deliveries("events_api")) == [0, 0, 1, 1, 2, 2]


def test_an_event_can_be_delivered_again(workspace: Workspace, connect: Connections, app: App) -> None:
    heard = hearing(app, "message")
    connect.socket(app)
    workspace.dm("U0MAYA", "hello")
    workspace.wait_for(lambda: len(heard) == 1)
    workspace.deliver_again(workspace.event_ids()[0])
    workspace.wait_for(lambda: len(heard) == 2)
    assert heard[0] == heard[1]


def test_each_event_goes_to_one_of_several_connections(workspace: Workspace, connect: Connections, app: App) -> None:
    heard = hearing(app, "message")
    other = App(client=web_client(workspace), signing_secret=workspace.signing_secret)
    elsewhere = hearing(other, "message")
    connect.socket(app)
    connect.socket(other)
    for n in range(6):
        workspace.dm("U0MAYA", str(n))
    workspace.wait_for(lambda: len(heard) + len(elsewhere) == 6)
    assert len(heard) == len(elsewhere) == 3


def test_a_reset_connection_is_replaced_and_loses_nothing(workspace: Workspace, connect: Connections, app: App) -> None:
    heard = hearing(app, "message")
    handler = connect.socket(app)
    assert workspace.drop_connections() == 1
    workspace.wait_for(lambda: not workspace.connected())
    workspace.dm("U0MAYA", "are you there?")
    handler.client.connect_to_new_endpoint(force=True)
    workspace.wait_for(lambda: heard)


def new_link(workspace: Workspace) -> str:
    """The address that `apps.connections.open` gives."""
    headers = {"Authorization": f"Bearer {workspace.app_token}"}
    return str(httpx.post(f"{workspace.api_url}apps.connections.open", headers=headers).json()["url"])


def test_a_link_that_is_being_refreshed_gets_nothing_new(workspace: Workspace) -> None:
    with open_link(new_link(workspace)) as old:
        assert '"hello"' in str(old.recv())
        workspace.wait_for(workspace.connected)
        workspace.ask_to_reconnect("refresh_requested")
        assert json.loads(old.recv())["reason"] == "refresh_requested"
        workspace.dm("U0MAYA", "hello")
        with open_link(new_link(workspace)) as new:
            new.recv()
            envelope = json.loads(new.recv())
            new.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
            workspace.wait_for(workspace.idle)
    assert (envelope["type"], envelope["retry_attempt"]) == ("events_api", 0)
    assert envelope["payload"]["event"]["text"] == "hello"


def test_a_ticket_opens_one_connection(workspace: Workspace) -> None:
    url = new_link(workspace)
    with open_link(url) as link:
        assert '"hello"' in str(link.recv())
        with pytest.raises(InvalidStatus):
            open_link(url)


def test_an_eleventh_connection_is_sent_away(workspace: Workspace) -> None:
    with ExitStack() as stack:
        links = [stack.enter_context(open_link(new_link(workspace))) for _ in range(11)]
        frames = [json.loads(link.recv()) for link in links]
    assert [frame["type"] for frame in frames] == ["hello"] * 10 + ["disconnect"]
