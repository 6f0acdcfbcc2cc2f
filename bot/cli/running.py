"""`signpost demo` and `signpost slack`: the bot, running."""

import contextlib
import dataclasses
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from filelock import FileLock, Timeout

from bot.cli import dashboard, terminal
from bot.domain import PersonId
from bot.errors import BadInput, SettingsError
from bot.settings import Settings, make_data_dir, require_slack

if TYPE_CHECKING:
    from bot.workspace import Workspace

LEADER = PersonId("U0LENA")  # of the demo's workspace


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(demo)
    app.command()(slack)


def demo(
    port: Annotated[int, typer.Option(help="Where to serve the page; 0 takes any free port.", min=0, max=65535)] = 8421,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Without the example weeks on the leaders' pages.")] = False,
) -> None:
    """Try Signpost in a browser, in a small Slack on this machine. No account and no key needed."""
    from bot import example_history
    from bot.slack import running

    settings = terminal.settings()
    with (
        _own_database(settings) as database,
        _serving(port) as workspace,
        terminal.connected(_demo_settings(settings, database, workspace)) as bot,
        dashboard.beside(bot, port) as house,
    ):
        if not empty:
            example_history.add(bot, bot.now())
        running.serve_socket(bot, lambda: _show(workspace.base_url, house.link(LEADER), no_open))


@contextlib.contextmanager
def _own_database(settings: Settings) -> Iterator[Path]:
    """Where the demo keeps its rows, begun anew, for one demo at a time. Raises SettingsError or BadInput."""
    make_data_dir(settings)
    folder = settings.data_dir.resolve()
    lock = FileLock(folder / "demo.lock", timeout=0)
    try:
        lock.acquire()
        # A workspace lives as long as the command: rows of an earlier one would point at messages that are gone.
        for leftover in folder.glob("demo.sqlite3*"):
            leftover.unlink()
    except Timeout as error:
        raise BadInput(
            f"Another demo keeps its data in {folder}: stop it first, or name another folder in DATA_DIR."
        ) from error
    except OSError as error:
        raise SettingsError(
            f"DATA_DIR names {folder}, where the demo cannot write ({error.strerror}): name another folder."
        ) from error
    try:
        yield folder / "demo.sqlite3"
    finally:
        lock.release()


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


def _demo_settings(settings: Settings, database: Path, workspace: "Workspace") -> Settings:
    return dataclasses.replace(
        settings,
        slack_bot_token=workspace.bot_token,
        slack_app_token=workspace.app_token,
        slack_signing_secret=workspace.signing_secret,
        slack_client_id=workspace.seed.client_id,
        slack_client_secret=workspace.seed.client_secret,
        slack_api_url=workspace.api_url,
        database_url=f"sqlite:///{database}",
        log_level="warning",
    )


def _show(address: str, dashboard: str, no_open: bool) -> None:
    typer.echo(address)
    typer.echo(f"The leaders' dashboard, as Lena, once within ten minutes: {dashboard}")
    if not no_open:
        webbrowser.open(address)


def slack(
    http: Annotated[
        int | None,
        typer.Option(
            metavar="PORT", help="Receive signed HTTP requests here instead of Socket Mode.", min=1, max=65535
        ),
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
