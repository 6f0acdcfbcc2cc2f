"""`signpost radar`: the tools by ring, and what moved."""

import json
from typing import Annotated

import typer

from bot.cli import terminal
from bot.cli.asking import Library


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(radar)


def radar(
    library: Library = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """The tools by ring, with questions, last test and trial of each, and what moved in the last 90 days."""
    from bot import reporting, wiring
    from bot.library import loading
    from bot.reasoning import radar as drawing

    settings = terminal.settings(library)
    with wiring.connect_books(settings) as books:
        found = reporting.radar(books, loading.load(settings.library_dir))
    if as_json:
        typer.echo(json.dumps(drawing.as_json(found), ensure_ascii=False))
    else:
        typer.echo("\n".join(drawing.lines(found)))
