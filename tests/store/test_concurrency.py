"""Several threads and several processes at once, as when Slack delivers again while the bot is busy."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing.connection import Connection
from threading import Barrier
from typing import Any

import pytest

from bot.domain import DeliveryKind, EscalationState, ItemId, PersonId, Ring
from bot.errors import AlreadyAsked, AlreadyDecided
from bot.store import records
from bot.store.database import connect
from tests.store.examples import MINUTE, NOON, answered, escalated, opened, place, question

PROCESSES, THREADS = 4, 20
FORK = multiprocessing.get_context("fork")  # a fresh interpreter each would take seconds to import everything


def _ask(url: str) -> list[str]:
    """Each of the threads takes the very same three messages; what each is told."""
    database = connect(url)
    together = Barrier(THREADS)

    def deliver(_: int) -> list[str]:
        together.wait(30)
        return [_taken(key) for key in ("a", "b", "c")]

    def _taken(key: str) -> str:
        try:
            with database.transaction() as session:
                return f"new {opened(session, question(key))}"
        except AlreadyAsked as told:
            return f"old {told.question_id}"

    return _in_threads(deliver)


def _claim(url: str) -> list[str]:
    """Each of the threads claims two at a time until nothing is due; the ids they got."""
    database = connect(url)

    def claim(_: int) -> list[str]:
        claimed: list[str] = []
        while True:
            with database.transaction() as session:
                due = records.due_deliveries(session, NOON, 2, NOON + MINUTE)
            if not due:
                return claimed
            claimed += [delivery.id for delivery in due]

    return _in_threads(claim, threads=5)


def _decide(url: str) -> list[str]:
    """Each of the threads decides the only escalation; how it went."""
    database = connect(url)

    def decide(number: int) -> list[str]:
        try:
            with database.transaction() as session:
                ((case, _),) = records.open_escalations(session) or ((None, None),)
                if case is None:
                    return ["late"]
                by = PersonId(f"U{os.getpid()}_{number}")
                records.decide_escalation(
                    session,
                    case.id,
                    state=EscalationState.POINTED,
                    by=by,
                    at=NOON,
                    answer_id=ItemId("tool:x"),
                )
            return [f"decided {by}"]
        except AlreadyDecided:
            return ["late"]

    return _in_threads(decide, threads=5)


def _want_a_trial(url: str) -> list[str]:
    """Each of the threads asks for a trial of the same tool, is reminded of it, and sees the tool move."""
    database = connect(url)

    def want(number: int) -> list[str]:
        key = f"{os.getpid()}.{number}"
        with database.transaction() as session:
            id = opened(session, question(key, where=place(key)))
            topic = {"shared_text": key, "withheld": False, "topic": "trial|tool:x"}
            records.open_escalation(session, id, "", NOON, **topic)
        with database.transaction() as session:
            reminded = records.owe_reminder(session, "test:x@2026-11-20", NOON)
        with database.transaction() as session:
            records.note_rings(session, {ItemId("tool:x"): Ring.HOLD}, NOON)
        return ["reminded"] * reminded

    return _in_threads(want, threads=5)


def test_what_many_ask_of_a_tools_owner_at_once_is_owed_once(database_url: str) -> None:
    database = connect(database_url)
    with database.transaction() as session:
        records.note_rings(session, {ItemId("tool:x"): Ring.TRIAL}, NOON)
    told = _in_processes(_want_a_trial, database_url, 2)
    assert told == ["reminded"]
    with database.reading() as session:
        owed = {kind: records.deliveries_between(session, NOON, NOON + MINUTE, kind) for kind in DeliveryKind}
        assert len(owed[DeliveryKind.CARD]) == len(owed[DeliveryKind.REMINDER]) == 1
        assert len(records.open_escalations(session)) == 10
        seen = records.ringed(session, [ItemId("tool:x")])
        assert [event.data["ring"] for event in seen] == ["trial", "hold"]
    database.close()


@pytest.mark.parametrize("processes", [1, PROCESSES])
def test_a_message_delivered_many_times_at_once_is_one_question(database_url: str, processes: int) -> None:
    told = _in_processes(_ask, database_url, processes)
    assert len(told) == processes * THREADS * 3
    new = [words for words in told if words.startswith("new")]
    assert len(new) == 3
    assert {words.split()[1] for words in told} == {words.split()[1] for words in new}
    database = connect(database_url)
    with database.transaction() as session:
        assert len(list(records.questions_between(session, NOON, NOON + MINUTE))) == 3
        assert len(records.due_deliveries(session, NOON, 9, NOON + MINUTE)) == 3
    database.close()


def test_every_delivery_is_claimed_exactly_once(database_url: str) -> None:
    database = connect(database_url)
    with database.transaction() as session:
        for n in range(60):
            opened(session, question(f"k{n}", where=place(f"{n}.5")))
    database.close()
    claimed = Counter(_in_processes(_claim, database_url, PROCESSES))
    assert len(claimed) == 60
    assert set(claimed.values()) == {1}


def test_only_one_of_many_decides(database_url: str) -> None:
    database = connect(database_url)
    with database.transaction() as session:
        case = escalated(session)
    told = _in_processes(_decide, database_url, PROCESSES)
    (winner,) = [words.split()[1] for words in told if words != "late"]
    with database.reading() as session:
        assert records.escalation(session, case.id).decided_by == winner
    database.close()


def test_no_change_is_lost_when_all_change_the_same(database_url: str) -> None:
    database = connect(database_url)
    with database.transaction() as session:
        id = answered(session)
        owed = records.due_deliveries(session, NOON + MINUTE, 1, NOON + MINUTE)[0].id
        before = int(records.knowledge_version(session))

    def press(number: int) -> list[str]:
        with database.transaction() as session:
            records.record_feedback(session, id, PersonId(f"U{number}"), None, NOON)
            records.begin_attempt(session, owed)
        return []

    _in_threads(press)
    with database.transaction() as session:
        (delivery,) = records.due_deliveries(session, NOON + MINUTE, 1, NOON + MINUTE)
        assert delivery.attempts == THREADS
        assert int(records.knowledge_version(session)) == before + THREADS
    database.close()


def test_a_lease_is_won_by_one_of_many(database_url: str) -> None:
    database = connect(database_url)

    def acquire(number: int) -> list[str]:
        with database.transaction() as session:
            return ["won"] * records.acquire_lease(session, "sweep", str(number), NOON, NOON + MINUTE)

    assert _in_threads(acquire) == ["won"]
    database.close()


def test_a_process_killed_inside_a_transaction_leaves_nothing_behind(database_url: str) -> None:
    ours, theirs = FORK.Pipe()
    victim = FORK.Process(target=_take_and_wait, args=(database_url, theirs))
    victim.start()
    assert ours.poll(30)
    assert ours.recv() == "written"
    assert victim.pid
    os.kill(victim.pid, signal.SIGKILL)
    victim.join(10)
    database = connect(database_url)
    with database.transaction() as session:
        assert [a.question.source_key for a in records.recent(session, 9)] == ["kept"]
        opened(session, question("lost", where=place("2.0")))  # and its key is free again
    database.close()


def _take_and_wait(url: str, parent: Connection) -> None:
    database = connect(url)
    with database.transaction() as session:
        opened(session, question("kept"))
    with database.transaction() as session:
        opened(session, question("lost", where=place("2.0")))
        session.flush()
        parent.send("written")
        signal.pause()


def test_readers_are_not_held_up_by_a_writer(database_url: str) -> None:
    database = connect(database_url, patience=1)
    with database.transaction() as session:
        opened(session)
    with database.transaction() as session:
        opened(session, question("k2", where=place("2.0")))
        session.flush()
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_count, database).result(10) == 1
    assert _count(database) == 2
    database.close()


def _count(database: Any) -> int:
    with database.reading() as session:
        return len(list(records.questions_between(session, NOON - timedelta(1), NOON + timedelta(1))))


def _in_threads(work: Callable[[int], list[str]], threads: int = THREADS) -> list[str]:
    with ThreadPoolExecutor(threads) as pool:
        return [words for found in pool.map(work, range(threads)) for words in found]


def _in_processes(work: Callable[[str], list[str]], url: str, processes: int) -> list[str]:
    if processes == 1:
        return work(url)
    with FORK.Pool(processes) as pool:
        return [words for found in pool.map_async(work, [url] * processes, 1).get(60) for words in found]
