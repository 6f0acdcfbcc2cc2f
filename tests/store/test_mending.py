"""Bottlenecks: three people make one card, whatever runs at once, and nobody's words are in it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from bot.domain import BlockedStep, CardState, DeliveryKind, Kind, PersonId, ProcessCardId, StepKind, TeamName
from bot.errors import AlreadyDecided, NotFound
from bot.store import records
from bot.store.database import Database
from tests.store.examples import NOON, answer, question

LEGAL = TeamName("legal")
DAY = timedelta(days=1)


def step(*vector: float, team: TeamName | None = LEGAL) -> BlockedStep:
    return BlockedStep(StepKind.WAITING, team, vector or (1.0, 0.0), "small")


def meet(database: Database, key: str, asker: str, at: datetime = NOON, met: BlockedStep | None = None) -> str:
    """Somebody asks and is held up."""
    with database.transaction() as session:
        id = records.open_question(session, question(key, asker=PersonId(asker), at=at), claimed_until=at)
        records.note_blocked_step(session, id, met or step(), at)
    return id


def owed(database: Database) -> list[str]:
    with database.reading() as session:
        far = NOON + 400 * DAY
        return [d.about for d in records.deliveries_between(session, NOON - DAY, far, DeliveryKind.PROCESS_CARD)]


def test_the_third_person_makes_the_card_and_the_fourth_none(database: Database) -> None:
    for number, asker in enumerate(["U1", "U1", "U2"]):
        meet(database, str(number), asker)
    assert owed(database) == []
    meet(database, "3", "U3")
    meet(database, "4", "U4")
    (card,) = owed(database)
    with database.reading() as session:
        found = records.process_card(session, ProcessCardId(card))
    assert (found.askers, found.team, found.step, found.state) == (4, LEGAL, StepKind.WAITING, CardState.OPEN)


def test_what_is_old_unlike_or_anothers_does_not_count(database: Database) -> None:
    meet(database, "old", "U1")
    later = NOON + 31 * DAY
    meet(database, "1", "U2", later)
    meet(database, "2", "U3", later)
    meet(database, "unlike", "U4", later, step(0.0, 1.0))
    meet(database, "sales", "U5", later, step(team=TeamName("sales")))
    assert owed(database) == []
    meet(database, "3", "U6", later)
    assert len(owed(database)) == 1


def test_askers_at_the_same_moment_make_one_card(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: meet(database, str(n), f"U{n}"), range(6)))
    assert len(owed(database)) == 1


def test_a_closed_card_is_not_decided_again_and_three_new_people_open_another(database: Database) -> None:
    for number in range(3):
        meet(database, str(number), f"U{number}")
    card = ProcessCardId(owed(database)[0])
    with database.transaction() as session:
        records.decide_process_card(session, card, CardState.BEING_MENDED, PersonId("U9"), NOON)
        records.decide_process_card(session, card, CardState.MENDED, PersonId("U9"), NOON + DAY)
    with database.transaction() as session, pytest.raises(AlreadyDecided, match="U9"):
        records.decide_process_card(session, card, CardState.DECLINED, PersonId("U8"), NOON, "no")
    for number in range(3, 5):
        meet(database, str(number), f"U{number}", NOON + 2 * DAY)
    assert len(owed(database)) == 1
    meet(database, "5", "U5", NOON + 2 * DAY)
    assert len(owed(database)) == 2


def test_whoever_is_forgotten_leaves_a_count_and_no_vector(database: Database) -> None:
    meet(database, "1", "U1")
    with database.transaction() as session:
        records.erase_person(session, PersonId("U1"), NOON)
    with database.reading() as session:
        ((left, _, asker),) = records.blocked_steps_between(session, NOON, NOON + DAY)
    assert (left.vector, left.kind, asker) == ((), StepKind.WAITING, "erased")


def test_the_owners_word_on_the_kind_counts_and_leaves_an_event(database: Database) -> None:
    with database.transaction() as session:
        id = records.open_question(session, question("1"), claimed_until=NOON)
    with database.transaction() as session, pytest.raises(NotFound):
        records.overrule_kind(session, id, Kind.PROCESS, PersonId("U9"), NOON)
    with database.transaction() as session:
        told = records.record_answer(session, answer(id), NOON)
        other = Kind.PROCESS if told.kind is not Kind.PROCESS else Kind.WHICH
        assert records.overrule_kind(session, id, other, PersonId("U9"), NOON)
        assert not records.overrule_kind(session, id, other, PersonId("U9"), NOON)
    with database.reading() as session:
        kept = records.asked(session, id)
        assert kept.answer and kept.answer.kind is other
        assert records.overruled(session) == ((kept.question.text, other),)
        events = [e for e in records.events_between(session, NOON, NOON + DAY) if e.what == "kind.overruled"]
    assert [dict(e.data) for e in events] == [{"from": told.kind.value, "to": other.value}]
