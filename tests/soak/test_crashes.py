"""kill -9 at random moments: nothing that was accepted is lost, nothing is answered twice."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from bot.workspace import Timing, Workspace
from bot.workspace.faults import Effect
from tests.bot_process import BotProcess

pytestmark = pytest.mark.soak

# What befalls the bot's posts and its look back for them, over and over, while it is being killed.
FAULTS: tuple[tuple[str, Effect], ...] = (
    ("chat.postMessage", "ratelimited"),
    ("chat.postMessage", "500"),
    ("chat.postMessage", "lost"),
    ("chat.postMessage", "reset"),
    ("conversations.replies", "500"),
)
ASKERS = {"C0GENERAL": ["U0MAYA", "U0PRIYA", "U0OMAR", "U0LENA"], "C0MARKETING": ["U0TOMAS", "U0SOFIA"]}
QUESTIONS = [
    "we recorded a webinar, how do we get a blog post out of it?",
    "who books the photographer for our summer party?",
    "does HubSpot work with Mailchimp?",
    "people cancel after the trial, what can we offer them",
    "how long may a giraffe park in front of the office?",
]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("rounds", "faults"), [(30, ()), (15, FAULTS)], ids=["thirty", "fifteen while Slack fails too"]
)
def test_crashes_lose_nothing_and_answer_nothing_twice(
    tmp_path: Path, rounds: int, faults: tuple[tuple[str, Effect], ...]
) -> None:
    chance = random.Random(20261123)
    asked: list[tuple[str, str]] = []
    with Workspace(timing=Timing(retries=(0.0, 2.0, 4.0, 8.0))) as workspace:
        bot = BotProcess(workspace, tmp_path)
        with bot:
            for _ in range(rounds):
                for method, kind in chance.sample(faults, min(2, len(faults))):
                    workspace.faults.add(method, kind, times=chance.randint(1, 3))
                until = time.monotonic() + chance.uniform(0.05, 3.0)
                while time.monotonic() < until:
                    asked.append(_ask(workspace, chance, len(asked)))
                    time.sleep(chance.uniform(0.0, 0.3))
                bot.kill()
                bot.start(wait=chance.random() < 0.7)  # sometimes killed again while it is still starting
            _wait_until_quiet(workspace, asked)
    replies = {place: _replies(workspace, *place) for place in asked}
    counts = Counter(replies.values())
    assert counts == {1: len(asked)}, f"of {len(asked)} questions, by number of replies: {counts}"


def _ask(workspace: Workspace, chance: random.Random, number: int) -> tuple[str, str]:
    channel = chance.choice(list(ASKERS))
    asker = chance.choice(ASKERS[channel])
    text = f"<@U0SIGNPOST> {chance.choice(QUESTIONS)} (no. {number})"
    return channel, workspace.say(asker, channel, text)


def _replies(workspace: Workspace, channel: str, ts: str) -> int:
    return sum(message["ts"] != ts and bool(message.get("bot_id")) for message in workspace.thread(channel, ts))


def _wait_until_quiet(workspace: Workspace, asked: list[tuple[str, str]]) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and not all(_replies(workspace, *place) for place in asked):
        time.sleep(1)
    time.sleep(20)  # longer than a claim lasts: a second answer, if there were one, would come now
