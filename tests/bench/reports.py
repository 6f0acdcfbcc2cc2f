"""How long a report takes after a year of 100,000 questions, beside reading the same events with bare SQL.

python -m tests.bench.reports FILE   measures in this process on a history that `prepare` wrote, and prints JSON
"""

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from bot import reports
from bot.domain import Helpfulness, PersonId, QuestionId, TeamName
from bot.measures.eventlog import EventLog
from bot.store import records
from bot.store.database import connect, migrate
from bot.store.ledger import facts_at
from bot.wiring import BooksOnly
from tests.conftest import ROOT
from tests.measures import history

QUESTIONS, PEOPLE, DAYS = 100_000, 1500, 365
START = datetime(2025, 11, 3, tzinfo=UTC)
ROUNDS = 20


def table() -> Table:
    """Everything measured, each in milliseconds and as a ratio to the bare SQL of the same run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history.sqlite3"
        prepare(file)
        command = [sys.executable, "-m", "tests.bench.reports", str(file)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    bare = found["bare"]
    shown = Table("report of 100,000 questions", "median ms", "p95 ms", "median ÷ bare SQL of all events")
    for name, taken in found["taken"].items():
        middle, late = np.quantile(taken, [0.5, 0.95]) * 1000
        shown.add_row(name, f"{middle:.0f}", f"{late:.0f}", f"{middle / (bare * 1000):.2f}")
    shown.add_row(
        "memory of the process, MB", f"{found['peak']:.0f}", "", f"{found['peak'] / found['peak_before']:.2f}"
    )
    return shown


def prepare(file: Path) -> None:
    """Writes the history."""
    migrate(f"sqlite:///{file}")
    database = connect(f"sqlite:///{file}")
    saved = [(START + timedelta(days=9 * n), answer) for n, answer in enumerate(history.ANSWERS)]
    history.write(database, history.generate(QUESTIONS, PEOPLE, START, DAYS), saved)
    database.close()


def measure(file: Path) -> dict[str, Any]:
    """Bare SQL, cold, and warm in the ways in which people look."""
    before = _peak()
    books = BooksOnly(connect(f"sqlite:///{file}"), history.organisation(PEOPLE))
    end = START + timedelta(days=DAYS - 1)

    def report(days: int, shift: int = 0, team: TeamName | None = None) -> float:
        period = reports.Period(end - timedelta(days=days + shift), end - timedelta(days=shift))
        return _seconds(lambda: reports.report(books, period, team))

    taken = {
        "first of the process, 28 days": [report(28)],
        "the same again": [report(28) for _ in range(ROUNDS)],
        "another 28 days": [report(28, shift) for shift in range(1, ROUNDS)],
        "28 days of a team": [report(28, team=team) for team in books.organisation.teams],
        "28 days after a new event": [_press(books) or report(28) for _ in range(ROUNDS)],
        "330 days": [report(330, shift) for shift in range(ROUNDS)],
    }
    peak = _peak()
    bare = min(_seconds(lambda: _fetch(file)) for _ in range(3))  # last: it holds all rows at once
    return {"bare": bare, "taken": {"bare SQL of all events": [bare], **taken}, "peak_before": before, "peak": peak}


def _press(books: BooksOnly) -> None:
    id = QuestionId(facts_at(books.database).questions[-1])
    with books.database.transaction() as session:
        asker = PersonId(records.asked(session, id).question.asker)
        records.record_feedback(session, id, asker, Helpfulness.HELPFUL, datetime.now(UTC))


def _fetch(file: Path) -> None:
    kinds = ",".join(f"'{kind}'" for kind in EventLog().kinds_of_event)
    connection = sqlite3.connect(file)
    connection.execute(
        f"SELECT number, at, who, what, about, data FROM events WHERE what IN ({kinds}) ORDER BY number"
    ).fetchall()
    connection.close()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
