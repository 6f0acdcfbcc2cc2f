"""`signpost example`: made-up weeks to look at, and their end."""

import dataclasses
from typing import Annotated

import typer

from bot.cli import terminal
from bot.settings import Settings

example = typer.Typer(no_args_is_help=True, help="Made-up weeks that fill the leaders' pages, marked as an example.")

Demo = Annotated[bool, typer.Option("--demo", help="In the demo's own database, not in the one of the settings.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(example, name="example")


@example.command()
def add(demo: Demo = False) -> None:
    """Write sixteen example weeks that end today. They teach nothing, and nobody is told anything of them."""
    from bot import example_history, wiring

    with wiring.connect_books(_settings(demo)) as books:
        count = example_history.add(books, books.now())
    typer.echo(f"Added {count} example questions." if count else "The example questions are there already.")


@example.command()
def erase(demo: Demo = False) -> None:
    """Delete every example question, and nothing else."""
    from bot import example_history, wiring

    with wiring.connect_books(_settings(demo)) as books:
        typer.echo(f"Erased {example_history.erase(books)} example questions.")


def _settings(demo: bool) -> Settings:
    settings = terminal.settings()
    if not demo:
        return settings
    return dataclasses.replace(settings, database_url=f"sqlite:///{settings.data_dir.resolve() / 'demo.sqlite3'}")
