"""What goes to a tool's own owner: requests, re-tests and trials that are over, each once; then the AI ops owner."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import curating, noticing
from bot.domain import Actor, EscalationId, PersonId
from bot.errors import NotAllowed
from tests.slack import library
from tests.slack.conftest import Json, World, said, until
from tests.slack.test_curation import buttons

MAYA, TOMAS, ADA, SOFIA, PRIYA = "U0MAYA", "U0TOMAS", "U0ADA", "U0SOFIA", "U0PRIYA"
MARKETING, PRODUCT = "C0MARKETING", "C0GENERAL"
CARD = """---
tool: figma
task: mock-ups of a landing page
tested: 2026-06-01
result: partial
tester: U0PRIYA
review_every: 1000d
trial_until: 2026-06-30
decision: none yet
---
Exports lose the fonts.
"""


@pytest.fixture(scope="module")
def small_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = library.write(tmp_path_factory.mktemp("owned") / "acme")
    (root / "knowledge" / "tests").mkdir()
    (root / "knowledge" / "tests" / "figma-landing.md").write_text(CARD, encoding="utf-8")
    return root


def dm(world: World, person: str, text: str) -> Json:
    found: Callable[[], list[Json]] = lambda: [m for m in world.dms(person) if text in said(m["blocks"])]  # noqa: E731
    message: Json = until(found, f"a direct message about {text}")[0]
    return message


def about_mailchimp(world: World) -> list[str]:
    """The cards before the AI ops owner."""
    return [words for card in world.cards() if "Mailchimp" in (words := said(card["blocks"]))]


def test_the_owner_of_a_trial_that_is_over_is_reminded_once(world: World) -> None:
    reminder = dm(world, SOFIA, "The trial of Figma ended on")
    assert "by Priya" in said(reminder["blocks"])
    assert "partly works for mock-ups of a landing page" in said(reminder["blocks"])
    for _ in range(2):
        noticing.look(world.bot)
    assert len([m for m in world.dms(SOFIA) if "trial of Figma" in said(m["blocks"])]) == 1
    assert not [c for c in world.cards() if "trial of Figma" in said(c["blocks"])]


def test_a_request_goes_to_the_tools_owner_once_and_they_may_answer_it(world: World) -> None:
    first = world.ask(MAYA, MARKETING, "can we try Mailchimp for the spring letter?")
    reply = world.reply(MARKETING, first)
    assert reply["text"] == "Mailchimp: nobody has tested it in the last 90 days."
    assert "I have asked its owner." in said(reply["blocks"])
    assert "Mailchimp is on hold here." in said(reply["blocks"])
    card = dm(world, SOFIA, "can we try Mailchimp for the spring letter?")
    assert "Answer" in buttons(card)
    second = world.ask(TOMAS, PRODUCT, "could someone test mailchimp")
    world.reply(PRODUCT, second)
    until(lambda: "and 1 more" in said(dm(world, SOFIA, "can we try Mailchimp")["blocks"]), "the second asker")
    assert about_mailchimp(world) == []

    escalation = EscalationId(card["blocks"][-1]["elements"][0]["value"])
    with pytest.raises(NotAllowed):
        curating.dismiss(world.bot, escalation, Actor(PersonId(PRIYA)), "No.")
    assert [c.escalation.id for c in curating.open_cases(world.bot, Actor(PersonId(SOFIA)))][:1] == [escalation]
    assert curating.open_cases(world.bot, Actor(PersonId(PRIYA))) == []

    # Eight working hours later the AI ops owner sees it too.
    noticing.look(world.bot)
    assert about_mailchimp(world) == []
    later = replace(world.bot, now=lambda: world.bot.now() + timedelta(days=4))
    for _ in range(2):
        noticing.look(later)
    until(lambda: about_mailchimp(world), "the card for the AI ops owner")

    assert world.workspace.press(SOFIA, world.workspace.dm_channel(SOFIA), card["ts"], "dismiss_case")
    world.modal(SOFIA, "dismiss_case")
    world.workspace.submit(SOFIA, {"reason": "We leave it this year."})
    assert "We leave it this year." in said(world.reply(MARKETING, first, 2)["blocks"])
    assert "We leave it this year." in said(world.reply(PRODUCT, second, 2)["blocks"])
    until(lambda: "dismissed this" in said(dm(world, SOFIA, "can we try Mailchimp")["blocks"]), "the record")
    until(lambda: ["dismissed this" in words for words in about_mailchimp(world)] == [True], "its twin")


def test_the_radar_is_shown_to_whoever_asks(world: World, small_library: Path) -> None:
    note = small_library / "knowledge" / "tools" / "figma.md"
    note.write_text(note.read_text(encoding="utf-8").replace("ring: trial", "ring: assess"), encoding="utf-8")
    world.bot.knowledge.refresh()
    noticing.look(world.bot)
    assert world.workspace.command(PRIYA, "C0GENERAL", "/signpost", "radar")
    shown = until(lambda: [w for w in world.whispers(PRIYA) if "Tool radar" in said(w["blocks"])], "the radar")[-1]
    text = said(shown["blocks"])
    assert "*Assess* (1)" in text
    assert "trial ended 2026-06-30, not decided" in text
    assert "tested 2026-06-01 by Priya" in text
    assert "Figma: trial → assess" in text
    note.write_text(note.read_text(encoding="utf-8").replace("ring: assess", "ring: trial"), encoding="utf-8")
