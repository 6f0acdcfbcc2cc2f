"""What happens under an answer and on the owner's card."""

import contextlib
from datetime import date, timedelta

import pytest

from bot import curating
from bot.domain import Actor, EscalationId, PersonId
from bot.errors import BadInput
from bot.workspace import Refused
from tests.slack.conftest import KNOWN, UNKNOWN, UNKNOWN_IN_OTHER_WORDS, Json, World, said, until

MAYA, TOMAS, ADA, BEN, PRIYA = "U0MAYA", "U0TOMAS", "U0ADA", "U0BEN", "U0PRIYA"
AIOPS, MARKETING, LAUNCH = "C0AIOPS", "C0MARKETING", "C0LAUNCH"
_unknown = iter(
    (
        "where do I get a parking permit in Lisbon?",
        "may I expense a standing desk?",
        "which dentist takes our insurance?",
        "how do I order new safety shoes?",
        "which bank handles payroll in Norway?",
        "where is the nearest defibrillator?",
    )
)


def buttons(message: Json) -> list[str]:
    """The labels of a message's buttons."""
    rows = [b for b in message["blocks"] if b["type"] == "actions"]
    return [e["text"]["text"] for row in rows for e in row["elements"]]


def unknown() -> str:
    """A question that the library does not answer, each time about something else."""
    return next(_unknown)


def card_about(world: World, text: str) -> Json:
    """The owner's card that shows these words."""
    card: Json = until(lambda: [c for c in world.cards() if text in said(c["blocks"])], f"a card about {text}")[0]
    return card


def escalated(world: World, text: str, user: str = MAYA, channel: str = MARKETING) -> tuple[str, Json]:
    """Asks what is not known; the question's ts and the owner's card."""
    ts = world.ask(user, channel, text)
    assert world.reply(channel, ts)["text"] == "I don't know this yet."
    return ts, card_about(world, text)


def test_the_whole_loop(world: World) -> None:
    ts, card = escalated(world, UNKNOWN)
    assert buttons(card) == ["Answer", "Point to an Existing Answer", "Dismiss with Reason"]
    assert "Maya Lindqvist" in said(card["blocks"])
    assert "/archives/C0MARKETING/" in said(card["blocks"])

    assert world.workspace.press(ADA, AIOPS, card["ts"], "answer_case")
    modal = world.modal(ADA, "answer_case")
    assert UNKNOWN in said(modal["blocks"])
    assert modal["blocks"][2]["element"]["initial_value"] == UNKNOWN
    review = (date.fromisoformat(modal["blocks"][4]["element"]["initial_date"]) + timedelta(days=1)).isoformat()
    answer = "Use DeepL Pro for contracts. Legal reads every translation before it is signed."
    assert world.workspace.submit(ADA, {"answer": answer, "review": review}) is None

    outcome = world.reply(MARKETING, ts, 2)
    assert outcome["text"].startswith("Ada Okafor answered your question: Use DeepL Pro")
    assert outcome["blocks"][0]["text"]["text"] == "<@U0MAYA> *Ada Okafor answered your question:*"
    record = until(lambda: _without_buttons(world, card["ts"]), "the card's record")
    assert "Ada Okafor answered this on" in said(record["blocks"])

    again = world.ask(TOMAS, MARKETING, UNKNOWN_IN_OTHER_WORDS)
    reply = world.reply(MARKETING, again)
    assert reply["text"] == "Use DeepL Pro for contracts."
    assert f"Ada Okafor answered “{UNKNOWN}” on" in said(reply["blocks"])


def _without_buttons(world: World, ts: str) -> Json | None:
    card = next(c for c in world.cards() if c["ts"] == ts)
    return None if buttons(card) else card


def test_the_owner_points_to_an_entry_and_the_asker_hears_of_it(world: World) -> None:
    text = unknown()
    ts, card = escalated(world, text)
    world.workspace.press(BEN, AIOPS, card["ts"], "point_case")
    options = world.modal(BEN, "point_case")["blocks"][-1]["element"]["options"]
    assert all(len(option["text"]["text"]) <= 75 for option in options)
    world.workspace.submit(BEN, {"entry": "tool:figma"})
    outcome = world.reply(MARKETING, ts, 2)
    assert "Ben Carter says this answers your question:" in said(outcome["blocks"])
    assert "Figma" in said(outcome["blocks"])


def test_a_dismissal_tells_the_asker_the_reason(world: World) -> None:
    ts, card = escalated(world, unknown())
    world.workspace.press(ADA, AIOPS, card["ts"], "dismiss_case")
    world.modal(ADA, "dismiss_case")
    world.workspace.submit(ADA, {"reason": "Ask the <legal> team & nobody else."})
    outcome = world.reply(MARKETING, ts, 2)
    assert "Ask the &lt;legal&gt; team &amp; nobody else." in said(outcome["blocks"])


def test_who_is_not_the_owner_cannot_decide(world: World) -> None:
    _, card = escalated(world, unknown())
    world.workspace.invite(PRIYA, AIOPS)
    world.workspace.press(PRIYA, AIOPS, card["ts"], "answer_case")
    told = until(lambda: world.whispers(PRIYA), "the refusal")[-1]
    assert said(told["blocks"]) == "Only <@U0ADA> or <@U0BEN> can decide this."
    assert world.workspace.view(PRIYA) is None


def test_two_owners_decide_once(world: World) -> None:
    ts, card = escalated(world, unknown())
    for owner in (ADA, BEN):
        world.workspace.press(owner, AIOPS, card["ts"], "dismiss_case")
        world.modal(owner, "dismiss_case")
    world.workspace.submit(ADA, {"reason": "No."})
    world.workspace.submit(BEN, {"reason": "No!"})
    assert "<@U0ADA> already dismissed" in said(world.modal(BEN)["blocks"])
    world.workspace.close_view(BEN)
    world.reply(MARKETING, ts, 2)
    until(lambda: _without_buttons(world, card["ts"]), "the card's record")
    assert len(world.replies(MARKETING, ts)) == 2


def test_a_review_date_in_the_past_is_refused_under_its_field(world: World) -> None:
    _, card = escalated(world, unknown())
    world.workspace.press(ADA, AIOPS, card["ts"], "answer_case")
    world.modal(ADA, "answer_case")
    errors = world.workspace.submit(ADA, {"answer": "Yes.", "review": "2020-01-01"})
    assert errors == {"review": "Please choose a day after today."}
    errors = world.workspace.submit(ADA, {"answer": "  ", "review": "2036-01-01"})
    assert errors == {"answer": "Please write the answer."}
    world.workspace.close_view(ADA)


def test_everyone_and_a_team_at_once_is_refused_under_its_field(world: World) -> None:
    _, card = escalated(world, "who waters the plants on floor two?")
    world.workspace.press(ADA, AIOPS, card["ts"], "answer_case")
    world.modal(ADA, "answer_case")
    errors = world.workspace.submit(ADA, {"answer": "Nobody yet.", "scope": ["everyone", "marketing"]})
    assert errors == {"scope": "Choose Everyone, or the teams alone."}
    world.workspace.close_view(ADA)


def test_an_answer_for_a_team_is_not_given_to_somebody_outside_it(world: World) -> None:
    text = "who has the key to the projector room?"
    _, card = escalated(world, text, PRIYA, "C0PRODUCT")
    world.workspace.press(ADA, AIOPS, card["ts"], "answer_case")
    world.modal(ADA, "answer_case")
    errors = world.workspace.submit(ADA, {"answer": "Quartzite has it.", "scope": ["marketing"]})
    assert errors == {"answer": "That is for marketing only, and whoever asked is in product."}
    world.workspace.close_view(ADA)
    scoped = curating.answer(
        world.bot,
        EscalationId(_case_of(card)),
        Actor(PersonId(ADA)),
        "Quartzite has it.",
        text,
        scope=["product"],
    )
    record = until(lambda: _without_buttons(world, card["ts"]), "the card's record")
    assert "Quartzite" not in said(record["blocks"])
    assert "The answer is for product only." in said(record["blocks"])
    _, other = escalated(world, "where do we keep the projector's remote?", MAYA)
    with pytest.raises(BadInput, match="for product only"):
        curating.point_to(world.bot, EscalationId(_case_of(other)), Actor(PersonId(ADA)), scoped.id)


def _case_of(card: Json) -> str:
    return str(next(b for b in card["blocks"] if b["type"] == "actions")["elements"][0]["value"])


def test_feedback_is_the_askers_own(world: World) -> None:
    ts = world.ask(MAYA, MARKETING, KNOWN)
    reply = world.reply(MARKETING, ts)
    world.workspace.press(TOMAS, MARKETING, reply["ts"], "feedback", value="positive_button")
    told = until(lambda: world.whispers(TOMAS), "the refusal")[-1]
    assert "Only the person who asked can do this" in said(told["blocks"])


def test_not_helpful_offers_the_owner_who_then_gets_a_card(world: World) -> None:
    text = "which tool turns a webinar recording into a podcast?"
    ts = world.ask(MAYA, MARKETING, text)
    reply = world.reply(MARKETING, ts)
    world.workspace.press(MAYA, MARKETING, reply["ts"], "feedback", value="negative_button")
    offer = until(lambda: [w for w in world.whispers(MAYA) if "Shall I ask Ada Okafor?" in w["text"]], "the offer")[-1]
    world.workspace.press(MAYA, MARKETING, offer["ts"], "ask_owner")
    card_about(world, text)
    until(lambda: "Asked Ada Okafor." in said(world.replies(MARKETING, ts)[0]["blocks"]), "the answer's new row")
    assert "Ask the Owner" not in buttons(world.replies(MARKETING, ts)[0])


def test_ask_the_owner_under_an_answer_makes_one_card_however_often_it_is_pressed(world: World) -> None:
    text = "how can I reuse our talk at the fair as a blog post?"
    ts = world.ask(MAYA, MARKETING, text)
    reply = world.reply(MARKETING, ts)
    for _ in range(3):
        with contextlib.suppress(Refused):  # the button may be gone already
            world.workspace.press(MAYA, MARKETING, reply["ts"], "ask_owner")
    card_about(world, text)
    until(lambda: "Ask the Owner" not in buttons(world.replies(MARKETING, ts)[0]), "the row to go")
    assert len([c for c in world.cards() if text in said(c["blocks"])]) == 1


def test_what_was_asked_in_private_reaches_the_owner_only_in_the_words_its_asker_shares(world: World) -> None:
    secret = "which airline may I fly to the Hollander merger in Oslo?"
    channel = world.workspace.dm_channel(MAYA)
    ts = world.workspace.dm(MAYA, secret)
    reply = world.reply(channel, ts)
    assert "nobody else has seen it" in said(reply["blocks"])
    assert "Shall I ask Ada Okafor?" in said(reply["blocks"])
    world.workspace.press(MAYA, channel, reply["ts"], "ask_owner")
    modal = world.modal(MAYA, "share_question")
    assert modal["blocks"][1]["element"]["initial_value"] == secret
    assert "Ada Okafor and the colleagues who answer with them will read these words" in said(modal["blocks"])
    assert world.workspace.submit(MAYA, {"words": "which airline may I fly to Oslo?"}) is None
    card = card_about(world, "which airline may I fly to Oslo?")
    assert "Hollander" not in str(world.workspace.messages(AIOPS))
    until(lambda: "Asked Ada Okafor." in said(world.replies(channel, ts)[0]["blocks"]), "the answer's new row")

    world.workspace.press(ADA, AIOPS, card["ts"], "answer_case")
    modal = world.modal(ADA, "answer_case")
    assert "initial_value" not in modal["blocks"][2]["element"]
    world.workspace.submit(ADA, {"answer": "None yet.", "question": "Which airline may I fly to Norway?"})
    assert "None yet." in said(world.reply(channel, ts, 2)["blocks"])


def test_a_private_channels_question_waits_for_its_asker(world: World) -> None:
    ts = world.ask("U0LENA", LAUNCH, "how do I calibrate the laser cutter for the spring launch?")
    reply = world.reply(LAUNCH, ts)
    assert "nobody else has seen it" in said(reply["blocks"])
    world.workspace.press(MAYA, LAUNCH, reply["ts"], "ask_owner")
    told = until(
        lambda: [w for w in world.whispers(MAYA) if "Only the person who asked" in said(w["blocks"])], "the refusal"
    )
    assert told
    assert "spring launch" not in str(world.workspace.messages(AIOPS))


def test_the_commands_unknown_question_is_shared_and_answered_by_direct_message(world: World) -> None:
    text = "which freezer stores the lab samples?"
    world.workspace.command("U0OMAR", "C0OPS", "/signpost", text)
    answer = until(lambda: [w for w in world.whispers("U0OMAR") if "I don't know" in w["text"]], "the answer")[-1]
    world.workspace.press("U0OMAR", "C0OPS", answer["ts"], "ask_owner")
    world.modal("U0OMAR", "share_question")
    world.workspace.submit("U0OMAR")
    card = card_about(world, text)
    world.workspace.press(ADA, AIOPS, card["ts"], "dismiss_case")
    world.modal(ADA, "dismiss_case")
    world.workspace.submit(ADA, {"reason": "Not this year."})
    outcome = until(lambda: world.dms("U0OMAR"), "the outcome")[-1]
    assert "Not this year." in said(outcome["blocks"])
    assert f"You asked: {text}" in said(outcome["blocks"])


def test_an_answer_for_one_team_is_told_by_direct_message_and_kept_from_others(world: World) -> None:
    text = "which firewall rule opens port 22?"
    _, card = escalated(world, text)
    world.workspace.press(ADA, AIOPS, card["ts"], "answer_case")
    world.modal(ADA, "answer_case")
    world.workspace.submit(ADA, {"answer": "Use the Xylograph rule.", "scope": ["marketing"]})
    told = until(lambda: [m for m in world.dms(MAYA) if "Xylograph" in said(m["blocks"])], "the direct message")
    assert told
    again = world.ask(PRIYA, "C0PRODUCT", text)
    assert "Xylograph" not in str(world.reply("C0PRODUCT", again))
    assert "Xylograph" not in str(world.workspace.messages(MARKETING))
    own = world.workspace.dm(TOMAS, text)
    assert "Xylograph" in world.reply(world.workspace.dm_channel(TOMAS), own)["text"]
