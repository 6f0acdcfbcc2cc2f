"""When the week's digest is due, who is owed it, and how it is stopped."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot import digesting
from bot.digesting import Reader
from bot.domain import Actor, DeliveryKind, DigestPlan, GroupId, Library, Organisation, PersonId
from bot.errors import BadInput, NotAllowed
from bot.store.database import Database, connect
from bot.store.erasing import erase_person
from bot.store.tables import DeliveryRow
from bot.wiring import BooksOnly
from tests.measures import history
from tests.store.examples import answered, question

LENA, OMAR, MAYA = (PersonId(one) for one in ("U0LENA", "U0OMAR", "U0MAYA"))
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)  # 9:00 in Berlin
ACME = Organisation("Acme", PersonId("U0ADA"), leaders=(LENA, OMAR), time_zone="Europe/Berlin")


@dataclass(frozen=True)
class At(BooksOnly):
    """The books, with the clock stopped."""

    moment: datetime = field(default=MONDAY)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def books(database_url: str) -> Iterator[At]:
    database = connect(database_url)
    with database.transaction() as session:
        answered(session, question("T1:C1:1.0", at=MONDAY - timedelta(days=2)))
    yield At(database, ACME, Library(), MONDAY)
    database.close()


def owed(database: Database) -> list[str]:
    with database.reading() as session:
        found = session.exec(select(DeliveryRow.about).where(DeliveryRow.kind == DeliveryKind.DIGEST))
        return sorted(found)


def due(at: datetime, **plan: object) -> str | None:
    return digesting.week_due(replace(ACME, digest=DigestPlan(**plan)), at)  # type: ignore[arg-type]


def test_it_is_due_from_its_hour_where_the_organisation_is_for_three_days() -> None:
    assert due(MONDAY - timedelta(seconds=1)) is None
    assert due(MONDAY) == "2026-W47"
    assert due(MONDAY + timedelta(days=3) - timedelta(seconds=1)) == "2026-W47"
    assert due(MONDAY + timedelta(days=3)) is None
    assert due(MONDAY, off=True) is None


def test_a_sunday_evenings_digest_is_still_due_in_the_week_after() -> None:
    sunday = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
    assert due(sunday, day=6, hour=22) == "2026-W47"
    assert due(sunday + timedelta(hours=20), day=6, hour=22) == "2026-W47"


def test_the_hour_is_that_of_the_clocks_on_the_wall_in_summer_and_in_winter() -> None:
    plan = replace(ACME, digest=DigestPlan(day=6, hour=9))
    assert digesting.moment_of(plan, "2026-W42") == datetime(2026, 10, 18, 7, tzinfo=UTC)
    assert digesting.moment_of(plan, "2026-W43") == datetime(2026, 10, 25, 8, tzinfo=UTC)  # the clocks went back
    in_the_gap = replace(ACME, digest=DigestPlan(day=6, hour=2))  # 29 March 2026 has no 2 o'clock
    assert digesting.moment_of(in_the_gap, "2026-W13") == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_weeks_are_told_apart_over_new_year() -> None:
    assert due(datetime(2027, 1, 4, 9, tzinfo=UTC)) == "2027-W01"
    assert due(datetime(2026, 12, 28, 9, tzinfo=UTC)) == "2026-W53"


def test_the_next_one_is_always_ahead() -> None:
    assert digesting.next_time(ACME, MONDAY - timedelta(minutes=1)) == MONDAY
    assert digesting.next_time(ACME, MONDAY) == MONDAY + timedelta(days=7)


def test_what_a_delivery_is_about_is_read_as_it_was_written() -> None:
    for reader in (Reader("2026-W47"), Reader("2026-W47", LENA)):
        assert Reader.read(str(reader)) == reader


def test_each_leader_is_owed_it_once_however_many_look(books: At) -> None:
    threads = [threading.Thread(target=digesting.owe, args=(books, "2026-W47", [LENA, OMAR])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert owed(books.database) == ["2026-W47:U0LENA", "2026-W47:U0OMAR"]
    assert digesting.owe(replace(books, moment=MONDAY + timedelta(days=1)), "2026-W47", [LENA, OMAR, MAYA])
    assert len(owed(books.database)) == 2


def test_a_channel_is_owed_it_instead_of_the_leaders(books: At) -> None:
    digesting.owe(replace(books, organisation=replace(ACME, digest=DigestPlan("C0LEADERS"))), "2026-W47", [LENA])
    assert owed(books.database) == ["2026-W47"]


def test_nothing_is_told_of_a_week_before_anybody_ever_asked(sqlite_database: Database) -> None:
    books = At(sqlite_database, ACME, Library(), MONDAY)
    with sqlite_database.transaction() as session:
        answered(session, question("T1:C1:1.0", at=MONDAY + timedelta(hours=1)))
    assert digesting.owe(replace(books, moment=MONDAY + timedelta(hours=2)), "2026-W47", [LENA])
    assert owed(sqlite_database) == []


def test_a_leader_stops_their_own_and_starts_it_again(books: At) -> None:
    lena = Actor(LENA)
    digesting.stop(books, lena)
    assert digesting.is_stopped(books, lena)
    digesting.owe(books, "2026-W47", [LENA, OMAR])
    assert owed(books.database) == ["2026-W47:U0OMAR"]
    digesting.resume(books, lena)
    digesting.owe(replace(books, moment=MONDAY + timedelta(days=7)), "2026-W48", [LENA, OMAR])
    assert "2026-W48:U0LENA" in owed(books.database)


def test_stopping_after_it_is_owed_still_stops_it(books: At) -> None:
    assert digesting.digest_for(books, Reader("2026-W47", LENA))
    digesting.stop(books, Actor(LENA))
    assert digesting.digest_for(books, Reader("2026-W47", LENA)) is None
    assert digesting.digest_for(books, Reader("2026-W47", OMAR))


def test_only_leaders_and_the_owner_preview_and_stop_it(books: At) -> None:
    for use in (digesting.preview, digesting.stop, digesting.resume):
        with pytest.raises(NotAllowed, match="Only leaders and the AI ops owner"):
            use(books, Actor(MAYA, frozenset([GroupId("@marketing")])))
    assert digesting.preview(books, Actor(PersonId("U0ADA")))


def test_what_the_file_switches_off_no_button_switches_on(books: At) -> None:
    off = replace(books, organisation=replace(ACME, digest=DigestPlan(off=True)))
    assert digesting.is_stopped(off, Actor(LENA))
    with pytest.raises(BadInput, match="off = false"):
        digesting.resume(off, Actor(LENA))


def test_a_second_attempt_says_what_the_first_one_said(sqlite_database: Database) -> None:
    cases = history.generate(600, 60, MONDAY - timedelta(days=70), 77, teams=4)
    history.write(sqlite_database, cases)
    organisation = replace(history.organisation(60, 4), leaders=(LENA,))
    books = At(sqlite_database, organisation, Library(), MONDAY + timedelta(minutes=1))
    first = digesting.digest_for(books, Reader("2026-W47", LENA))
    later = replace(books, moment=MONDAY + timedelta(days=2))
    assert first is not None
    assert first.trend
    assert digesting.digest_for(later, Reader("2026-W47", LENA)) == first
    with sqlite_database.transaction() as session:
        erase_person(session, PersonId("U5"), MONDAY + timedelta(days=1))
    again = digesting.digest_for(later, Reader("2026-W47", LENA))
    assert again is not None
    assert again.first == first.first
