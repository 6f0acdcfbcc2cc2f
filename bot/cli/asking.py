"""`signpost ask` and `signpost eval`."""

import csv
import dataclasses
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import terminal
from bot.domain import Answer, Confirmed, Door, ItemId, Organisation, PersonId, Question, TeamName, Verdict
from bot.errors import BadInput
from bot.reasoning import wording

if TYPE_CHECKING:
    from bot.evaluating import Case, Result
    from bot.measures.quality import Row

Library = Annotated[
    Path | None, typer.Option("--library", metavar="DIR", help="The folder that holds skills/ and knowledge/.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(ask)
    app.command(name="eval")(evaluate)


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
    return {
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
    }


def _print(answer: Answer, owner: str | None) -> None:
    typer.echo(wording.as_text(answer.wording))
    for source in answer.evidence:
        details = [source.link or source.id, f"owner {source.owner or 'not known'}"]
        details.append(f"reviewed {source.reviewed}" if source.reviewed else "never reviewed")
        if source.overdue_days:
            details.append(f"overdue by {source.overdue_days} days")
        typer.echo(f"Source: {source.title} ({', '.join(details)})")
    if answer.escalation_id and not owner:
        typer.echo("No owner is named yet: set OWNER, or owner in knowledge/organisation.toml.", err=True)


def evaluate(
    questions: Annotated[
        Path, typer.Option(metavar="FILE.csv", help="Columns question, expected; kind, team optional.")
    ],
    history: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Confirmed past questions: question, resolved_by.")
    ] = None,
    library: Library = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="ROWS.jsonl", help="Write one JSON object a question.")] = None,
    reader: Annotated[
        bool, typer.Option("--reader", help="Let CHAT_MODEL read the catalogue where the ranking is not sure.")
    ] = False,
    embeddings: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="Another embedder, for this run only.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="ROWS.jsonl", help="An earlier run's --out, to set this run beside.")
    ] = None,
) -> None:
    """Measure answer quality on questions whose answer is known. Writes nothing to the database or the index."""
    from bot import evaluating
    from bot.cli import reports
    from bot.measures import comparing, quality

    settings = terminal.settings(library)
    if embeddings:
        settings = dataclasses.replace(settings, embeddings=embeddings)
    if reader and not settings.chat_model:
        raise BadInput("--reader needs CHAT_MODEL: set it to a provider:model, such as openai:some-model.")
    cases = _cases(questions)
    before = _rows(compare) if compare else []
    past = _history(history) if history else []
    with terminal.bars() as report:
        mind = evaluating.mind(settings, past, report, read=reader)
        if reader and not compare:  # what reading gains is seen beside the ranking alone
            before = [result.row for result in evaluating.run(dataclasses.replace(mind, reader=None), cases, report)]
        results = evaluating.run(mind, cases, report)
    if out:
        _write_rows(out, results)
    rows = [result.row for result in results]
    figures, differences = quality.summary(rows), comparing.compare(before, rows) if before else []
    cost = reports.spent([result.answer.reader for result in results]) if reader else None
    if as_json:
        typer.echo(json.dumps(reports.as_object(figures, differences, cost), ensure_ascii=False))
    else:
        reports.show(figures, differences, cost)


def _cases(path: Path) -> list["Case"]:
    from bot.evaluating import Case

    rows = _read(path, {"question", "expected"})
    return [
        Case(row["question"], tuple(e.strip() for e in row["expected"].split("|")), row.get("team") or None)
        for row in rows
    ]


def _history(path: Path) -> list[Confirmed]:
    return [Confirmed(row["question"], ItemId(row["resolved_by"])) for row in _read(path, {"question", "resolved_by"})]


def _read(path: Path, needed: set[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = needed - set(reader.fieldnames or ())
            if missing:
                raise BadInput(f"{path} has no column {' and no column '.join(sorted(missing))} in its first line.")
            return [{k: v or "" for k, v in row.items() if isinstance(k, str)} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"{path} cannot be read as a CSV file: {reason}.") from error


def _rows(path: Path) -> list["Row"]:
    """What an earlier run wrote with --out."""
    from bot.evaluating import row_of

    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        return [
            row_of(
                line["question"],
                tuple(line["expected"]),
                tuple(ItemId(c["id"]) for c in line["candidates"]),
                line["confidence"],
                Verdict(line["verdict"]),
            )
            for line in lines
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"{path} cannot be read as the rows of an earlier run: {reason}.") from error


def _write_rows(path: Path, results: Sequence["Result"]) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            for result in results:
                line = {"question": result.case.question, "expected": list(result.case.expected)}
                file.write(json.dumps({**line, **as_object(result.answer)}, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error
