"""What people see of what happened: their own questions, the period's counts, and everything as files."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from bot.domain import (
    Actor,
    AdoptionStats,
    AskedQuestion,
    CuratedAnswer,
    Library,
    RecordedValue,
    Role,
    Spread,
    TeamName,
)
from bot.errors import BadInput
from bot.library import answers
from bot.measures.coordination import Held, Ledger, ledger
from bot.measures.privacy import View
from bot.measures.report import Gap, Mandate, Report
from bot.measures.scope import Scope
from bot.measures.totals import totals
from bot.reasoning import authority
from bot.reasoning import radar as drawing
from bot.reasoning.radar import Radar
from bot.reports import Period, report
from bot.store import records
from bot.store.ledger import facts_at
from bot.wiring import Books

__all__ = ["Period", "as_json", "days", "export", "my_questions", "overview", "radar", "report", "stats"]

RADAR_DAYS = 90


def my_questions(books: Books, actor: Actor, limit: int = 20) -> Sequence[AskedQuestion]:
    """This person's own questions, newest first."""
    with books.database.reading() as session:
        return records.questions_of(session, actor.id, limit)


def overview(books: Books, actor: Actor) -> tuple[Report, Report]:
    """The last seven days, today included, and the eight whole weeks before this one with it.

    The owner's name people, the leaders' do not. Raises NotAllowed for anyone but leaders, the owner and the deputy.
    """
    authority.require_leader(books.organisation, actor)
    today, for_owner = books.today(), Role.OWNER in authority.roles(books.organisation, actor)
    monday = today - timedelta(days=today.weekday())
    week, longer = days(books, today - timedelta(days=6), today), days(books, monday - timedelta(weeks=8), today)
    return report(books, week, for_owner=for_owner), report(books, longer, for_owner=for_owner)


def days(books: Books, first: date, last: date) -> Period:
    """Whole days where the organisation is, both included. Raises BadInput when they are the wrong way round."""
    if last < first:
        raise BadInput(f"The period ends ({last}) before it begins ({first}): swap the two dates.")
    zone = ZoneInfo(books.organisation.time_zone)
    midnight = [datetime.combine(day, time.min, zone) for day in (first, last + timedelta(days=1))]
    return Period(*midnight)


def stats(books: Books, period: Period, team: TeamName | None = None) -> AdoptionStats:
    """The numbers of a period, for everyone or for one team."""
    organisation = books.organisation
    facts = facts_at(books.database)
    scope = Scope(facts, period.start, period.end, organisation.time_zone, View(names_people=True), team)
    return totals(scope, organisation)


def as_json(numbers: AdoptionStats, report: Report) -> dict[str, Any]:
    """The object of `signpost stats --json`. What was never measured is null, never zero; nobody is named."""
    return {
        "questions": numbers.questions,
        "askers": numbers.askers,
        "returning_askers": numbers.returning_askers,
        "states": {state.value: n for state, n in numbers.states.items()},
        "self_serve_rate": numbers.self_serve_rate,
        "unrated_share": numbers.unrated_share,
        "escalation_rate": numbers.escalation_rate,
        "time_to_first_answer": _spread(numbers.time_to_first_answer),
        "time_to_owner_answer": _spread(numbers.time_to_owner_answer),
        "by_team": dict(numbers.by_team),
        "by_kind": {kind.value: n for kind, n in numbers.by_kind.items()},
        "skills": dict(numbers.skills),
        "tools": dict(numbers.tools),
        "gaps": None if report.people is None else [_gap(gap) for gap in report.gaps],
        "value": [_value(value) for cell in report.value_map for value in cell.values] or None,
        "mandate": [_mandate(one) for one in report.mandate] or None,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "id": gap.id,
        "name": gap.name,
        "nearest": gap.near,
        "askers": gap.people,
        "needs": gap.needs,
        "state": gap.state.value,
        "answer": gap.answer,
        "first_asked": gap.first_asked.isoformat(),
        "last_asked": gap.last_asked.isoformat(),
    }


def _value(value: RecordedValue) -> dict[str, Any]:
    return {
        "subject": value.subject,
        "outcome": value.outcome,
        "grade": value.grade.value,
        "figure": value.figure,
        "unit": value.unit,
        "source": value.source,
        "date": value.date.isoformat(),
    }


def _mandate(one: Mandate) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "has_owner": one.has_owner,
        "has_deputy": one.has_deputy,
        "open_items": one.open_items,
        "oldest_hours": one.oldest_hours,
        "red": one.red,
    }


def radar(books: Books, library: Library, last_days: int = RADAR_DAYS) -> Radar:
    """The tools by ring, with the questions and moves of the last days, today included."""
    period = days(books, books.today() - timedelta(days=last_days - 1), books.today())
    with books.database.reading() as session:
        questions = records.tools_stood_on(session, period.start, period.end)
        ringed = records.ringed(session, library.tools.keys())
    return drawing.radar(library, questions, ringed, books.today(), period.start)


def _spread(spread: Spread) -> dict[str, float | None]:
    return {"p50": spread.p50, "p90": spread.p90}


def coordination(books: Books, period: Period) -> Ledger:
    """Which sort of step held which team up in a period."""
    with books.database.reading() as session:
        met = records.blocked_steps_between(session, period.start, period.end)
    return ledger(Held(step.kind, teams, asker) for step, teams, asker in met)


def export(books: Books, folder: Path) -> Mapping[str, int]:
    """Writes everything the bot holds as JSON Lines, and the owner's answers as files of a library.

    Each file is there whole or not at all. Returns how many lines or files each has. Raises BadInput when the
    folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with books.database.reading() as session:
            counts = {
                name: _write_lines(folder / f"{name}.jsonl", rows)
                for name, rows in (
                    ("questions", records.export_questions(session)),
                    ("escalations", records.export_escalations(session)),
                    ("answers", records.export_answers(session)),
                    ("bases", records.export_bases(session)),
                    ("events", records.export_events(session)),
                )
            }
            curated = records.curated_answers(session)
        return {**counts, "knowledge/answers": _write_answers(folder, curated)}
    except OSError as error:
        raise BadInput(f"Could not write to {folder}: {error.strerror}. Choose another folder with --to.") from error


def _write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    with _whole(path) as file:
        return sum(1 for row in rows if file.write(json.dumps(row, ensure_ascii=False) + "\n"))


def _write_answers(root: Path, curated: Sequence[CuratedAnswer]) -> int:
    for answer in curated:
        path = root / answers.answer_path(answer)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _whole(path) as file:
            file.write(answers.format_answer(answer))
    return len(curated)


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A file to write beside `path`, which takes its place once nothing went wrong, and vanishes otherwise."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
