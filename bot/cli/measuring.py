"""`signpost eval`: answer quality, in figures."""

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import terminal
from bot.cli.asking import Library
from bot.errors import BadInput

if TYPE_CHECKING:
    from bot.domain import Confirmed
    from bot.evaluating import Case, Result
    from bot.evaluating.findings import Comparison, Other
    from bot.retrieval.progress import Report
    from bot.settings import Settings
    from bot.wiring import Mind

_DAYS = 28


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(name="eval")(evaluate)


def evaluate(
    questions: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Columns question, expected; kind, team optional.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Confirmed past questions: question, resolved_by.")
    ] = None,
    library: Library = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="ROWS.jsonl", help="Write one JSON object a question.")] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Write a page to read: --plain, and with --history --learning-curve."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Set plain Chroma with untaught MiniLM beside it, in the same run.")
    ] = False,
    hide: Annotated[
        int | None,
        typer.Option(metavar="DRAWS", min=1, max=100, help="Hide a fifth of the entries in so many draws, as --plain."),
    ] = None,
    learning_curve: Annotated[
        bool, typer.Option("--learning-curve", help="Ask with 0, 1, 2, 5, 10 and 20 of the --history an entry.")
    ] = False,
    reader: Annotated[
        bool, typer.Option("--reader", help="Let CHAT_MODEL read the catalogue where the ranking is not sure.")
    ] = False,
    embeddings: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="Another embedder, for this run only.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="ROWS.jsonl", help="An earlier run's --out, to set this run beside.")
    ] = None,
    compare_embeddings: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="A second embedder, to set beside this run's.")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Ask --library what your team really asked: whose answer would change?")
    ] = False,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help=f"How far --replay looks back; {_DAYS} by default.")
    ] = None,
) -> None:
    """Measure answer quality on questions whose answer is known. Writes nothing to the database or the index."""
    settings = terminal.settings(library)
    if embeddings:
        settings = dataclasses.replace(settings, embeddings=embeddings)
    given = {
        "--questions": questions,
        "--history": history,
        "--out": out,
        "--report": report,
        "--plain": plain,
        "--hide": hide,
        "--learning-curve": learning_curve,
        "--reader": reader,
        "--compare": compare,
        "--compare-embeddings": compare_embeddings,
    }
    if replay:
        _replay(settings, days or _DAYS, [name for name, value in given.items() if value], as_json)
        return
    if questions is None:
        raise BadInput("Give --questions FILE.csv, or --replay to ask what your team has asked.")
    if days:
        raise BadInput("--days goes with --replay.")
    if learning_curve and not history:
        raise BadInput("--learning-curve needs --history: the past questions to learn from.")
    if reader and not settings.chat_model:
        raise BadInput("--reader needs CHAT_MODEL: set it to a provider:model, such as openai:some-model.")
    wanted = _Wanted(
        questions=questions,
        history=history,
        out=out,
        report=report,
        plain=plain or bool(hide) or bool(report),
        hide=hide or 0,
        learning_curve=learning_curve or bool(report and history),
        reader=reader,
        compare=compare,
        compare_embeddings=compare_embeddings,
    )
    _measure(settings, wanted, as_json)


@dataclasses.dataclass(frozen=True)
class _Wanted:
    """What was asked for; paths are not looked at yet."""

    questions: Path
    history: Path | None
    out: Path | None
    report: Path | None
    plain: bool
    hide: int
    learning_curve: bool
    reader: bool
    compare: Path | None
    compare_embeddings: str | None


def _measure(settings: "Settings", wanted: _Wanted, as_json: bool) -> None:
    from bot import evaluating
    from bot.cli import question_files, report_data, report_page, report_tables
    from bot.evaluating import baseline, findings, learning

    cases = question_files.read_cases(wanted.questions)
    past = question_files.read_history(wanted.history) if wanted.history else []
    earlier = question_files.read_rows(wanted.compare) if wanted.compare else []
    with terminal.bars() as report:
        embedder = evaluating.connect_embedder(settings, report)
        mind = evaluating.mind(settings, past, report, read=wanted.reader, embedder=embedder)
        results = evaluating.run(mind, cases, report)
        rows = [result.row for result in results]
        found = findings.find(mind, embedder, results, len(past))
        if wanted.compare:
            found = dataclasses.replace(found, compared=findings.comparison("before", earlier, "now", rows))
        elif wanted.reader:  # what reading gains is seen beside the ranking alone
            found = dataclasses.replace(found, compared=_unread(mind, cases, results, report))
        if wanted.compare_embeddings:
            other = _other(settings, wanted.compare_embeddings, mind, past, results, report)
            found = dataclasses.replace(found, other=other)
        if wanted.plain:
            untaught = baseline.connect_plain(settings, report)
            look_up = baseline.plain(untaught, mind.known.items, past, cases)
            found = dataclasses.replace(found, beside=baseline.beside(rows, look_up))
            if wanted.hide:
                hidden = baseline.hiding(mind, embedder, untaught, cases, past, wanted.hide, report)
                found = dataclasses.replace(found, hidden=hidden)
        if wanted.learning_curve:
            lessons = learning.curve(mind, embedder, cases, past, report)
            found = dataclasses.replace(found, lessons=tuple(lessons))
    cost = report_data.spent([result.answer.reader for result in results]) if wanted.reader else None
    if wanted.out:
        question_files.write_rows(wanted.out, results)
    if wanted.report:
        history = wanted.history.name if wanted.history else None
        names = report_page.Names(str(settings.library_dir), wanted.questions.name, history)
        question_files.write_text(wanted.report, report_page.render(found, names, mind.policy, cost))
    if as_json:
        typer.echo(json.dumps(report_data.as_object(found, cost), ensure_ascii=False))
    else:
        report_tables.show(found, cost)


def _unread(mind: "Mind", cases: list["Case"], results: list["Result"], report: "Report") -> "Comparison":
    from bot import evaluating
    from bot.evaluating import findings

    alone = evaluating.run(dataclasses.replace(mind, reader=None), cases, report, "Asking without the language model")
    rows = [result.row for result in alone]
    return findings.comparison("without reading", rows, "reading", [result.row for result in results])


def _other(
    settings: "Settings", spec: str, mind: "Mind", past: list["Confirmed"], results: list["Result"], report: "Report"
) -> "Other":
    from bot import evaluating
    from bot.evaluating import findings
    from bot.measures import quality

    embedder = evaluating.connect_embedder(dataclasses.replace(settings, embeddings=spec), report)
    other = dataclasses.replace(evaluating.refitted(mind, embedder, mind.known.items, past), reader=mind.reader)
    cases = [result.case for result in results]
    rows = [result.row for result in evaluating.run(other, cases, report, "Asking with the other embedder")]
    compared = findings.comparison(settings.embeddings, [result.row for result in results], spec, rows)
    return findings.Other(quality.summary(rows), compared)


def _replay(settings: "Settings", days: int, not_for_it: list[str], as_json: bool) -> None:
    from bot import evaluating
    from bot.cli import report_data, report_tables
    from bot.evaluating import replaying

    if not_for_it:
        raise BadInput(f"--replay asks what your team has asked: leave out {' and '.join(not_for_it)}.")
    with terminal.bars() as report:
        found = replaying.replay(settings, evaluating.connect_embedder(settings, report), days, report)
    if as_json:
        typer.echo(json.dumps(report_data.replay_as_object(found), ensure_ascii=False))
    else:
        report_tables.show_replay(found)
    if found.of(replaying.Fate.LOST):
        raise typer.Exit(1)
