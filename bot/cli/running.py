"""`signpost demo` and `signpost slack`: the bot, running."""

import contextlib
import dataclasses
import webbrowser
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import terminal
from bot.errors import BadInput
from bot.settings import Settings, require_slack

if TYPE_CHECKING:
    from bot.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(demo)
    app.command()(slack)


def demo(
    port: Annotated[int, typer.Option(help="Where to serve the page; 0 takes any free port.", min=0, max=65535)] = 8421,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Try Signpost in a browser, in a small Slack on this machine. No account and no key needed."""
    from bot.slack import running

    with _serving(port) as workspace:
        settings = _demo_settings(terminal.settings(), workspace)
        with terminal.connected(settings) as bot:
            running.serve_socket(bot, lambda: _show(workspace.base_url, no_open))


@contextlib.contextmanager
def _serving(port: int) -> Iterator["Workspace"]:
    from bot.workspace import Workspace, default_seed

    try:
        workspace = Workspace(default_seed(), port=port).start()
    except OSError as error:
        raise BadInput(f"Port {port} is taken: choose another with --port, or --port 0 for any.") from error
    try:
        yield workspace
    finally:
        workspace.stop()


def _demo_settings(settings: Settings, workspace: "Workspace") -> Settings:
    # A workspace lives as long as the command: rows of an earlier one would point at messages that are gone.
    database = (settings.data_dir / "demo.sqlite3").resolve()
    for leftover in database.parent.glob("demo.sqlite3*"):
        leftover.unlink()
    return dataclasses.replace(
        settings,
        slack_bot_token=workspace.bot_token,
        slack_app_token=workspace.app_token,
        slack_signing_secret=workspace.signing_secret,
        slack_api_url=workspace.api_url,
        database_url=f"sqlite:///{database}",
        log_level="warning",
    )


def _show(address: str, no_open: bool) -> None:
    typer.echo(address)
    if not no_open:
        webbrowser.open(address)


def slack(
    http: Annotated[
        int | None, typer.Option(metavar="PORT", help="Receive signed HTTP requests here instead of Socket Mode.")
    ] = None,
) -> None:
    """Connect to the Slack that the settings name. Prints `ready` once it can receive events."""
    from bot.slack import running

    settings = terminal.settings(serving=True)
    require_slack(settings, http=http is not None)
    with terminal.connected(settings) as bot:
        if http is None:
            running.serve_socket(bot, lambda: typer.echo("ready"))
        else:
            running.serve_http(bot, http, lambda: typer.echo("ready"))
