"""What the page is given, what it may do, and what it is told."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.workspace import Workspace
from bot.workspace.markup import html_of, typed
from tests.workspace.conftest import Connections, actions, button, modal, text_input

Json = dict[str, Any]


@pytest.fixture
def page(workspace: Workspace) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=workspace.base_url, timeout=5) as client:
        yield client


class Watching:
    """What one person's page is told, read in the background."""

    def __init__(self, workspace: Workspace, user: str) -> None:
        self.told: list[Json] = []
        self._workspace = workspace
        threading.Thread(target=self._read, args=(user,), daemon=True).start()
        self.wait("app")

    def _read(self, user: str) -> None:
        url = f"{self._workspace.base_url}/ui/events?user={user}"
        with httpx.stream("GET", url, timeout=10) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    self.told.append(json.loads(line[6:]))

    def wait(self, type: str) -> Json:
        def first() -> Json | None:
            return next((event for event in self.told if event["type"] == type), None)

        found = self._workspace.wait_for(first)
        assert found is not None
        return found


def test_people_see_their_own_channels(page: httpx.Client) -> None:
    def names(user: str) -> set[str]:
        state = page.get("/ui/state", params={"user": user}).json()
        return {channel["name"] for channel in state["channels"]}

    assert "launch-room" in names("U0MAYA")
    assert "launch-room" not in names("U0ADA")
    assert "ai-ops" in names("U0ADA")
    assert page.get("/ui/messages", params={"user": "U0MAYA", "channel": "C0AIOPS"}).status_code == 400


def test_the_state_holds_what_the_page_shows(page: httpx.Client) -> None:
    state = page.get("/ui/state", params={"user": "U0LENA"}).json()
    assert state["app"] | {"connected": False} == state["app"]
    assert state["users"]["U0MAYA"]["initials"] == "ML"
    assert state["users"]["U0SIGNPOST"]["is_bot"] is True
    assert [persona["id"] for persona in state["personas"]] == ["U0MAYA", "U0TOMAS", "U0ADA", "U0LENA"]
    (direct,) = [channel for channel in state["channels"] if channel["kind"] == "im"]
    assert direct["id"] == "D0LENA"


def test_only_its_own_page_on_this_machine_is_answered(workspace: Workspace, page: httpx.Client) -> None:
    assert page.get("/ui/state", params={"user": "U0MAYA"}, headers={"Host": "evil.example"}).status_code == 403
    body = {"user": "U0MAYA", "channel": "C0MARKETING", "text": "hi"}
    stranger = page.post("/ui/messages", json=body, headers={"Origin": "https://evil.example"})
    assert stranger.status_code == 403
    assert page.post("/ui/messages", json=body, headers={"Origin": workspace.base_url}).status_code == 200
    assert page.post("/control/faults", json={}, headers={"Origin": "https://evil.example"}).status_code == 403


def test_typed_names_become_mentions_and_the_rest_is_escaped(workspace: Workspace, page: httpx.Client) -> None:
    text = "@signpost, does #marketing & <b> work? @tomas @marketing #launch-room a@maya.com"
    page.post("/ui/messages", json={"user": "U0TOMAS", "channel": "C0MARKETING", "text": text})
    (message,) = workspace.messages("C0MARKETING")
    assert message["text"] == (
        "<@U0SIGNPOST>, does <#C0MARKETING> &amp; &lt;b&gt; work? <@U0TOMAS> <!subteam^S0MARKETING> "
        "#launch-room a@maya.com"
    )


def test_nobody_types_a_broadcast_or_a_disguised_link() -> None:
    assert typed("<!channel> <https://evil.example|Acme>", {}) == (
        "&lt;!channel&gt; &lt;<https://evil.example>|Acme&gt;"
    )


def test_markdown_is_rendered_without_raw_html_or_unsafe_links() -> None:
    html = html_of("**Use** [this](https://a.example) <script>x</script> [no](javascript:alert)\n\n|a|\n|-|\n|b|")
    assert "<strong>Use</strong>" in html
    assert 'href="https://a.example"' in html
    assert "<td>b</td>" in html
    assert "<script>" not in html
    assert 'href="javascript' not in html


def test_messages_and_replies_are_listed_apart(workspace: Workspace, page: httpx.Client, client: WebClient) -> None:
    parent = workspace.say("U0MAYA", "C0MARKETING", "parent")
    block = {"type": "markdown", "text": "**bold**"}
    client.chat_postMessage(channel="C0MARKETING", text="reply", blocks=[block], thread_ts=parent)
    client.chat_postEphemeral(channel="C0MARKETING", user="U0MAYA", text="only Maya")
    where = {"channel": "C0MARKETING"}
    listed = page.get("/ui/messages", params={"user": "U0MAYA", **where}).json()["messages"]
    assert [(m["text"], m["ephemeral"], m["reply_count"]) for m in listed] == [
        ("parent", False, 1),
        ("only Maya", True, 0),
    ]
    assert len(page.get("/ui/messages", params={"user": "U0TOMAS", **where}).json()["messages"]) == 1
    thread = page.get("/ui/replies", params={"user": "U0TOMAS", "thread_ts": parent, **where}).json()["messages"]
    assert [m["text"] for m in thread] == ["parent", "reply"]
    assert "<strong>bold</strong>" in thread[1]["blocks"][0]["html"]


def test_what_was_not_seen_is_counted(workspace: Workspace, page: httpx.Client) -> None:
    def unread() -> int:
        channels = page.get("/ui/state", params={"user": "U0MAYA"}).json()["channels"]
        return int(next(c["unread"] for c in channels if c["id"] == "C0MARKETING"))

    workspace.say("U0TOMAS", "C0MARKETING", "one")
    workspace.say("U0TOMAS", "C0MARKETING", "two")
    assert unread() == 2
    page.get("/ui/messages", params={"user": "U0MAYA", "channel": "C0MARKETING"})
    assert unread() == 0


def test_the_page_is_told_what_its_person_may_see(workspace: Workspace, client: WebClient) -> None:
    maya, ada = Watching(workspace, "U0MAYA"), Watching(workspace, "U0ADA")
    ts = workspace.say("U0MAYA", "C0LAUNCH", "secret")
    client.assistant_threads_setStatus(channel_id="C0LAUNCH", thread_ts=ts, status="is looking …")
    client.chat_postEphemeral(channel="C0LAUNCH", user="U0MAYA", text="psst")
    client.views_publish(user_id="U0ADA", view={"type": "home", "blocks": []})
    assert maya.wait("message")["message"]["text"] == "secret"
    assert maya.wait("status")["text"] == "is looking …"
    assert maya.wait("ephemeral")["message"]["text"] == "psst"
    assert ada.wait("home")["view"]["type"] == "home"
    assert {event["type"] for event in ada.told} == {"app", "home"}


def test_a_modal_goes_through_the_page(
    workspace: Workspace, page: httpx.Client, client: WebClient, connect: Connections, app: App
) -> None:
    app.action("go")(
        lambda ack, body, client: (
            ack(),
            client.views_open(trigger_id=body["trigger_id"], view=modal(text_input("a"))),
        )
    )
    app.view("form")(lambda ack: ack())
    connect.socket(app)
    watching = Watching(workspace, "U0MAYA")
    ts = client.chat_postMessage(channel="C0MARKETING", text="x", blocks=[actions(button())])["ts"]
    container = {"type": "message", "channel": "C0MARKETING", "message_ts": ts}
    press = {"user": "U0MAYA", "container": container, "block_id": "row", "action_id": "go"}
    assert page.post("/ui/actions", json=press).json() == {"ok": True}
    view = watching.wait("view_opened")["view"]
    submit = {"user": "U0MAYA", "view_id": view["id"], "values": {}}
    assert page.post("/ui/views/submit", json=submit).json() == {
        "errors": {"a": "Please complete this required field."}
    }
    submit["values"] = {"a": {"text": {"type": "plain_text_input", "value": "hello"}}}
    assert page.post("/ui/views/submit", json=submit | {"user": "U0TOMAS"}).status_code == 400
    assert page.post("/ui/views/submit", json=submit).json() == {"ok": True}
    assert watching.wait("view_closed")["view"]["id"] == view["id"]


def test_a_press_that_fails_is_told(workspace: Workspace, page: httpx.Client) -> None:
    watching = Watching(workspace, "U0MAYA")
    command = {"user": "U0MAYA", "channel": "C0MARKETING", "text": "/signpost which tool?"}
    assert page.post("/ui/commands", json=command).json() == {"ok": False}
    assert "operation_timeout" in watching.wait("dispatch_failed")["text"]


def test_what_is_missing_is_said(page: httpx.Client) -> None:
    assert page.post("/ui/messages", json={"user": "U0MAYA"}).json()["missing"] == "text"
    assert page.post("/ui/messages", json={"user": "U0NOBODY"}).json()["error"] == "user_not_found"


def test_the_page_itself_is_served(page: httpx.Client) -> None:
    for path in ("/", "/archives/C0MARKETING/p1795475229286604"):
        assert "<!doctype html>" in page.get(path).text.lower()
    assert page.get("/static/app.js").status_code == 200
    assert page.get("/static/../server.py").status_code == 404
