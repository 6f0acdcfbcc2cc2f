"""Recording what a skill, a tool, an answer or a gap brought, in the modal."""

from datetime import timedelta
from typing import Any

import pytest

from bot import reporting
from bot.domain import Grade, RecordedValue
from bot.slack import value_view
from tests.slack.conftest import World, said, until

ADA, LENA, MAYA = "U0ADA", "U0LENA", "U0MAYA"
SKILL = "skill:marketing/campaign-brief"
GOOD = {
    "subject": SKILL,
    "outcome": "hours",
    "grade": "observed",
    "figure": "12.5",
    "unit": "hours a month",
    "source": "Time sheets of October",
    "note": "Two launches",
}


def open_form(world: World, person: str) -> dict[str, Any]:
    assert world.workspace.command(person, "C0GENERAL", "/signpost", "value")
    return world.modal(person, value_view.VALUE_VIEW)


def recorded(world: World) -> list[RecordedValue]:
    bot = world.bot
    period = reporting.days(bot, bot.today() - timedelta(days=6), bot.today())
    return [value for cell in reporting.report(bot, period).value_map for value in cell.values]


def test_a_leader_records_a_value_and_it_is_in_the_value_map(world: World) -> None:
    shown = said(open_form(world, LENA))
    assert "Campaign brief" in shown
    assert "HubSpot" in shown
    assert world.workspace.submit(LENA, GOOD) is None
    done = until(lambda: "Recorded" in said(world.workspace.view(LENA)) and world.workspace.view(LENA), "the word")
    assert "*Observed, hours*: 12.5 hours a month" in said(done)
    today = world.bot.today()
    expected = RecordedValue(
        SKILL, "hours", Grade.OBSERVED, 12.5, "hours a month", "Time sheets of October", today, "Two launches"
    )
    assert recorded(world) == [expected]
    world.workspace.close_view(LENA)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"figure": "a lot"}, "figure", "Write a number such as 12.5"),
        ({"figure": "12,5"}, "figure", "Write a number such as 12.5"),
        ({"figure": "nan"}, "figure", "Write a number such as 12.5"),
        ({"unit": ""}, "unit", "Say what the figure counts"),
        ({"figure": "", "grade": "measured"}, "figure", "What was measured has a figure"),
        ({"source": "–"}, "source", "Say where this can be checked"),
        ({"date": "2199-01-01"}, "date", "Evidence cannot be of a day to come"),
    ],
)
def test_bad_input_gets_one_sentence_under_its_field(
    world: World, change: dict[str, str], field: str, sentence: str
) -> None:
    before = len(recorded(world))
    open_form(world, ADA)
    errors = world.workspace.submit(ADA, {**GOOD, **change})
    assert errors is not None
    assert list(errors) == [field]
    assert errors[field].startswith(sentence)
    assert len(recorded(world)) == before
    world.workspace.close_view(ADA)


def test_a_secret_in_the_source_is_not_kept(world: World) -> None:
    open_form(world, ADA)
    token = "xoxb-" + "123456789012-1234567890123-" + "AbCdEfGhIjKlMnOpQrStUvWx"
    assert world.workspace.submit(ADA, {**GOOD, "source": f"Sheet 4, token {token}"}) is None
    assert not any("AbCdEfGhIjKl" in value.source for value in recorded(world))
    world.workspace.close_view(ADA)


def test_who_is_neither_owner_nor_leader_is_told_so(world: World) -> None:
    assert world.workspace.command(MAYA, "C0GENERAL", "/signpost", "value")
    refused = until(lambda: world.whispers(MAYA), "the refusal")[-1]
    assert "Only leaders and the AI ops owner" in said(refused["blocks"])


def test_the_home_opens_the_form_too(world: World) -> None:
    world.workspace.open_home(LENA)
    world.home(LENA, "Record a Value")
    world.workspace.press_in_home(LENA, value_view.RECORD)
    world.modal(LENA, value_view.VALUE_VIEW)
    world.workspace.close_view(LENA)
