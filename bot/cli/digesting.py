"""`signpost digest`: when the week's digest goes out, to whom, and what it would say now."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli import terminal
from bot.domain import Organisation
from bot.measures.digest import CAUTION, Digest, day
from bot.measures.report import Week

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(digest)


def digest(
    preview: Annotated[bool, typer.Option("--preview", help="Print it as it would be told now.")] = False,
) -> None:
    """When leaders get the week's digest, and where. What is set: [digest] in knowledge/organisation.toml."""
    from bot import digesting, wiring

    with wiring.connect_books(terminal.settings()) as books:
        if preview:
            typer.echo("\n".join(_lines(digesting.digest(books))))
            return
        typer.echo(_plan(books.organisation))
        if not books.organisation.digest.off:
            zone = ZoneInfo(books.organisation.time_zone)
            coming = digesting.next_time(books.organisation, books.now()).astimezone(zone)
            typer.echo(f"The next: {coming:%Y-%m-%d %H:%M}.")
        typer.echo("See it now: signpost digest --preview")


def _plan(organisation: Organisation) -> str:
    plan = organisation.digest
    if plan.off:
        return "The digest is switched off in knowledge/organisation.toml."
    if plan.channel:
        to = f"to channel {plan.channel}"
    elif organisation.leaders:
        to = f"by direct message to {', '.join(organisation.leaders)}"
    else:
        return "The digest goes to nobody: name leaders, or a channel under [digest], in knowledge/organisation.toml."
    return f"The digest goes {to}, on {_DAYS[plan.day]}s at {plan.hour:02}:00 ({organisation.time_zone})."


def _lines(digest: Digest) -> list[str]:
    return [
        f"The week in short: {day(digest.first)} to {day(digest.last)} {digest.last.year}",
        "",
        *digest.sentences,
        "",
        *_weeks(digest),
        "What changed because people asked",
        *(f"  • {line}" for line in digest.changed),
        "",
        "What needs a decision",
        *(f"  • {line}" for line in digest.decisions),
        "",
        CAUTION,
    ]


def _weeks(digest: Digest) -> list[str]:
    if not digest.trend:
        return []
    return ["Week by week (from its Monday)", *(f"  {_week(week)}" for week in digest.weeks), ""]


def _week(week: Week) -> str:
    counts = ", ".join(f"{n} {state.value.replace('_', ' ')}" for state, n in (week.states or {}).items() if n)
    return f"{day(week.start):>6}  {week.questions} questions of {week.active} people: {counts}"
