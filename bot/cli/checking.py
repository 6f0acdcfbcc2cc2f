"""`signpost lint` and `signpost doctor`: what is wrong, and how to mend it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli import terminal
from bot.cli.asking import Library
from bot.domain import Finding, Severity
from bot.errors import BadInput


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(lint)
    app.command()(doctor)


def lint(
    library: Library = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a finding.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as faults too.")] = False,
) -> None:
    """Say what is wrong in skills/ and knowledge/, where, and how to mend it."""
    from bot.library import lint as checks
    from bot.library import loading

    settings = terminal.settings(library)
    if not any((settings.library_dir / folder).is_dir() for folder in ("skills", "knowledge")):
        raise BadInput(
            f"{settings.library_dir} holds neither skills/ nor knowledge/: name the right folder in --library."
        )
    found = loading.load(settings.library_dir)
    findings = checks.lint(found, settings.library_dir, datetime.now(UTC).date())
    for finding in findings:
        typer.echo(json.dumps(asdict(finding)) if as_json else _line(finding))
    errors = sum(f.severity is Severity.ERROR for f in findings)
    warnings = len(findings) - errors
    typer.echo(f"{len(found.items())} entries read: {errors} errors, {warnings} warnings.", err=as_json)
    raise typer.Exit(1 if errors or (strict and warnings) else 0)


def _line(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}" if finding.line else finding.path
    return f"{place}: {finding.severity.value} [{finding.code}] {finding.problem} {finding.mend}"


def doctor() -> None:
    """Check settings, model, database, index, library and Slack, and say what to do about each fault."""
    from bot.cli import examining

    checks = examining.examine(terminal.settings())
    wrong = 0
    for check in checks:
        mark = {True: "ok  ", False: "FAIL", None: "skip"}[check.passed]
        typer.echo(f"{mark}  {check.name}: {check.finding}")
        wrong += check.passed is False
    typer.echo("Everything is in order." if not wrong else f"{wrong} to mend.")
    raise typer.Exit(1 if wrong else 0)
