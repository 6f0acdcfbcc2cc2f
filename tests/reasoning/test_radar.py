"""The tools by ring, and what moved."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import Event, ItemId, PersonId, Ring
from bot.library.loading import load
from bot.reasoning import radar as drawing
from bot.reasoning.radar import Blip, Radar
from bot.slack import radar_view
from tests.slack.conftest import said

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def seen(tool: str, ring: str, days_ago: int) -> Event:
    return Event(NOW - timedelta(days=days_ago), PersonId("signpost"), "tool.ringed", tool, {"ring": ring})


@pytest.fixture(scope="module")
def found() -> Radar:
    library = load(Path(__file__).parents[1] / "gold" / "facts" / "library")
    ringed = [
        seen("tool:gridloom", "assess", 200),
        seen("tool:parley", "adopt", 200),
        seen("tool:gridloom", "trial", 100),
        seen("tool:gridloom", "adopt", 9),
        seen("tool:surveyowl", "assess", 3),
        seen("tool:gone", "assess", 2),
    ]
    since = NOW - timedelta(days=90)
    return drawing.radar(library, {ItemId("tool:gridloom"): 4}, ringed, date(2026, 11, 24), since)


def blip(found: Radar, ring: Ring, title: str) -> Blip:
    return next(one for one in found.rings[ring] if one.title == title)


def test_every_tool_is_in_its_ring(found: Radar) -> None:
    assert {ring: len(blips) for ring, blips in found.rings.items()} == {
        Ring.ADOPT: 26,
        Ring.TRIAL: 1,
        Ring.ASSESS: 1,
        Ring.HOLD: 2,
    }
    assert found.unplaced == []


def test_a_tool_shows_questions_test_and_trial(found: Radar) -> None:
    assert drawing.in_words(blip(found, Ring.ADOPT, "Gridloom")) == (
        "4 questions; works for cleaning a list of 5,000 rows (version 8.2), tested 2026-10-03 by U0MAYA"
    )
    assert drawing.in_words(blip(found, Ring.TRIAL, "Parley Notes")).endswith("; trial until 2026-12-15")
    survey = blip(found, Ring.ASSESS, "Surveyowl")
    assert survey.undecided
    assert drawing.in_words(survey).endswith("; trial ended 2026-10-31, not decided")
    assert blip(found, Ring.ADOPT, "Signpen").overdue_days == 86


def test_what_moved_comes_latest_first_and_the_first_look_moves_nothing(found: Radar) -> None:
    assert [drawing.moved_in_words(move) for move in found.moved] == [
        "Surveyowl: new → assess (2026-11-17)",
        "Gridloom: trial → adopt (2026-11-11)",
    ]


def test_other_programs_read_it(found: Radar) -> None:
    read = drawing.as_json(found)
    assert list(read) == ["rings", "unplaced", "moved"]
    (survey,) = read["rings"]["assess"]
    assert survey["test"]["id"] == "test:surveyowl-panel"
    assert (survey["trial_until"], survey["undecided"]) == ("2026-10-31", True)
    assert read["moved"][1] == {
        "id": "tool:gridloom",
        "from": "trial",
        "to": "adopt",
        "at": "2026-11-11T09:00:00+00:00",
    }


def test_in_slack_names_stand_for_ids(found: Radar) -> None:
    message = radar_view.radar(found, {"U0MAYA": "Maya"})
    text = said(message.blocks)
    assert "tested 2026-10-03 by Maya" in text
    assert "*Adopt* (26)" in text
    assert message.text == "Tool radar: 30 tools"
