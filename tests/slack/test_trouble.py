"""Slack failing in every way it can: each question still ends in exactly one answer."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.errors import DatabaseUnavailable
from bot.slack import asking
from tests.slack.conftest import KNOWN, UNKNOWN, World, said, until

MAYA, PRIYA = "U0MAYA", "U0PRIYA"
GENERAL = "C0GENERAL"


def answered_once(world: World, channel: str, ts: str) -> bool:
    """One reply now, and still one after whatever was put off has come."""
    world.reply(channel, ts)
    time.sleep(2.5)
    return len(world.replies(channel, ts)) == 1


def test_posts_that_fail_in_five_ways_are_made_exactly_once(world: World) -> None:
    for kind in ("ratelimited", "500", "503", "reset", "lost"):
        world.workspace.faults.add("chat.postMessage", kind, times=2)  # type: ignore[arg-type]
    places = [GENERAL, "C0MARKETING"] * 3
    asked = [(channel, world.ask(MAYA, channel, KNOWN)) for channel in places]
    for channel, ts in asked:
        world.reply(channel, ts)
    time.sleep(1.5)
    assert [len(world.replies(channel, ts)) for channel, ts in asked] == [1] * 6


def test_an_answer_lost_while_looking_fails_too_comes_once(world: World) -> None:
    world.workspace.faults.add("chat.postMessage", "lost")
    world.workspace.faults.add("conversations.replies", "500", times=2)
    ts = world.ask(MAYA, GENERAL, KNOWN)
    assert answered_once(world, GENERAL, ts)
    time.sleep(3)
    assert len(world.replies(GENERAL, ts)) == 1


def test_a_lost_direct_message_and_a_lost_card_come_once(world: World) -> None:
    before = len(world.cards())
    world.workspace.faults.add("chat.postMessage", "lost", times=2)
    ts = world.ask(MAYA, GENERAL, UNKNOWN)
    world.reply(GENERAL, ts)
    until(lambda: len(world.cards()) > before, "the card")
    time.sleep(3)
    assert len(world.replies(GENERAL, ts)) == 1
    assert len(world.cards()) == before + 1


def test_a_status_that_is_slow_or_refused_holds_nothing_up(world: World) -> None:
    world.workspace.faults.add("assistant.threads.setStatus", "hang", times=1, seconds=5)
    started = time.monotonic()
    ts = world.ask(MAYA, GENERAL, KNOWN)
    world.reply(GENERAL, ts)
    assert time.monotonic() - started < 4


def test_blocks_that_slack_refuses_still_leave_the_words(world: World) -> None:
    world.workspace.faults.add("chat.postMessage", "error", error="invalid_blocks")
    ts = world.ask(MAYA, GENERAL, KNOWN)
    reply = world.reply(GENERAL, ts)
    assert "Webinar to blog post" in reply["text"]


def test_a_thread_that_is_gone_sends_the_answer_to_its_asker(world: World) -> None:
    world.workspace.faults.add("chat.postMessage", "error", error="channel_not_found")
    before = len(world.dms(PRIYA))
    ts = world.ask(PRIYA, GENERAL, KNOWN)
    found = until(lambda: world.dms(PRIYA)[before:], "the answer by direct message")
    assert "Webinar to blog post" in found[0]["text"]
    assert world.replies(GENERAL, ts) == []


def test_a_question_that_cannot_be_kept_is_not_acknowledged_and_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept: Callable[..., str] = asking.answering.accept
    failures = iter((True, True))

    def failing(*arguments: object) -> str:
        if next(failures, False):
            raise DatabaseUnavailable("The database is locked by another program: close it.")
        return accept(*arguments)

    monkeypatch.setattr(asking.answering, "accept", failing)
    ts = world.ask(MAYA, GENERAL, KNOWN)
    assert answered_once(world, GENERAL, ts)


def test_a_database_that_stays_away_is_said_to_the_asker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> str:
        raise DatabaseUnavailable("The disk is full: make room for the database.")

    monkeypatch.setattr(asking.answering, "accept", failing)
    before = len(world.whispers(MAYA))
    assert world.workspace.command(MAYA, GENERAL, "/signpost", KNOWN)
    told = until(lambda: world.whispers(MAYA)[before:], "a sentence")
    assert told[0]["text"] == "The disk is full: make room for the database."


def test_a_fault_of_ours_is_told_with_a_reference(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ts = world.ask(MAYA, GENERAL, KNOWN)
    reply = world.reply(GENERAL, ts)

    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("bot.slack.curation.answering.give_feedback", broken)
    before = len(world.whispers(MAYA))
    world.workspace.press(MAYA, GENERAL, reply["ts"], "feedback", value="positive_button")
    told = until(lambda: world.whispers(MAYA)[before:], "a sentence")
    assert "tell the AI ops owner: reference" in said(told[0]["blocks"])
    assert "boom" not in str(told)


def test_a_question_we_fail_over_ends_in_an_apology(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("bot.slack.delivery.answering.ask", broken)
    monkeypatch.setattr("bot.outbox._BACKOFF", (0.1,))
    ts = world.ask(MAYA, GENERAL, KNOWN)
    assert "Something went wrong on my side (reference" in world.reply(GENERAL, ts)["text"]


def test_thirty_questions_at_once_are_answered_once_each_and_acknowledged_in_time(world: World) -> None:
    people = ["U0MAYA", "U0TOMAS", "U0ADA", "U0BEN", "U0LENA", "U0PRIYA", "U0OMAR", "U0SOFIA"]
    asked = [world.ask(people[i % 8], GENERAL, f"{KNOWN} ({i})") for i in range(30)]
    for ts in asked:
        until(lambda ts=ts: world.replies(GENERAL, ts), "an answer", 40)  # type: ignore[misc]
    time.sleep(1.5)
    assert [len(world.replies(GENERAL, ts)) for ts in asked] == [1] * 30
    late = [sent for sent in world.workspace.deliveries("events_api") if sent.acked_after and sent.acked_after > 3]
    assert late == []


def test_what_is_put_off_waits_as_long_as_slack_says(world: World) -> None:
    world.workspace.faults.add("chat.postMessage", "ratelimited", times=1, seconds=3)
    started = time.monotonic()
    ts = world.ask(MAYA, GENERAL, KNOWN)
    world.reply(GENERAL, ts)
    assert timedelta(seconds=time.monotonic() - started) >= timedelta(seconds=2.9)
