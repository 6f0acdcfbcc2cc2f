"""Two hundred questions from thirty people at once, each delivered three times, with their twins."""

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.workspace import Channel, Seed, User, Workspace, default_seed
from tests.bot_process import BotProcess

pytestmark = pytest.mark.soak

PEOPLE = 30
QUESTIONS = 200
ACK_WITHIN = 3.0  # seconds: later, and Slack counts the delivery as failed
ASKED = (
    "we recorded a webinar, how do we get a blog post out of it?",
    "who books the photographer for our summer party?",
    "does HubSpot work with Mailchimp?",
    "people cancel after the trial, what can we offer them",
    "may I paste a customer's complaint into ChatGPT?",
)


def crowded() -> Seed:
    """Acme with thirty more people and a channel for every five of them."""
    seed = default_seed()
    crowd = tuple(User(f"U0P{n:02}", f"person{n}", f"Person Number {n}") for n in range(PEOPLE))
    rooms = tuple(
        Channel(f"C0ROOM{n}", f"room-{n}", "public", (*(person.id for person in crowd), seed.bot.user_id))
        for n in range(PEOPLE // 5)
    )
    return replace(seed, users=(*seed.users, *crowd), channels=(*seed.channels, *rooms))


@pytest.fixture(params=["socket", "http"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path, free_port: int) -> Iterator[Workspace]:
    """With the bot in it as a process of its own, over either transport."""
    over_http = request.param == "http"
    url = f"http://127.0.0.1:{free_port}/slack/events" if over_http else None
    arguments = ("--http", str(free_port)) if over_http else ()
    with (
        Workspace(crowded(), events_url=url, redeliver="always-3") as served,
        BotProcess(served, tmp_path, arguments=arguments),
    ):
        yield served


@pytest.mark.timeout(300)
def test_two_hundred_questions_at_once_get_two_hundred_answers(workspace: Workspace) -> None:
    with ThreadPoolExecutor(PEOPLE) as crowd:
        asked = list(crowd.map(lambda number: _ask(workspace, number), range(QUESTIONS)))
    _wait_for_answers(workspace, asked)
    time.sleep(20)  # longer than a claim lasts: a second answer, if there were one, would come now
    assert Counter(_answers(workspace, *place) for place in asked) == {1: QUESTIONS}
    # Three deliveries of each mention and of its twin, the message.
    acks = [sent.acked_after for sent in workspace.deliveries("events_api") if sent.type in {"app_mention", "message"}]
    assert len(acks) >= 6 * QUESTIONS
    in_time = [ack for ack in acks if ack is not None]
    assert len(in_time) == len(acks), Counter(sent.reason for sent in workspace.deliveries("events_api"))
    print(
        f"{len(acks)} deliveries; acknowledged after {statistics.median(in_time):.2f} s, at most {max(in_time):.2f} s"
    )
    assert max(in_time) <= ACK_WITHIN


def _ask(workspace: Workspace, number: int) -> tuple[str, str]:
    channel = f"C0ROOM{number % (PEOPLE // 5)}"
    text = f"<@U0SIGNPOST> {ASKED[number % len(ASKED)]} (no. {number})"
    return channel, workspace.say(f"U0P{number % PEOPLE:02}", channel, text)


def _answers(workspace: Workspace, channel: str, ts: str) -> int:
    return sum(message["ts"] != ts and bool(message.get("bot_id")) for message in workspace.thread(channel, ts))


def _wait_for_answers(workspace: Workspace, asked: list[tuple[str, str]]) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and not all(_answers(workspace, *place) for place in asked):
        time.sleep(0.5)
