"""Questions by every way in, answered in the right place, once."""

import time

from bot import reporting
from bot.domain import Actor, PersonId, Visibility
from tests.slack.conftest import KNOWN, UNKNOWN, World, said, until

MAYA, TOMAS, PRIYA = "U0MAYA", "U0TOMAS", "U0PRIYA"
BOT = "<@U0SIGNPOST>"


def settle(world: World) -> None:
    """Long enough for a sweep and for whatever should not come."""
    until(lambda: not world.workspace._hub.delivery.pending, "the end of all deliveries")
    time.sleep(1.3)


def asked_by(world: World, person: str) -> list[str]:
    """What is kept of somebody's questions, newest first."""
    return [a.question.text for a in reporting.my_questions(world.bot, Actor(PersonId(person)), 50)]


def test_a_mention_is_answered_in_its_thread_with_the_recommendation_first(world: World) -> None:
    ts = world.ask(MAYA, "C0MARKETING", KNOWN)
    reply = world.reply("C0MARKETING", ts)
    assert reply["text"] == "Use the skill “Webinar to blog post” (marketing)."
    assert reply["blocks"][0]["text"]["text"] == "*Use the skill “Webinar to blog post” (marketing).*"
    assert "Webinar to blog post · marketing skill · Sofia Rossi · reviewed 1 Oct 2026" in said(reply["blocks"])


def test_a_mention_and_its_twin_are_one_question_in_a_public_place(world: World) -> None:
    ts = world.ask(TOMAS, "C0MARKETING", "how do I get action items out of a call?")
    world.reply("C0MARKETING", ts)
    settle(world)
    assert len(world.replies("C0MARKETING", ts)) == 1
    newest = reporting.my_questions(world.bot, Actor(PersonId(TOMAS)), 1)[0].question
    assert newest.place is not None
    assert newest.place.visibility is Visibility.PUBLIC
    assert newest.teams == ("marketing",)


def test_an_event_delivered_three_times_is_answered_once(world: World) -> None:
    world.workspace.set_redelivery("always-3")
    try:
        ts = world.ask(MAYA, "C0GENERAL", KNOWN)
        world.reply("C0GENERAL", ts)
        settle(world)
    finally:
        world.workspace.set_redelivery("unacked")
    assert len(world.replies("C0GENERAL", ts)) == 1


def test_a_direct_message_is_answered_in_its_thread(world: World) -> None:
    channel = world.workspace.dm_channel(PRIYA)
    ts = world.workspace.dm(PRIYA, KNOWN)
    assert "Webinar to blog post" in world.reply(channel, ts)["text"]


def test_a_mention_without_words_gets_a_short_help(world: World) -> None:
    ts = world.workspace.say(MAYA, "C0GENERAL", BOT)
    assert world.reply("C0GENERAL", ts)["text"].startswith("Ask me which tool")


def test_a_reply_without_a_mention_goes_on_where_the_bot_was_asked(world: World) -> None:
    ts = world.ask(MAYA, "C0MARKETING", KNOWN)
    world.reply("C0MARKETING", ts)
    world.workspace.say(MAYA, "C0MARKETING", "and what summarises our weekly meeting?", ts)
    assert world.reply("C0MARKETING", ts, 2)["blocks"][0]["type"] == "section"


def test_talk_between_people_and_thanks_are_left_alone(world: World) -> None:
    ts = world.ask(MAYA, "C0MARKETING", KNOWN)
    world.reply("C0MARKETING", ts)
    world.workspace.say(MAYA, "C0MARKETING", "thanks, perfect!", ts)
    world.workspace.say(MAYA, "C0MARKETING", f"<@{TOMAS}> shall we use that one?", ts)
    world.workspace.say(TOMAS, "C0MARKETING", "which tool do you use for contact lists?", ts)
    world.workspace.say(TOMAS, "C0MARKETING", "which tool do you use for newsletters?")
    settle(world)
    assert len(world.replies("C0MARKETING", ts)) == 1


def test_an_edit_asks_nothing(world: World) -> None:
    ts = world.ask(MAYA, "C0MARKETING", KNOWN)
    world.reply("C0MARKETING", ts)
    world.workspace.edit(MAYA, "C0MARKETING", ts, f"{BOT} how do I plan a spring promotion?")
    settle(world)
    assert len(world.replies("C0MARKETING", ts)) == 1


def test_the_command_answers_its_asker_alone(world: World) -> None:
    before = len(world.workspace.messages("C0GENERAL"))
    assert world.workspace.command(PRIYA, "C0GENERAL", "/signpost", KNOWN)
    found = until(lambda: [w for w in world.whispers(PRIYA) if "Webinar to blog" in w["text"]], "the whispered answer")
    assert f"You asked: {KNOWN}" in said(found[0]["blocks"])
    assert len(world.workspace.messages("C0GENERAL")) == before


def test_the_command_without_words_gets_help_and_keeps_nothing(world: World) -> None:
    before = asked_by(world, PRIYA)
    assert world.workspace.command(PRIYA, "C0GENERAL", "/signpost", "help")
    until(lambda: [w for w in world.whispers(PRIYA) if w["text"].startswith("Ask me which tool")], "the help")
    assert asked_by(world, PRIYA) == before


def test_when_the_commands_own_way_back_fails_the_answer_comes_by_direct_message(world: World) -> None:
    world.workspace._hub.state.response_urls.clear()
    state = world.workspace._hub.state
    original = state.new_response_url
    state.new_response_url = lambda *a, **k: "/response/A0/expired"  # type: ignore[method-assign]
    try:
        assert world.workspace.command("U0OMAR", "C0OPS", "/signpost", KNOWN)
    finally:
        state.new_response_url = original  # type: ignore[method-assign]
    found = until(lambda: world.dms("U0OMAR"), "the answer by direct message")
    assert "Webinar to blog post" in found[0]["text"]


def test_the_shortcut_asks_with_a_message_and_answers_in_its_thread(world: World) -> None:
    ts = world.workspace.say(TOMAS, "C0MARKETING", "I wonder which tool turns a webinar recording into a blog post")
    assert world.workspace.shortcut(MAYA, "C0MARKETING", ts, "ask_signpost")
    reply = world.reply("C0MARKETING", ts)
    assert "Webinar to blog post" in reply["text"]
    assert "Maya Lindqvist asked with this message." in said(reply["blocks"])
    assert world.workspace.shortcut(MAYA, "C0MARKETING", ts, "ask_signpost")
    settle(world)
    assert len(world.replies("C0MARKETING", ts)) == 1


def test_the_shortcut_on_a_private_message_answers_its_presser_directly(world: World) -> None:
    ts = world.workspace.say("U0LENA", "C0LAUNCH", "what helps me brief an agency on the spring campaign?")
    assert world.workspace.shortcut(MAYA, "C0LAUNCH", ts, "ask_signpost")
    found = until(lambda: [m for m in world.dms(MAYA) if "Campaign brief" in m["text"]], "the answer by direct message")
    assert "You asked with" in said(found[0]["blocks"])
    assert world.replies("C0LAUNCH", ts) == []


def test_a_secret_is_gone_from_what_is_kept(world: World) -> None:
    ts = world.ask(TOMAS, "C0MARKETING", "my password is hunter2!x, which tool turns a webinar into a blog post?")
    world.reply("C0MARKETING", ts)
    assert not [text for text in asked_by(world, TOMAS) if "hunter2" in text]


def test_a_channel_shared_with_another_company_stays_silent(world: World) -> None:
    world.workspace._hub.state.conversation("C0PRODUCT").is_ext_shared = True
    ts = world.ask(PRIYA, "C0PRODUCT", KNOWN)
    settle(world)
    assert world.replies("C0PRODUCT", ts) == []


def test_the_shortcut_in_a_channel_shared_with_another_company_answers_its_presser_alone(world: World) -> None:
    world.workspace._hub.state.conversation("C0PRODUCT").is_ext_shared = True
    ts = world.workspace.say(PRIYA, "C0PRODUCT", KNOWN)
    settle(world)
    before = len(world.dms(PRIYA))
    assert world.workspace.shortcut(PRIYA, "C0PRODUCT", ts, "ask_signpost")
    until(lambda: world.dms(PRIYA)[before:], "the direct message")
    assert world.replies("C0PRODUCT", ts) == []


def test_nothing_but_emoji_asks_nothing(world: World) -> None:
    before = len(world.cards())
    ts = world.ask(MAYA, "C0GENERAL", ":tada: :100:")
    assert "Ask me which tool" in world.reply("C0GENERAL", ts)["text"]
    assert len(world.cards()) == before


def test_events_that_nobody_asked_for_are_acknowledged(world: World) -> None:
    ts = world.workspace.say(MAYA, "C0MARKETING", "nice weather")
    world.workspace.react(MAYA, "C0MARKETING", ts, "sun")
    settle(world)
    assert world.workspace.slowest_ack() < 3


def test_an_unknown_question_says_so_and_goes_to_the_owner(world: World) -> None:
    ts = world.ask(MAYA, "C0MARKETING", UNKNOWN)
    reply = world.reply("C0MARKETING", ts)
    assert reply["text"] == "I don't know this yet."
    assert "I have asked Ada Okafor" in said(reply["blocks"])
    assert UNKNOWN in said(world.card()["blocks"])
