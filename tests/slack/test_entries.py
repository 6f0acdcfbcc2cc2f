"""Opening the skill, note or rule that an answer names."""

import pytest

from bot import answering
from bot.domain import Actor, CuratedAnswer, GroupId, ItemId, PersonId
from bot.errors import NotFound
from tests.slack.conftest import KNOWN, World, said, until

MAYA, PRIYA, MARKETING = "U0MAYA", "U0PRIYA", "C0MARKETING"


def test_the_skill_opens_whole_and_ready_to_copy(world: World) -> None:
    ts = world.ask(MAYA, MARKETING, KNOWN)
    reply = world.reply(MARKETING, ts)
    assert world.workspace.press(MAYA, MARKETING, reply["ts"], "open_entry")
    shown = until(lambda: world.workspace.view(MAYA), "the modal")
    assert shown["title"]["text"] == "Skill"
    assert "# Webinar to blog post" in said(shown["blocks"])
    assert "1. Cut the transcript into themes. 2. Write the post in our voice." in said(shown["blocks"])
    assert "Owner: Sofia Rossi · reviewed 1 Oct 2026" in said(shown["blocks"])


def test_an_answer_for_a_team_opens_for_its_members_only(world: World) -> None:
    scoped = CuratedAnswer(ItemId("answer:x"), "Which rule?", "Xylograph.", "U0ADA", scope=("marketing",))
    known = world.bot.knowledge.current()
    world.bot.knowledge._snapshot = type(known)(known.library, {**known.items, scoped.id: scoped})
    try:
        member = Actor(PersonId(MAYA), frozenset({GroupId("@marketing")}))
        assert answering.entry(world.bot, scoped.id, member) == scoped
        with pytest.raises(NotFound):
            answering.entry(world.bot, scoped.id, Actor(PersonId(PRIYA)))
    finally:
        world.bot.knowledge._snapshot = known


def test_an_entry_that_is_gone_is_said_so(world: World) -> None:
    with pytest.raises(NotFound, match="not in the library any more"):
        answering.entry(world.bot, ItemId("skill:marketing/gone"), Actor(PersonId(MAYA)))
