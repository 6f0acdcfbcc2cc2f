from dataclasses import replace
from datetime import timedelta

from bot.domain import Place, Visibility
from bot.store import records
from bot.store.database import Database
from tests.store.examples import MINUTE, NOON, opened, place, question

DAY = timedelta(days=1)


def test_until_when_somebody_listened_only_moves_on(database: Database) -> None:
    with database.reading() as session:
        assert records.heard_until(session) is None
    for at in (NOON, NOON + MINUTE, NOON - DAY):
        with database.transaction() as session:
            records.mark_heard(session, at)
    with database.reading() as session:
        assert records.heard_until(session) == NOON + MINUTE


def test_where_people_asked_is_listed_once_and_the_latest_first(database: Database) -> None:
    with database.transaction() as session:
        for minutes, channel in enumerate(("C1", "C2", "C1")):
            where = replace(place(f"{minutes}.0"), channel=channel)
            opened(session, replace(question(f"T1:{channel}:{minutes}", where=where), asked_at=NOON + minutes * MINUTE))
        command = replace(question("T1:command:1", where=Place("T1", "C9", Visibility.PUBLIC)), asked_at=NOON)
        opened(session, command)
        opened(session, replace(question("T1:C8:1", where=replace(place("8.0"), channel="C8")), asked_at=NOON - DAY))
    with database.reading() as session:
        found = records.places_asked_in(session, NOON, 10)
        assert found == (Place("T1", "C1", Visibility.PUBLIC), Place("T1", "C2", Visibility.PUBLIC))
        assert len(records.places_asked_in(session, NOON, 1)) == 1
