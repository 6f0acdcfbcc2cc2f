"""`signpost coordination` and `signpost overrule`: what holds teams up, and what a question was really about."""

import json
from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli import terminal
from bot.domain import Kind, PersonId, QuestionId
from bot.measures.coordination import Ledger


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(coordination)
    app.command()(overrule)


def coordination(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day, as 2026-11-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included.")] = None,
) -> None:
    """Which sort of step holds which team up: counts of a period, by default the last 28 days, never words."""
    from bot import reporting, wiring

    with wiring.connect_books(terminal.settings()) as books:
        start, end = terminal.period(first, last, books.today())
        found = reporting.coordination(books, reporting.days(books, start, end))
    if as_json:
        typer.echo(json.dumps({"counts": found.counts, "left_out": found.left_out}, ensure_ascii=False))
    else:
        _show(found, start, end)


def _show(found: Ledger, start: date, end: date) -> None:
    steps = sorted({step for counts in found.counts.values() for step in counts})
    table = Table("team", *steps, title=f"Held up by, {start} to {end}")
    for team, counts in found.counts.items():
        table.add_row(team, *(str(counts.get(step, 0)) for step in steps))
    Console().print(table)
    if found.left_out:
        typer.echo(f"{found.left_out} more, met by fewer than five people.")


def overrule(
    question: Annotated[
        str, typer.Argument(parser=terminal.text, help="Its id, as `ask --json` and `export` give it.")
    ],
    kind: Annotated[Kind, typer.Argument(help="What it was really about.")],
) -> None:
    """Say what kind a question was: the numbers follow, and questions like it are taken for that from then on."""
    from bot import mending

    with terminal.connected(terminal.settings()) as bot:
        changed = mending.overrule_here(bot, QuestionId(question), PersonId("terminal"), kind)
    typer.echo("It counts as that from now on." if changed else "It was that already.")
