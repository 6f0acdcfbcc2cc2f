from datetime import date, timedelta

from bot.domain import Grade, PersonId, RecordedValue
from bot.store import records
from bot.store.database import connect
from bot.store.erasing import erase_person
from tests.store.examples import MINUTE, NOON

ADA = PersonId("U0ADA")
ONE = RecordedValue("skill:a/b", "hours", Grade.CLAIMED, 3.0, "hours", "Ada said so", date(2026, 11, 1), "")
OTHER = RecordedValue("gap:q1", "quality", Grade.OBSERVED, None, "", "Review of May", date(2026, 5, 2), "fewer errors")


def test_what_was_recorded_comes_back_as_it_was_known_at_a_moment(database_url: str) -> None:
    database = connect(database_url)
    with database.transaction() as session:
        records.record_value(session, ONE, ADA, NOON)
        records.record_value(session, OTHER, ADA, NOON + MINUTE)
    with database.reading() as session:
        assert records.recorded_values(session) == (ONE, OTHER)
        assert records.recorded_values(session, NOON) == (ONE,)
        assert records.recorded_values(session, NOON - timedelta(seconds=1)) == ()
    with database.transaction() as session:
        erase_person(session, ADA, NOON + 2 * MINUTE)
    with database.reading() as session:
        assert records.recorded_values(session) == (ONE, OTHER)  # the organisation's record, without a name
    database.close()
