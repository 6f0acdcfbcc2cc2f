"""`signpost ask`."""

import json
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import terminal
from bot.domain import Answer, Door, ItemKind, Kind, Organisation, PersonId, Question, TeamName
from bot.errors import BadInput
from bot.reasoning import wording

Library = Annotated[
    Path | None, typer.Option("--library", metavar="DIR", help="The folder that holds skills/ and knowledge/.")
]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(ask)


def ask(
    question: Annotated[str, typer.Argument(parser=terminal.text, help="What you would ask a colleague.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    team: Annotated[str | None, typer.Option(parser=terminal.text, help="The team you belong to.")] = None,
    library: Library = None,
) -> None:
    """Ask one question in the terminal."""
    from bot import answering

    if not question.strip():
        raise BadInput('The question is empty: write it in quotes, as in  signpost ask "which tool for …?"')
    settings = terminal.settings(library)
    with terminal.connected(settings) as bot:
        _check_team(team, bot.organisation)
        answer = answering.ask_now(bot, _question(question, team, bot.now()))
        owner = bot.organisation.owner
    if as_json:
        typer.echo(json.dumps(as_object(answer), ensure_ascii=False))
    else:
        _print(answer, owner)


def _check_team(team: str | None, organisation: Organisation) -> None:
    if team and organisation.teams and team not in organisation.teams:
        raise BadInput(f"There is no team {team}: choose one of {', '.join(organisation.teams)}.")


def _question(text: str, team: str | None, at: Any) -> Question:
    teams = (TeamName(team),) if team else ()
    key = f"terminal:{uuid.uuid4()}"
    return Question(key, text, PersonId("terminal"), at, Door.TERMINAL, teams=teams)


def as_object(answer: Answer) -> dict[str, Any]:
    """The object of `ask --json`."""
    found = {
        "question_id": answer.question_id,
        "verdict": answer.verdict.value,
        "kind": answer.kind.value,
        "text": wording.as_text(answer.wording),
        "recommended": answer.recommended,
        "candidates": [{"id": c.id, "title": c.title, "score": round(c.score, 4)} for c in answer.candidates],
        "evidence": [
            {
                "id": e.id,
                "kind": e.kind.value,
                "title": e.title,
                "layer": e.layer,
                "owner": e.owner,
                "reviewed": e.reviewed.isoformat() if e.reviewed else None,
                "overdue_days": e.overdue_days,
            }
            for e in answer.evidence
        ],
        "escalation_id": answer.escalation_id,
        "confidence": round(answer.confidence, 4),
        "elapsed_ms": answer.elapsed_ms,
        "reader": asdict(answer.reader) if answer.reader else None,
        **_facts(answer),
    }
    return (
        {**found, "blocking_step": answer.blocking_step, "process_owner": answer.process_owner}
        if answer.blocking_step
        else found
    )


def _facts(answer: Answer) -> dict[str, Any]:
    """The keys that only questions about permission or compatibility have."""
    facts = answer.facts
    if facts is None:
        return {}
    path = [
        {
            "from": hop.start,
            "to": hop.end,
            "via": hop.via,
            "direction": hop.direction,
            "status": hop.status,
            "tested": hop.tested.isoformat() if hop.tested else None,
            "source": hop.source,
        }
        for hop in facts.path
    ]
    if answer.kind is Kind.COMPATIBILITY:
        return {"outcome": facts.outcome, "path": path, "excluded": list(facts.excluded)}
    if answer.kind is Kind.PERMISSION:
        return {"decision": facts.decision, "condition": facts.condition, "rules": list(facts.rules)}
    return {"rules": list(facts.rules), "excluded": list(facts.excluded)}


def _print(answer: Answer, owner: str | None) -> None:
    typer.echo(wording.as_text(answer.wording))
    for source in answer.evidence:
        if source.kind is ItemKind.TEST:
            late = f", overdue by {source.overdue_days} days" if source.overdue_days else ""
            typer.echo(
                f"Tested {source.reviewed} by {source.owner or 'nobody named'}: {source.title} ({source.link}{late})"
            )
            continue
        details = [source.link or source.id, f"owner {source.owner or 'not known'}"]
        details.append(f"reviewed {source.reviewed}" if source.reviewed else "never reviewed")
        if source.overdue_days:
            details.append(f"overdue by {source.overdue_days} days")
        typer.echo(f"Source: {source.title} ({', '.join(details)})")
    if answer.escalation_id and not owner:
        typer.echo("No owner is named yet: set OWNER, or owner in knowledge/organisation.toml.", err=True)
