"""A year of a large organisation: 100,000 questions, 12 teams, 1,500 people, and every figure is the truth."""

from datetime import UTC, date, datetime

import pytest

from bot import reporting
from bot.store.database import Database
from tests.measures.test_report import LIBRARY, At, compare, past

pytestmark = pytest.mark.soak
NOW = datetime(2027, 2, 1, 10, tzinfo=UTC)


def test_every_figure_of_a_year_is_the_truth(sqlite_database: Database) -> None:
    known = past(sqlite_database, 100_000, 1500, 365)
    books = At(known.books, NOW)
    # A month, a quarter with both changes of the clock near, the whole year, and October as it was known at its end.
    for first, last, at in (
        (date(2026, 11, 2), date(2026, 11, 29), None),
        (date(2026, 3, 1), date(2026, 5, 31), None),
        (date(2026, 2, 1), date(2027, 1, 31), None),
        (date(2026, 10, 1), date(2026, 10, 31), datetime(2026, 10, 31, 22, tzinfo=UTC)),
    ):
        period = reporting.days(books, first, last)
        report = reporting.report(books, period, None, at, for_owner=True)
        assert len(report.use) > 50 and len(report.radar) == len(LIBRARY.tools)
        earlier = reporting.Period(report.before, period.start)
        compare(report, known.truth(period, at=at), known.truth(earlier, at=at), at or NOW)
