"""What breaks around the bot: one clear sentence or self-repair, nothing lost, never silence to the asker."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.workspace import Timing, Workspace
from tests.bot_process import BotProcess
from tests.conftest import ROOT

QUESTION = "<@U0SIGNPOST> we recorded a webinar, how do we get a blog post out of it?"
RETRIES = Timing(retries=(1.0, 3.0, 6.0, 12.0, 24.0))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corner of the starter library: starting with it is quick, also without an index."""
    root = tmp_path_factory.mktemp("library")
    for part in ("skills/marketing/repurpose-recording", "skills/marketing/campaign-brief", "skills/product"):
        shutil.copytree(ROOT / part, root / part)
    (root / "knowledge").mkdir()
    shutil.copy(ROOT / "knowledge" / "organisation.toml", root / "knowledge")
    return root


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    with Workspace(timing=RETRIES) as served:
        yield served


@pytest.fixture(scope="module")
def bot(workspace: Workspace, data: Path, library: Path) -> Iterator[BotProcess]:
    """A bot that found Slack out of reach when it started, and waited."""
    for _ in range(3):
        workspace.faults.add("auth.test", "reset")
    with BotProcess(workspace, data, library) as running:
        assert "slack_unreachable" in running.log()
        assert "Traceback" not in running.log()
        yield running


def _replies(workspace: Workspace, ts: str) -> list[dict[str, Any]]:
    return [m for m in workspace.thread("C0GENERAL", ts) if m.get("bot_id")]


def _ask(workspace: Workspace) -> str:
    return workspace.say("U0MAYA", "C0GENERAL", QUESTION)


def test_slack_out_of_reach_at_the_start_is_waited_out(workspace: Workspace, bot: BotProcess) -> None:
    ts = _ask(workspace)
    assert len(workspace.wait_for(lambda: _replies(workspace, ts), 20)) == 1


def test_a_locked_database_delays_an_answer_and_loses_none(workspace: Workspace, bot: BotProcess, data: Path) -> None:
    with closing(sqlite3.connect(data / "signpost.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ts = _ask(workspace)
        workspace.wait_for(lambda: any(d.reason for d in workspace.deliveries("events_api")), 30)
        assert _replies(workspace, ts) == []
        other.execute("ROLLBACK")
    assert len(workspace.wait_for(lambda: _replies(workspace, ts), 60)) == 1
    assert "Traceback" not in bot.log()


def test_the_index_may_vanish_under_a_running_bot(workspace: Workspace, bot: BotProcess, data: Path) -> None:
    shutil.rmtree(data / "index")
    ts = _ask(workspace)
    assert "Repurpose a recording" in json.dumps(workspace.wait_for(lambda: _replies(workspace, ts), 20)[0])


@pytest.mark.soak
def test_a_second_process_answers_while_the_first_holds_the_index(bot: BotProcess, data: Path) -> None:
    command = [sys.executable, "-m", "bot.cli.main", "ask", "--json", "how do we get a blog post out of a webinar?"]
    ended = subprocess.run(
        command, cwd=ROOT, env=bot.environment, capture_output=True, text=True, check=True, timeout=100
    )
    assert json.loads(ended.stdout)["candidates"][0]["id"] == "skill:marketing/repurpose-recording"


def test_sigterm_ends_it_cleanly(workspace: Workspace, bot: BotProcess) -> None:
    ts = _ask(workspace)
    workspace.wait_for(lambda: _replies(workspace, ts), 20)
    assert bot.stop() == 0


@pytest.mark.soak
def test_a_read_only_database_is_told_in_one_sentence(data: Path, bot: BotProcess) -> None:
    closed = {**bot.environment, "DATABASE_URL": f"sqlite:///file:{data / 'signpost.sqlite3'}?mode=ro&uri=true"}
    command = [sys.executable, "-m", "bot.cli.main", "ask", "which tool?"]
    ended = subprocess.run(command, cwd=ROOT, env=closed, capture_output=True, text=True, check=False, timeout=100)
    assert ended.returncode == 1
    assert "read-only" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
