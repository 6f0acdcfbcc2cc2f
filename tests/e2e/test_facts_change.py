"""Questions of fact to a bot in a process of its own, while people edit the library under it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.workspace import Workspace
from tests.bot_process import BotProcess
from tests.conftest import ROOT

MAYA, CHANNEL = "U0MAYA", "C0GENERAL"
TODAY = datetime.now(UTC).date()


def note(name: str, ring: str = "adopt", aliases: str = "", edges: str = "") -> str:
    return f"""---
tool: {name}
aliases: [{aliases}]
ring: {ring}
reviewed: {TODAY - timedelta(days=9)}
review_every: 90d
use_for: work
data:
  customer: allowed
{edges}---
A tool.
"""


def edge(to: str, status: str, depth: str) -> str:
    tested = TODAY - timedelta(days=9)
    return (
        f"works_with:\n  - tool: {to}\n    via: native\n    direction: both\n    status: {status}\n"
        f"    depth: {depth}\n    tested: {tested}\n"
    )


@pytest.fixture
def library(tmp_path: Path) -> Path:
    tools = tmp_path / "library" / "knowledge" / "tools"
    tools.mkdir(parents=True)
    (tools / "quandry.md").write_text(note("Quandry", edges=edge("velmora", "works", "contacts")))
    (tools / "velmora.md").write_text(note("Velmora"))
    return tmp_path / "library"


@pytest.fixture
def workspace(library: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace() as served, BotProcess(served, tmp_path, library):
        yield served


def ask(workspace: Workspace, text: str) -> str:
    ts = workspace.say(MAYA, CHANNEL, f"<@U0SIGNPOST> {text}")
    given = workspace.wait_for(lambda: [m for m in workspace.thread(CHANNEL, ts) if m.get("bot_id")], 20)
    return json.dumps(given[0], ensure_ascii=False)


@pytest.mark.soak
def test_the_next_answer_follows_the_library_and_old_ones_keep_their_ground(
    workspace: Workspace, library: Path, tmp_path: Path
) -> None:
    tools, works, may = library / "knowledge" / "tools", "does quandry work with velmora", "may i put customer mail in "
    assert "*Yes: Quandry and Velmora.*" in ask(workspace, works)
    assert "*Allowed: customer data in Velmora.*" in ask(workspace, may + "velmora")

    before = _stood_on(tmp_path)
    assert len(before) == 1

    # Renamed, aliased, put on hold, its edge broken: all while the bot runs.
    (tools / "velmora.md").write_text(note("Brindle", ring="hold", aliases="Velmora, Oxtail"))
    (tools / "quandry.md").write_text(note("Quandry", edges=edge("velmora", "broken", "contacts are lost")))
    _until(workspace, works, "*No, not at the moment: Quandry and Brindle.*")
    assert "*Not allowed: customer data in Brindle.*" in ask(workspace, may + "oxtail")

    now = _stood_on(tmp_path)
    assert now.items() > before.items(), "what an older answer stood on is kept"
    assert set(now.values()) > set(before.values()), "and the new one stood on something else"


def _until(workspace: Workspace, question: str, verdict: str, tries: int = 8) -> None:
    """Changes are looked for in the background: an answer may still be on the way to the old library."""
    answer = ""
    for _ in range(tries):
        answer = ask(workspace, question)
        if verdict in answer:
            return
        time.sleep(1)
    pytest.fail(f"{verdict} is not in {answer}")


def _stood_on(data: Path) -> dict[str, str]:
    """Each question that was answered by the edge, with the version that it had then."""
    command = [sys.executable, "-m", "bot.cli.main", "export", "--to", str(data / "out")]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATA_DIR": str(data)}, capture_output=True, check=True)
    rows = [json.loads(line) for line in (data / "out" / "bases.jsonl").read_text(encoding="utf-8").splitlines()]
    return {row["question_id"]: row["version"] for row in rows if row["ref"] == "tool:quandry->tool:velmora/native"}
