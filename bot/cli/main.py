"""The command `signpost`. Each command imports its door inside, since chromadb and Bolt cost seconds."""

import sys

import typer

from bot import __version__
from bot.cli import (
    asking,
    checking,
    dashboard,
    digesting,
    examples,
    keeping,
    measuring,
    mending,
    radar,
    running,
    teaching,
)
from bot.errors import BadInput, SettingsError, SignpostError

app = typer.Typer(
    name="signpost",
    help="Which tool or skill should I use? Answered from your library, or handed to the one person who knows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (running, dashboard, asking, measuring, keeping, mending, checking, radar, digesting, teaching, examples):
    room.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"signpost {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Show the version."),
) -> None:
    """Which tool or skill should I use? Answered from your library, or handed to the one person who knows."""


def main() -> None:
    """Runs a command. Exit codes: 0 done, 1 it found something wrong, 2 arguments or settings are wrong."""
    try:
        app()
    except (SettingsError, BadInput) as error:
        sys.exit(_say(error, 2))
    except SignpostError as error:
        sys.exit(_say(error, 1))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)


def _say(error: SignpostError, code: int) -> int:
    print(error, file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
