"""What is broken in the process is said first, in Slack too, and quoted to nobody else."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import answering, curating
from bot.domain import Actor, AskedQuestion, Door, ItemKind, Kind, PersonId, Question, QuestionId, Verdict
from bot.wiring import Bot
from tests.slack.conftest import Json, World, said, until

MAYA, ADA = "U0MAYA", "U0ADA"
STEP = "nobody feels responsible for the supplier list and it lies around for weeks"
GOLD = Path(__file__).parents[1] / "gold" / "process" / "requests.csv"


def considered(bot: Bot, text: str) -> answering.Answer:
    question = Question("test:1", text, PersonId(MAYA), datetime.now(UTC), Door.TERMINAL)
    return answering.consider(bot.mind(), AskedQuestion(QuestionId("1"), question, None, None, None, None, None))[0]


def test_the_first_line_is_the_process_in_the_askers_own_words(world: World) -> None:
    ts = world.ask(MAYA, "C0MARKETING", STEP)
    reply = world.reply("C0MARKETING", ts)
    assert reply["blocks"][0]["text"]["text"] == f"*The process holds you up here, before any tool does: “{STEP}”.*"


def test_the_owner_reads_no_word_of_a_process_told_in_private(world: World) -> None:
    channel = world.workspace.dm_channel(MAYA)
    reply = world.reply(channel, world.workspace.dm(MAYA, STEP))
    assert STEP in reply["text"]
    cases = curating.open_cases(world.bot, Actor(PersonId(ADA)))
    private = [case for case in cases if case.asked.question.place and case.asked.question.place.channel == channel]
    assert not private
    assert all(STEP not in case.escalation.reason for case in cases)


@pytest.mark.parametrize("part", ["dev", "held_out"])
def test_what_is_told_to_be_process_alone_recommends_no_tool(bot: Bot, part: str) -> None:
    with GOLD.open(encoding="utf-8", newline="") as file:
        texts = [r["question"] for r in csv.DictReader(file) if r["part"] == part and r["kind"] in {"process", "mixed"}]
    answers = [(text, considered(bot, text)) for text in texts]
    told = [(text, one) for text, one in answers if one.kind in {Kind.PROCESS, Kind.MIXED}]
    assert len(told) > len(texts) / 2
    for text, one in told:
        assert one.blocking_step and one.blocking_step in text
        assert one.wording.headline.startswith("The process holds you up")
        if one.kind is Kind.PROCESS:
            assert all(evidence.kind is not ItemKind.TOOL for evidence in one.evidence)
            assert not (one.recommended or "").startswith("tool:")


def test_without_the_sense_a_question_is_answered_as_before(bot: Bot) -> None:
    answer = answering.consider(
        replace(bot.mind(), sense=None),
        AskedQuestion(
            QuestionId("1"),
            Question("test:1", STEP, PersonId(MAYA), datetime.now(UTC), Door.TERMINAL),
            None,
            None,
            None,
            None,
            None,
        ),
    )[0]
    assert answer.blocking_step == ""
    assert answer.verdict in {Verdict.UNRESOLVED, Verdict.TENTATIVE}


def held_up(world: World, *askers: str) -> None:
    """Each says the same step in other words."""
    told = ("nobody feels responsible for the shared inbox", "nobody is responsible for our shared inbox")
    for number, asker in enumerate(askers):
        text = f"{told[number % 2]} and mails lie around for weeks"
        reply = world.reply("C0GENERAL", world.ask(asker, "C0GENERAL", text))
        assert "The process holds you up" in reply["text"]


def process_cards(world: World) -> list[Json]:
    return [m for m in world.dms(ADA) if "held up by the same step" in m["text"]]


def test_three_people_at_one_bottleneck_make_one_card_that_quotes_nobody(world: World) -> None:
    held_up(world, MAYA, "U0TOMAS", "U0SOFIA", "U0PRIYA")
    (card,) = until(lambda: process_cards(world), "the process card")
    assert "inbox" not in str(card["blocks"])
    until(lambda: "4 people" in str(process_cards(world)[0]["blocks"]), "the count of four")
    channel = world.workspace.dm_channel(ADA)
    world.workspace.press(ADA, channel, card["ts"], "mend_step")
    until(lambda: "is seeing to it" in str(process_cards(world)[0]["blocks"]), "the record")
    world.workspace.press(ADA, channel, card["ts"], "decline_step")
    world.modal(ADA, "decline_step")
    world.workspace.submit(ADA, {"reason": "Two companies share it."})
    until(lambda: "Two companies share it." in str(process_cards(world)[0]["blocks"]), "the reason")
    assert len(process_cards(world)) == 1


def test_the_owner_says_what_a_question_was_about_and_the_like_follows(world: World) -> None:
    text = "nobody in the studio feels responsible for colour profiles, each print run is redone"
    reply = world.reply("C0GENERAL", world.ask(MAYA, "C0GENERAL", text))
    assert "The process holds you up" in reply["text"]
    assert world.workspace.shortcut(MAYA, "C0GENERAL", reply["ts"], "change_kind")
    until(lambda: "can decide this" in said(world.workspace.view(MAYA) or {}), "the refusal")
    assert world.workspace.shortcut(ADA, "C0GENERAL", reply["ts"], "change_kind")
    world.modal(ADA, "overrule_kind")
    world.workspace.submit(ADA, {"kind": "which"})
    until(lambda: considered(world.bot, text).kind is Kind.WHICH, "what was learnt")
    like = "nobody in the studio is responsible for colour profiles, so each print run is redone"
    assert considered(world.bot, like).kind is Kind.WHICH
