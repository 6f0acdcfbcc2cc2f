"""The whole loop over signed HTTP: ask, escalate, answer once, answer again, count."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.workspace import Workspace
from tests.bot_process import BotProcess
from tests.conftest import ROOT

MAYA, TOMAS, ADA, LENA = "U0MAYA", "U0TOMAS", "U0ADA", "U0LENA"
ASKED = "<@U0SIGNPOST> who waters the plants on floor two?"
IN_OTHER_WORDS = "<@U0SIGNPOST> the plants on floor two look thirsty, who waters them?"
ANSWERED = "Omar from operations waters them. Write to him if one dies."


@pytest.fixture
def workspace(tmp_path: Path, free_port: int) -> Iterator[Workspace]:
    with (
        Workspace(events_url=f"http://127.0.0.1:{free_port}/slack/events") as served,
        BotProcess(served, tmp_path, arguments=("--http", str(free_port))),
    ):
        yield served


def _replies(workspace: Workspace, channel: str, ts: str) -> list[dict[str, Any]]:
    return [m for m in workspace.thread(channel, ts) if m.get("bot_id")]


def _text(message: dict[str, Any] | None) -> str:
    return json.dumps(message, ensure_ascii=False)


def _signpost(data: Path, *words: str) -> str:
    command = [sys.executable, "-m", "bot.cli.main", *words]
    environment = {**os.environ, "DATA_DIR": str(data)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.soak
def test_what_the_owner_answers_once_is_known_from_then_on(workspace: Workspace, tmp_path: Path) -> None:
    ts = workspace.say(MAYA, "C0GENERAL", ASKED)
    workspace.wait_for(lambda: _replies(workspace, "C0GENERAL", ts), 20)
    assert "don't know" in _text(_replies(workspace, "C0GENERAL", ts)[0])

    card = workspace.wait_for(lambda: next((m for m in workspace.messages("C0AIOPS") if m.get("bot_id")), None))
    assert "plants" in _text(card)
    workspace.press(ADA, "C0AIOPS", card["ts"], "answer_case")
    workspace.wait_for(lambda: workspace.view(ADA))
    assert workspace.submit(ADA, {"answer": ANSWERED}) is None

    workspace.wait_for(lambda: len(_replies(workspace, "C0GENERAL", ts)) == 2)
    assert "Omar from operations" in _text(_replies(workspace, "C0GENERAL", ts)[1])
    workspace.wait_for(lambda: "answered this" in _text(workspace.messages("C0AIOPS")[-1]))

    again = workspace.say(TOMAS, "C0MARKETING", IN_OTHER_WORDS)
    workspace.wait_for(lambda: _replies(workspace, "C0MARKETING", again))
    given = _text(_replies(workspace, "C0MARKETING", again)[0])
    assert "Omar from operations" in given
    assert "Ada Okafor answered “who waters the plants on floor two?” on" in given

    workspace.press(
        TOMAS, "C0MARKETING", _replies(workspace, "C0MARKETING", again)[0]["ts"], "feedback", "positive_button"
    )
    _homes_are_right(workspace)
    _export_is_whole(tmp_path)


def _homes_are_right(workspace: Workspace) -> None:
    for person in (MAYA, TOMAS, ADA, LENA):
        workspace.open_home(person)
    workspace.wait_for(lambda: "Answered by Ada" in _text(workspace.home(MAYA)))
    workspace.wait_for(lambda: "helped" in _text(workspace.home(TOMAS)))
    workspace.wait_for(lambda: "The last seven days" in _text(workspace.home(LENA)))
    for leader_or_owner in (LENA, ADA):
        assert "plants" not in _text(workspace.home(leader_or_owner)), "a leader sees counts, never words"


def _export_is_whole(data: Path) -> None:
    numbers = json.loads(_signpost(data, "stats", "--json"))
    assert (numbers["questions"], numbers["askers"]) == (2, 2)
    assert numbers["states"]["answered_by_owner"] == 1
    assert numbers["states"]["confirmed"] == 1
    assert numbers["self_serve_rate"] == 0.5
    _signpost(data, "export", "--to", str(data / "out"))
    rows = [json.loads(line) for line in (data / "out" / "questions.jsonl").read_text().splitlines()]
    assert [row["verdict"] for row in rows] == ["unresolved", "answered"]
    assert all(row["delivered_as"] for row in rows)
    assert len(list((data / "out" / "knowledge" / "answers").glob("*.md"))) == 1
