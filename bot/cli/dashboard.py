"""`signpost web`: the leaders' dashboard, and the same beside the demo."""

import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import terminal
from bot.errors import BadInput, SlackUnavailable
from bot.settings import Settings, require_web

if TYPE_CHECKING:
    import socket

    from bot.slack.people import People
    from bot.web.house import House
    from bot.wiring import Books, Bot

_LOOPBACK = "127.0.0.1"
_LOOK = 60.0  # seconds between looks whether what is known of people is old


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(web)


def web(
    port: Annotated[int, typer.Option(help="Where to serve the dashboard.", min=1, max=65535)] = 8422,
) -> None:
    """The leaders' dashboard, with Sign in with Slack. Prints `ready` once it answers."""
    from bot import wiring
    from bot.slack import running
    from bot.web import serving, site

    settings = terminal.settings(serving=True)
    require_web(settings)
    stopped = threading.Event()
    with (
        running.signals(stopped),
        wiring.connect_books(settings) as books,
        _people(settings, stopped) as (workspace, people),
    ):
        house = _house(books, settings, workspace, people, settings.web_url)
        with serving.serving(site.build(house), serving.bound("", port)):
            typer.echo("ready")
            stopped.wait()


@contextlib.contextmanager
def beside(bot: "Bot", port: int) -> Iterator["House"]:
    """The dashboard of a demo whose page is at `port`: at the next port if that is free, else at any."""
    from bot.web import serving, site

    door = _next_door(port)
    stopped = threading.Event()
    with _people(bot.settings, stopped) as (workspace, people):
        house = _house(bot, bot.settings, workspace, people, f"http://{_LOOPBACK}:{door.getsockname()[1]}")
        with serving.serving(site.build(house), door):
            yield house


def _next_door(port: int) -> "socket.socket":
    from bot.web import serving

    try:
        return serving.bound(_LOOPBACK, port + 1 if 0 < port < 65535 else 0)
    except BadInput:
        return serving.bound(_LOOPBACK, 0)


def _house(books: "Books", settings: Settings, workspace: str, people: "People", address: str) -> "House":
    from bot.web.house import House
    from bot.web.sessions import Sessions
    from bot.web.sign_in import SlackSignIn

    slack = SlackSignIn(
        settings.slack_client_id,
        settings.slack_client_secret,
        settings.slack_api_url,
        f"{address}/sign-in/slack/back",
        workspace,
    )
    # The app's secret is the same in all processes of one dashboard, and known to nobody else.
    return House(books, people, workspace, address, Sessions(settings.slack_client_secret), slack)


@contextlib.contextmanager
def _people(settings: Settings, stopped: threading.Event) -> Iterator[tuple[str, "People"]]:
    """The workspace's id and who is in it, kept fresh until the block ends. Raises SlackUnavailable."""
    from bot.slack import app, running
    from bot.slack.people import People
    from bot.slack.posting import TryLater

    client = app.client(settings)
    try:
        workspace = running.who_we_are(client).team
    except TryLater as failure:
        raise SlackUnavailable(f"Slack cannot be reached ({failure}): try again when it can.") from failure
    people = People(client)
    people.refresh(now=True)

    def keep_fresh() -> None:
        while not stopped.wait(_LOOK):
            people.refresh()

    threading.Thread(target=keep_fresh, name="people", daemon=True).start()
    try:
        yield workspace, people
    finally:
        stopped.set()
