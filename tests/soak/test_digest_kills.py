"""kill -9 in the middle of sending the week's digest, with two processes running: every leader gets it, and once."""

import contextlib
import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.workspace import Timing, Workspace
from bot.workspace.faults import Effect
from tests.bot_process import BotProcess
from tests.slack import library
from tests.slack.test_digest import organisation, write_history

pytestmark = pytest.mark.soak
ROUNDS = 8
LEADERS = ("U0BEN", "U0LENA")
FAULTS: tuple[Effect, ...] = ("lost", "500", "reset")
QUIET = 20  # seconds; longer than a claim lasts: a second digest, if there were one, would come now


@pytest.mark.timeout(900)
def test_two_processes_and_a_kill_in_mid_send_tell_it_once(
    tmp_path: Path, record_property: Callable[..., None]
) -> None:
    chance = random.Random(20261124)
    acme = library.write(tmp_path / "acme", organisation())
    rows = tmp_path / "rows.sqlite3"
    write_history(f"sqlite:///{rows}")
    counts: Counter[int] = Counter()
    killed_sending = 0
    for number in range(ROUNDS):
        folder = tmp_path / f"round-{number}"
        folder.mkdir()
        shutil.copy(rows, folder / "shared.sqlite3")
        told, sending = _round(folder, acme, chance)
        counts.update(told)
        killed_sending += sending
    assert counts == {1: ROUNDS * len(LEADERS)}, f"by how many digests a leader got: {counts}"
    record_property("rounds_killed_while_sending", killed_sending)
    assert killed_sending, "no round killed a process while it was sending"


def _round(folder: Path, acme: Path, chance: random.Random) -> tuple[list[int], bool]:
    """How many digests each leader has in the end, and whether the kill hit a post on its way."""
    with Workspace(timing=Timing(retries=(0.0, 1.0))) as workspace:
        workspace.faults.add("chat.postMessage", "ratelimited", times=1000)  # until both processes are there
        with _bot(workspace, folder, "a", acme) as first, _bot(workspace, folder, "b", acme) as second:
            workspace.faults.clear()
            for _ in LEADERS:
                workspace.faults.add("chat.postMessage", "slow", seconds=3.0)
            if chance.random() < 0.5:
                workspace.faults.add("chat.postMessage", chance.choice(FAULTS))
            time.sleep(chance.uniform(0.5, 4.5))  # the next attempt comes within two seconds, and takes three
            chance.choice([first, second]).kill()
            time.sleep(6)  # a sender that lives has marked its post by now
            sending = bool(_owed(folder))
            deadline = time.monotonic() + 90
            while _owed(folder) and time.monotonic() < deadline:
                time.sleep(0.5)
            assert not _owed(folder), "a digest was never told"
            time.sleep(QUIET)
        return [_digests(workspace, leader) for leader in LEADERS], sending


def _bot(workspace: Workspace, folder: Path, name: str, acme: Path) -> BotProcess:
    data = folder / name
    data.mkdir()
    shared = {"DATABASE_URL": f"sqlite:///{folder / 'shared.sqlite3'}", "EMBEDDINGS": "small"}
    return BotProcess(workspace, data, acme, environment=shared)


def _owed(folder: Path) -> int:
    with contextlib.closing(sqlite3.connect(folder / "shared.sqlite3", timeout=20)) as rows:
        untold = "SELECT count(*) FROM deliveries WHERE kind = 'digest' AND delivered_at IS NULL"
        return int(rows.execute(untold).fetchone()[0])


def _digests(workspace: Workspace, leader: str) -> int:
    told = workspace.messages(workspace.dm_channel(leader))
    return sum(bool(message.get("bot_id")) and "The week in short" in message["text"] for message in told)
