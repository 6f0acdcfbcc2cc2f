"""The example weeks: something to look at, that teaches nothing, tells nobody, and goes without a trace."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot import example_history, reporting
from bot.domain import Door, PersonId, Question
from bot.library import loading
from bot.store import records
from bot.store.database import Database
from bot.store.examples import MARK
from bot.store.tables import EscalationRow, EventRow, FeedbackRow, QuestionRow
from bot.wiring import BooksOnly
from tests.conftest import ROOT

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def books(database: Database) -> BooksOnly:
    library = loading.load(ROOT)
    return BooksOnly(database, library.organisation, library)


def test_the_weeks_fill_every_page(books: BooksOnly) -> None:
    count = example_history.add(books, NOW)
    assert count > 200
    period = reporting.Period(NOW - timedelta(weeks=8), NOW)  # what the dashboard shows
    numbers = reporting.stats(books, period)
    assert 150 < numbers.questions < count
    assert len(numbers.by_team) == 3
    assert min(numbers.states.values()) >= 0
    assert 0.3 < numbers.self_serve_rate < 0.7
    report = reporting.report(books, period)
    assert not re.search(MARK + "(marketing|product|operations)", repr(report))  # no person
    assert len(report.weeks) >= 8
    assert len(report.gaps) >= 2
    assert report.closed
    assert report.kinds
    assert report.figures["owner_answer_p50"].n > 10


def test_it_is_written_once_and_is_the_same_again(books: BooksOnly) -> None:
    first = example_history.history(books.library, books.organisation, NOW)
    assert example_history.history(books.library, books.organisation, NOW) == first
    assert example_history.add(books, NOW) > 0
    assert example_history.add(books, NOW) == 0


def test_nothing_lies_in_the_future_or_on_a_weekend(books: BooksOnly) -> None:
    examples, _ = example_history.history(books.library, books.organisation, NOW)
    zone = ZoneInfo(books.organisation.time_zone)
    for one in examples:
        moments = [one.asked_at, one.answered_at, one.told_at, one.decided_at or NOW, (one.feedback or (NOW,))[0]]
        assert max(moments) <= NOW
        assert one.asked_at.astimezone(zone).weekday() < 5


def test_it_teaches_nothing_and_tells_nobody(books: BooksOnly) -> None:
    example_history.add(books, NOW)
    with books.database.transaction() as session:
        assert records.confirmed(session) == ()
        assert records.open_escalations(session) == ()
        assert records.due_deliveries(session, NOW + timedelta(days=9), 10, NOW + timedelta(days=10)) == ()


def test_erasing_leaves_what_is_real_and_nothing_else(books: BooksOnly) -> None:
    example_history.add(books, NOW)
    real = Question("T1:C1:1", "which tool draws charts?", PersonId("U1"), NOW, Door.TERMINAL)
    with books.database.transaction() as session:
        records.open_question(session, real, claimed_until=NOW)
    assert example_history.has_some(books)
    assert example_history.erase(books) > 0
    assert not example_history.has_some(books)
    with books.database.reading() as session:
        assert [row.text for row in session.exec(select(QuestionRow))] == [real.text]
        assert [row.what for row in session.exec(select(EventRow))] == ["question.asked"]
        assert not session.exec(select(FeedbackRow)).all()
        assert not session.exec(select(EscalationRow)).all()
    period = reporting.Period(NOW - timedelta(weeks=8), NOW + timedelta(days=1))
    assert reporting.stats(books, period).questions == 1


def test_no_person_of_the_organisation_asks_in_it(books: BooksOnly) -> None:
    examples, _ = example_history.history(books.library, books.organisation, NOW)
    assert all(one.asker.startswith(MARK) for one in examples)
