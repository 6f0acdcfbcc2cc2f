from datetime import timedelta

import pytest

from bot.domain import DeliveryId, DeliveryKind
from bot.errors import NotFound
from bot.store import records
from bot.store.database import Database
from tests.store.examples import MINUTE, NOON, opened, place, question

SECOND = timedelta(seconds=1)


def _owed(database: Database) -> DeliveryId:
    with database.transaction() as session:
        id = records.open_question(session, question(), claimed_until=NOON + MINUTE)
        owed = records.delivery_of(session, DeliveryKind.ANSWER, id)
    assert owed
    return owed.id


def test_a_delivery_is_claimed_by_one_until_the_claim_runs_out(database: Database) -> None:
    id = _owed(database)
    with database.transaction() as session:
        assert records.claim_delivery(session, id, NOON, NOON + MINUTE) is None  # whoever asked still has it
        claimed = records.claim_delivery(session, id, NOON + MINUTE, NOON + 2 * MINUTE)
        assert claimed and claimed.claimed_until == NOON + 2 * MINUTE
        assert records.claim_delivery(session, id, NOON + 2 * MINUTE - SECOND, NOON + 9 * MINUTE) is None
        assert records.due_deliveries(session, NOON + 2 * MINUTE - SECOND, 9, NOON + 9 * MINUTE) == ()
        assert records.claim_delivery(session, id, NOON + 2 * MINUTE, NOON + 3 * MINUTE)


def test_an_attempt_is_remembered_by_whoever_comes_next(database: Database) -> None:
    id = _owed(database)
    with database.transaction() as session:
        records.begin_attempt(session, id)
    with database.transaction() as session:
        (due,) = records.due_deliveries(session, NOON + MINUTE, 9, NOON + 2 * MINUTE)
    assert (due.id, due.attempts) == (id, 1)


def test_what_was_told_is_never_due_again_and_keeps_its_first_mark(database: Database) -> None:
    id = _owed(database)
    with database.transaction() as session:
        records.mark_delivered(session, id, "C1:5.0", NOON + MINUTE)
        records.mark_delivered(session, id, "C1:6.0", NOON + 2 * MINUTE)
        records.give_up(session, id, "too late", NOON + 3 * MINUTE)
    with database.transaction() as session:
        assert records.due_deliveries(session, NOON + 9 * MINUTE, 9, NOON + 9 * MINUTE) == ()
        assert records.claim_delivery(session, id, NOON + 9 * MINUTE, NOON + 9 * MINUTE) is None
        asked = records.recent(session, 1)[0]
        kept = records.delivery_of(session, DeliveryKind.ANSWER, asked.id)
    assert (asked.delivered_as, asked.delivered_at) == ("C1:5.0", NOON + MINUTE)
    assert kept and kept.gave_up == ""


def test_a_postponed_delivery_waits_for_its_time(database: Database) -> None:
    id = _owed(database)
    with database.transaction() as session:
        records.postpone(session, id, NOON + 5 * MINUTE)
        assert records.claim_delivery(session, id, NOON + 4 * MINUTE, NOON + 9 * MINUTE) is None
        assert records.claim_delivery(session, id, NOON + 5 * MINUTE, NOON + 9 * MINUTE)


def test_what_was_given_up_is_never_tried_again_and_says_why(database: Database) -> None:
    id = _owed(database)
    with database.transaction() as session:
        records.give_up(session, id, "The channel is gone.", NOON + MINUTE)
        assert records.due_deliveries(session, NOON + 9 * MINUTE, 9, NOON + 9 * MINUTE) == ()
        with pytest.raises(NotFound, match="not to be sent"):
            records.begin_attempt(session, id)
        kept = records.delivery_of(session, DeliveryKind.ANSWER, records.recent(session, 1)[0].id)
        gave_up = [e for e in records.events_between(session, NOON, NOON + 9 * MINUTE) if "gave_up" in e.what]
    assert kept and kept.gave_up == "The channel is gone."
    assert len(gave_up) == 1


def test_due_deliveries_come_oldest_first_and_no_more_than_asked_for(database: Database) -> None:
    with database.transaction() as session:
        asks = [question(f"k{n}", at=NOON - n * MINUTE, where=place(f"{n}.5")) for n in range(5)]
        ids = [opened(session, asked) for asked in asks]
        due = records.due_deliveries(session, NOON, 3, NOON + MINUTE)
        rest = records.due_deliveries(session, NOON, 9, NOON + MINUTE)
    assert [d.about for d in due] == ids[:1:-1]
    assert [d.about for d in rest] == ids[1::-1]
    with database.reading() as session:
        owed = records.deliveries_between(session, NOON - MINUTE, NOON + MINUTE, DeliveryKind.ANSWER)
    assert [d.about for d in owed] == ids[1::-1]


def test_a_lease_is_held_by_one_until_it_runs_out_or_is_given_back(database: Database) -> None:
    def acquire(holder: str, minute: int) -> bool:
        with database.transaction() as session:
            now = NOON + minute * MINUTE
            return records.acquire_lease(session, "sweep", holder, now, now + MINUTE)

    assert acquire("a", 0)
    assert not acquire("b", 0)
    assert acquire("a", 0)  # renewed
    assert acquire("b", 1)
    with database.transaction() as session:
        records.release_lease(session, "sweep", "a")  # not its own any more
    assert not acquire("a", 1)
    with database.transaction() as session:
        records.release_lease(session, "sweep", "b")
    assert acquire("a", 1)
