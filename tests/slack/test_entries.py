"""Opening the skill, note or rule that an answer names."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import answering, wiring
from bot.domain import (
    Actor,
    Confirmed,
    CuratedAnswer,
    Door,
    GroupId,
    ItemId,
    PersonId,
    Question,
    State,
    Verdict,
)
from bot.errors import NotAllowed, NotFound
from bot.reasoning.deciding import Policy
from bot.slack import running, views
from bot.store import records
from bot.workspace import Workspace
from tests.slack.conftest import KNOWN, World, connected, said, settings, until

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


def test_which_of_several_fits_is_said_by_its_asker_and_remembered(world: World) -> None:
    text = "I would like something for our spring thing with the agency"
    tentative = replace(world.bot, policy=Policy(answered=1.0, tentative=0.0))
    key = f"T0ACME:C0MARKETING:{text}"
    asked = Question(key, text, PersonId(MAYA), world.bot.now(), Door.SLACK)
    answer = answering.ask_now(tentative, asked)
    assert answer.verdict is Verdict.TENTATIVE
    chosen = answer.candidates[1].id
    with pytest.raises(NotAllowed):
        answering.choose(world.bot, answer.question_id, Actor(PersonId(PRIYA)), chosen)
    with pytest.raises(NotFound):
        answering.choose(world.bot, answer.question_id, Actor(PersonId(MAYA)), ItemId("tool:made-up"))
    view = views.entry(world.bot.knowledge.current().items[chosen], "", f"{answer.question_id}|{chosen}")
    assert (view["callback_id"], view["submit"]["text"]) == ("entry_fits", "This Fits")
    answering.choose(world.bot, answer.question_id, Actor(PersonId(MAYA)), chosen)
    with world.bot.database.reading() as session:
        assert records.asked(session, answer.question_id).state is State.CONFIRMED
        assert Confirmed(text, chosen, PersonId(MAYA)) in records.confirmed(session)


@pytest.fixture
def never_sure(tmp_path: Path, small_library: Path) -> Iterator[World]:
    """A bot that always shows three candidates, in a workspace of its own."""
    with Workspace() as workspace, wiring.connect(settings(workspace, tmp_path / "data", small_library)) as bot:
        unsure = replace(bot, policy=Policy(answered=1.0, tentative=0.0))
        with connected(workspace, unsure, running.serve_socket) as made:
            yield made


def test_this_fits_is_offered_to_the_asker_alone(never_sure: World) -> None:
    world = never_sure
    ts = world.ask(MAYA, MARKETING, KNOWN)
    reply = world.reply(MARKETING, ts)
    world.workspace.press(PRIYA, MARKETING, reply["ts"], "open_entry:1")
    assert not until(lambda: world.workspace.view(PRIYA), "the modal").get("submit")
    world.workspace.press(MAYA, MARKETING, reply["ts"], "open_entry:1")
    until(lambda: (world.workspace.view(MAYA) or {}).get("submit"), "the modal with its button")
    assert world.workspace.submit(MAYA, {}) is None
    world.workspace.open_home(MAYA)
    world.home(MAYA, "You said it helped")


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
