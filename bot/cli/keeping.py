"""`signpost model`, `index`, `migrate`, `export`, `stats` and `erase`: what is kept, and what it says."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli import terminal
from bot.domain import AdoptionStats, PersonId, Spread, TeamName
from bot.errors import BadInput
from bot.settings import make_data_dir


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (model, index, migrate, export, stats, erase):
        app.command()(command)


def model() -> None:
    """Fetch and prepare the local embedding model, once. The other commands do this by themselves."""
    from bot.retrieval import embedding

    settings = terminal.settings()
    with terminal.bars() as report:
        embedder = embedding.connect(settings.embeddings, settings.model_cache, report, settings.model_file)
    typer.echo(f"Ready: {embedder.name}")


def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Forget every vector and make them again.")] = False,
) -> None:
    """Bring the vector index up to date with the library. The bot does this by itself; here you can watch.

    While a bot is running, the index is built beside its own: with another EMBEDDINGS, the bot changes over when it is
    started again with it.
    """
    with terminal.connected(terminal.settings(), rebuild=rebuild, beside=True) as bot:
        typer.echo(f"{len(bot.knowledge.current().items)} entries are in the index.")
        if bot.index.beside:
            typer.echo("It lies beside the one in use: start the bot again with this EMBEDDINGS, and it is taken up.")
        if bot.index.reason:
            typer.echo(f"Kept in memory only: {bot.index.reason}", err=True)


def migrate() -> None:
    """Bring the database to the newest schema. `signpost slack` and `signpost ask` do this by themselves."""
    from bot.store import database

    settings = terminal.settings()
    make_data_dir(settings)
    database.migrate(settings.database)
    typer.echo("The database is up to date.")


def export(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where to write; made if it is not there.")],
) -> None:
    """Write everything the bot holds as JSON Lines, and the owner's answers as files for knowledge/answers."""
    from bot import reporting, wiring

    with wiring.connect_books(terminal.settings()) as books:
        for name, count in reporting.export(books, to).items():
            typer.echo(f"{count:>6}  {name}")


def stats(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day, as 2026-11-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included.")] = None,
    team: Annotated[str | None, typer.Option(parser=terminal.text, help="One team only.")] = None,
) -> None:
    """The numbers of a period: by default the last 28 days."""
    from bot import reporting, wiring

    with wiring.connect_books(terminal.settings()) as books:
        start, end = terminal.period(first, last, books.today())
        known = books.organisation.teams
        if team and known and team not in known:
            raise BadInput(f"There is no team {team}: choose one of {', '.join(known)}.")
        period, of = reporting.days(books, start, end), TeamName(team) if team else None
        numbers, report = reporting.stats(books, period, of), reporting.report(books, period, of)
    if as_json:
        typer.echo(json.dumps(reporting.as_json(numbers, report), ensure_ascii=False))
    else:
        Console().print(_table(numbers, start, end))


def erase(
    person: Annotated[
        str, typer.Argument(parser=terminal.text, help="The Slack user whose questions go, as U012AB3CD.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Delete every word that one person asked. Counts stay; nobody can be named from them."""
    from bot import answering

    settings = terminal.settings()
    if not yes:
        typer.confirm(f"Delete all questions of {person}? This cannot be undone.", abort=True)
    with terminal.connected(settings) as bot:
        count = answering.erase(bot, PersonId(person))
    typer.echo(f"Deleted the words of {count} {'question' if count == 1 else 'questions'}.")


def _table(numbers: AdoptionStats, start: date, end: date) -> Table:
    table = Table("", "", title=f"{start} to {end}", show_header=False)
    table.add_row("Questions", str(numbers.questions))
    table.add_row("Askers (returning)", f"{numbers.askers} ({numbers.returning_askers})")
    for state, count in numbers.states.items():
        table.add_row(f"  {state.value.replace('_', ' ')}", str(count))
    table.add_row("Self-serve rate", f"{_rate(numbers.self_serve_rate)} (unrated {_rate(numbers.unrated_share)})")
    table.add_row("Escalation rate", _rate(numbers.escalation_rate))
    table.add_row("Time to first answer", _durations(numbers.time_to_first_answer, "s"))
    table.add_row("Time to the owner's answer", _durations(numbers.time_to_owner_answer, "working h"))
    return table


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.0%}"


def _durations(spread: Spread, unit: str) -> str:
    if spread.p50 is None or spread.p90 is None:
        return "–"
    return f"half within {spread.p50:.1f} {unit}, nine in ten within {spread.p90:.1f} {unit} (n = {spread.n})"
