"""What messages, modals and Homes look like, and that Slack takes each of them, however long its texts are."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from bot.domain import (
    ERASED,
    Answer,
    AskedQuestion,
    Candidate,
    CuratedAnswer,
    DigestPlan,
    Door,
    Escalation,
    EscalationId,
    EscalationState,
    Evidence,
    ItemId,
    ItemKind,
    Kind,
    PersonId,
    Place,
    Question,
    QuestionId,
    Section,
    Skill,
    Spread,
    State,
    Verdict,
    Visibility,
    Wording,
)
from bot.measures.report import Report, TeamRow, Week
from bot.slack import blocks, cards, home_view, views
from bot.slack.home_view import Case, Home
from bot.slack.kit import Block
from bot.slack.leader_view import Overview
from bot.slack.payloads import Origin
from bot.workspace.limits import problems_in_message, problems_in_view
from tests.slack.conftest import said

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = {"U0ADA": "Ada Okafor", "U0SOFIA": "Sofia Rossi", "U0MAYA": "Maya Lindqvist"}
TEXT = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        ["<!channel>", "*" * 5000, "&" * 100_000, "word " * 20_000, "\n" * 4000, "", "<@U0ADA>", "é" * 9000]
    ),
)


def evidence(title: str = "Campaign brief", kind: ItemKind = ItemKind.SKILL, overdue: int = 0) -> Evidence:
    return Evidence(
        ItemId("skill:marketing/x"), kind, title, "marketing", "U0SOFIA", date(2026, 10, 1), overdue, "", "skills/x"
    )


def answer(verdict: Verdict, words: Wording, *sources: Evidence) -> Answer:
    return Answer(QuestionId("q1"), verdict, Kind.WHICH, words, None, (), sources, 0.9, 12)


def asked(
    text: str = "which tool?", visibility: Visibility = Visibility.PUBLIC, given: Answer | None = None
) -> AskedQuestion:
    place = Place("T1", "C1", visibility, "1.0", "1.0")
    question = Question("k", text, PersonId("U0MAYA"), NOW, Door.SLACK, place)
    return AskedQuestion(QuestionId("q1"), question, None, given, None, None, State.UNRATED)


def escalation(
    state: EscalationState = EscalationState.OPEN, text: str = "which tool?", because: str = ""
) -> Escalation:
    decided = None if state is EscalationState.OPEN else NOW
    return Escalation(
        EscalationId("e1"), QuestionId("q1"), state, "I was 12% sure.", NOW, text, decided, PersonId("U0ADA"),
        dismissed_because=because,
    )  # fmt: skip


def shown(built: list[Block]) -> list[str]:
    """The blocks' kinds, in order."""
    return [block["type"] for block in built]


def test_an_answer_reads_from_the_recommendation_to_the_controls() -> None:
    words = Wording("Use Campaign brief.", "Turns a goal into a brief.", ("Paste it.",), ("On trial.",))
    message = blocks.answer(answer(Verdict.ANSWERED, words, evidence(overdue=12)), NAMES, "U0ADA", withheld=False)
    assert message.text == "Use Campaign brief."
    assert shown(list(message.blocks)) == [
        "section",
        "section",
        "section",
        "section",
        "context",
        "context_actions",
        "actions",
    ]
    assert said(list(message.blocks)).splitlines() == [
        "*Use Campaign brief.*",
        ">Turns a goal into a brief.",
        "*How to start*",
        "• Paste it.",
        "*Watch out*",
        "• On trial.",
        "Campaign brief · marketing skill · Sofia Rossi · reviewed 1 Oct 2026 · *overdue by 12 days*",
        "Helpful",
        "Not Helpful",
        "Open the Skill",
        "Ask the Owner",
    ]


def test_the_owners_answer_names_the_owner_and_the_day() -> None:
    source = Evidence(ItemId("answer:x"), ItemKind.ANSWER, "q?", None, "U0ADA", date(2026, 11, 12), 0)
    message = blocks.answer(
        answer(Verdict.ANSWERED, Wording("Use X.", "It is ours."), source), NAMES, None, withheld=False
    )
    assert "Ada Okafor answered “q?” on 12 Nov 2026" in said(list(message.blocks))
    assert ">It is ours." not in said(list(message.blocks))


def test_options_are_numbered() -> None:
    words = Wording("I'm not sure.", options=("A: one", "B: two"), ask="Which one fits?")
    message = blocks.answer(answer(Verdict.TENTATIVE, words, evidence()), NAMES, "U0ADA", withheld=False)
    assert "1. A: one\n2. B: two" in said(list(message.blocks))


@pytest.mark.parametrize(("withheld", "buttons"), [(True, 1), (False, 0)])
def test_only_what_was_asked_in_private_still_waits_for_a_press(withheld: bool, buttons: int) -> None:
    words = Wording("I don't know this yet.", "I looked.", ask="Shall I ask the AI ops owner?")
    message = blocks.answer(answer(Verdict.UNRESOLVED, words), NAMES, "U0ADA", withheld=withheld)
    assert shown(list(message.blocks)).count("actions") == buttons
    assert "Shall I ask Ada Okafor?" in said(list(message.blocks))


def test_once_the_owner_is_asked_the_button_is_a_record() -> None:
    words = Wording("Use X.")
    message = blocks.answer(answer(Verdict.ANSWERED, words), NAMES, "U0ADA", withheld=False, asked_owner=True)
    assert "actions" not in shown(list(message.blocks))
    assert "Asked Ada Okafor." in said(list(message.blocks))


def test_a_card_shows_only_words_that_may_be_shown() -> None:
    secret = asked("the Hollander merger", Visibility.PRIVATE)
    message = cards.card(escalation(text="which tool?"), secret, NAMES, "", None)
    assert "Hollander" not in said(list(message.blocks))
    assert "Asked in private" in said(list(message.blocks))


def test_a_card_says_how_many_ask_and_what_the_bot_had_said() -> None:
    said_before = answer(Verdict.ANSWERED, Wording("Use X."))
    card = cards.card(escalation(), asked(given=said_before), NAMES, "", None, askers=3)
    assert "*Maya Lindqvist and 2 more want a person's word on this*" in said(list(card.blocks))
    assert "*What I said:* Use X." in said(list(card.blocks))


def test_a_card_of_somebody_who_deleted_their_questions_reads_well() -> None:
    gone = replace(asked(""), question=replace(asked("").question, asker=ERASED))
    decided = replace(escalation(EscalationState.DISMISSED, "", ""), decided_by=ERASED, reason="")
    words = said(list(cards.card(decided, gone, NAMES, "", None).blocks))
    assert "*Somebody who deleted their questions asked*" in words
    assert "The question was taken back" in words


def test_a_decided_card_has_a_record_and_no_buttons() -> None:
    message = cards.card(escalation(EscalationState.DISMISSED, because="No <b>"), asked(), NAMES, "", None)
    assert "actions" not in shown(list(message.blocks))
    assert "Ada Okafor dismissed this on" in said(list(message.blocks))
    assert ">No &lt;b&gt;" in said(list(message.blocks))


@profile(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, TEXT, st.sampled_from(Verdict), st.booleans())
def test_slack_takes_every_answer(long: str, other: str, verdict: Verdict, flag: bool) -> None:
    words = Wording(long or "x", other, (long, other) * 20, (other,) * 3, (long,) * 5, other)
    sources = [evidence(long, kind, 3) for kind in ItemKind]
    message = blocks.answer(
        answer(verdict, words, *sources), {"U0SOFIA": other}, "U0ADA", withheld=flag, lead=other[:50]
    )
    assert problems_in_message(list(message.blocks)) == []
    assert 1 <= len(message.text or "x") <= 300


@profile(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, TEXT, st.sampled_from(EscalationState))
def test_slack_takes_every_card_and_outcome(long: str, other: str, state: EscalationState) -> None:
    item = CuratedAnswer(ItemId("answer:x"), long, other, "U0ADA")
    found = Answer(
        QuestionId("q1"), Verdict.UNRESOLVED, Kind.WHICH, Wording("x"), None,
        tuple(Candidate(ItemId(f"tool:{i}"), long, 1.0) for i in range(9)), (), 0.1, 1,
    )  # fmt: skip
    about = escalation(state, long, other)
    for message in (
        cards.card(about, asked(long, given=found), {"U0MAYA": other}, "https://x.example/a", item),
        cards.outcome(about, asked(long), {"U0ADA": other}, item, elsewhere=True),
        blocks.offer_owner(QuestionId("q1"), "U0ADA", {"U0ADA": other}),
        blocks.help_message(),
    ):
        assert problems_in_message(list(message.blocks)) == []


@profile(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, TEXT, st.integers(0, 130))
def test_slack_takes_every_modal(long: str, other: str, count: int) -> None:
    origin = Origin("e1", "C1", "1.0", "1.0")
    teams = [f"team {i}" for i in range(count)]
    for view in (
        views.answer(origin, long, other, teams, NOW.date()),
        views.point(origin, long, {f"tool:{i}": other for i in range(count)}),
        views.dismiss(origin, long),
        views.share(origin, long, "Ada"),
        views.entry(Skill(ItemId("skill:x/y"), "y", long, other, "x", (Section(other, 2, long),)), "Ada"),
        views.entry(CuratedAnswer(ItemId("answer:x"), long, other, "U0ADA"), ""),
        views.notice("A title that is far too long for Slack", "Ok."),
    ):
        assert problems_in_view(view) == []


@profile(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, st.integers(0, 60))
def test_slack_takes_every_home(long: str, count: int) -> None:
    row = TeamRow(long[:900] or "x", 9, (), 5, 7, 0.5, 0.7)
    week = Week(NOW.date(), 7, 9, None, count, dict.fromkeys(State, 2), 0, Spread(), Spread())
    longer = Report(NOW, NOW, NOW, None, None, "UTC", False, 9, weeks=(week,) * 8, teams=(row,) * count)
    seen = Overview(replace(longer, people=None), longer, DigestPlan(), long[:60], stopped=False)
    home = Home(
        now=NOW + timedelta(hours=30),
        names={"U0MAYA": long, **NAMES},
        owner="U0ADA",
        mine=[asked(long)] * count,
        cases=[Case(escalation(text=long), asked(long))] * count,
        overview=seen,
        deleted=count,
    )
    assert problems_in_view(home_view.view(home)) == []


def test_a_home_says_each_questions_state_in_plain_words() -> None:
    done = answer(Verdict.ANSWERED, Wording("Use X."))

    def words(about: Escalation | None) -> str:
        return home_view.state_in_words(asked(given=done), about, NAMES, "U0ADA")

    assert words(None) == "Answered"
    assert words(escalation()) == "Waiting for Ada Okafor"
    assert words(escalation(EscalationState.ANSWERED)).startswith("Answered by Ada Okafor on")
    assert words(escalation(EscalationState.WITHHELD)) == "Not answered; nobody else has seen it"


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(seconds=5), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(waited: timedelta, words: str) -> None:
    assert home_view.age(waited) == words
