"""A workspace with its waits shortened, and real Slack clients to talk to it."""

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from bot.workspace import Timing, Workspace

SHORT = Timing(ack=0.6, retries=(0.0, 0.05, 0.1), trigger_life=0.3, response_url_life=2.0)


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace(timing=SHORT) as running:
        yield running


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return web_client(workspace)


def web_client(workspace: Workspace) -> WebClient:
    """Slack's own client, without its retries, so that each call is one call."""
    return WebClient(token=workspace.bot_token, base_url=workspace.api_url, retry_handlers=[], timeout=5)


@pytest.fixture
def app(workspace: Workspace, client: WebClient) -> App:
    """A Bolt app that knows the workspace; a test adds its listeners and connects it."""
    return App(client=client, signing_secret=workspace.signing_secret)


class Connections:
    """Connects Bolt apps to the workspace and takes them down after the test."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._handlers: list[SocketModeHandler] = []
        self._servers: list[WSGIServer] = []

    def socket(self, app: App) -> SocketModeHandler:
        before = self.workspace.connections()
        handler = SocketModeHandler(app, self.workspace.app_token, ping_interval=1)
        handler.connect()
        self._handlers.append(handler)
        self.workspace.wait_for(lambda: self.workspace.connections() > before)
        return handler

    def http(self, app: App) -> str:
        handler = SlackRequestHandler(app, path="/slack/events")
        server = make_server("127.0.0.1", 0, handler, handler_class=Silent)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self._servers.append(server)
        url = f"http://127.0.0.1:{server.server_port}/slack/events"
        self.workspace.deliver_to(url)
        return url

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for handler in self._handlers:
            # The client takes 3 s to notice that it was told to close; nothing here depends on it.
            threading.Thread(target=handler.close, daemon=True).start()


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Requests are checked by the tests, not printed."""


@pytest.fixture
def connect(workspace: Workspace) -> Iterator[Connections]:
    connections = Connections(workspace)
    yield connections
    connections.close()


@pytest.fixture(params=["socket", "http"])
def connected_app(request: pytest.FixtureRequest, app: App, connect: Connections) -> App:
    """The app connected over Socket Mode, and once more over signed HTTP."""
    getattr(connect, request.param)(app)
    return app


def button(action_id: str = "go", **more: object) -> dict[str, object]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Go"}, **more}


def actions(*elements: dict[str, object]) -> dict[str, object]:
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


def modal(*blocks: dict[str, object], **more: object) -> dict[str, object]:
    title = {"type": "plain_text", "text": "A title"}
    submit = {"type": "plain_text", "text": "Save"}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": title,
        "submit": submit,
        "blocks": list(blocks),
        **more,
    }


def text_input(block_id: str, action_id: str = "text", optional: bool = False, **more: object) -> dict[str, object]:
    element = {"type": "plain_text_input", "action_id": action_id, **more}
    label = {"type": "plain_text", "text": "Label"}
    return {"type": "input", "block_id": block_id, "label": label, "element": element, "optional": optional}
