"""The App Home of each kind of person, and what keeps it current."""

from tests.slack.conftest import KNOWN, UNKNOWN, World, said, until

MAYA, TOMAS, ADA, LENA, PRIYA = "U0MAYA", "U0TOMAS", "U0ADA", "U0LENA", "U0PRIYA"
MARKETING = "C0MARKETING"


def test_an_empty_home_says_how_to_begin(world: World) -> None:
    world.workspace.open_home(PRIYA)
    shown = world.home(PRIYA, "My questions")
    assert "Mention @Signpost in a channel" in shown
    assert "Open questions" not in shown
    assert "The last seven days" not in shown


def test_an_askers_home_follows_their_question_to_its_end(world: World) -> None:
    world.workspace.open_home(MAYA)
    world.home(MAYA, "My questions")
    ts = world.ask(MAYA, MARKETING, UNKNOWN)
    world.reply(MARKETING, ts)
    assert "Open the conversation" in world.home(MAYA, UNKNOWN, "Waiting for Ada Okafor")

    world.workspace.open_home(ADA)
    assert "Maya Lindqvist · waiting" in world.home(ADA, "Open questions: 1", UNKNOWN)
    world.workspace.press_in_home(ADA, "dismiss_case:0")
    world.modal(ADA, "dismiss_case")
    world.workspace.submit(ADA, {"reason": "Not yet."})
    world.reply(MARKETING, ts, 2)
    world.home(MAYA, "Closed by Ada Okafor on", "with a reason")
    world.home(ADA, "Nothing waits for you.")


def test_feedback_shows_in_plain_words(world: World) -> None:
    world.workspace.open_home(TOMAS)
    ts = world.ask(TOMAS, MARKETING, KNOWN)
    reply = world.reply(MARKETING, ts)
    world.home(TOMAS, KNOWN, "Answered")
    world.workspace.press(TOMAS, MARKETING, reply["ts"], "feedback", value="positive_button")
    world.home(TOMAS, "You said it helped")
    world.workspace.press(TOMAS, MARKETING, reply["ts"], "feedback", value="negative_button")
    world.home(TOMAS, "You said it did not help")


def test_a_leader_sees_no_figure_of_fewer_than_five_people_and_nobodys_words(world: World) -> None:
    world.workspace.open_home(LENA)
    shown = world.home(LENA, "The last seven days", "Fewer than five people asked")
    assert "Self-serve" not in shown
    assert UNKNOWN not in shown
    assert "Tomás" not in shown
    assert "Maya" not in shown


def test_the_owner_who_answers_them_sees_the_figures_all_the_same(world: World) -> None:
    world.workspace.open_home(ADA)
    shown = world.home(ADA, "The last seven days", "2 asked 2")
    assert "*Self-serve rate*\n0% of 2 decided" in shown
    assert "*Unrated share*" in shown


def test_the_numbers_are_for_leaders_only(world: World) -> None:
    world.workspace.open_home(TOMAS)
    assert "The last seven days" not in world.home(TOMAS, KNOWN)


def test_somebody_deletes_their_questions(world: World) -> None:
    secret = "which tool turns a webinar about the Quillon deal into a blog post?"
    ts = world.ask(PRIYA, "C0PRODUCT", secret)
    world.reply("C0PRODUCT", ts)
    world.home(PRIYA, "Quillon")
    world.workspace.press_in_home(PRIYA, "delete_my_questions")
    until(lambda: "Quillon" not in said(world.workspace.home(PRIYA)), "the words to go")
    assert "*Deleted: 1 question of yours.*" in world.home(PRIYA, "Deleted")


def test_a_first_message_is_suggested_in_direct_messages(world: World) -> None:
    world.workspace.open_home(PRIYA, "messages")
    prompts = until(lambda: world.workspace.prompts(PRIYA), "suggested prompts")
    assert 1 <= len(prompts) <= 4
