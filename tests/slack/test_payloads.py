"""Slack's JSON, read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Helpfulness, PersonId, QuestionId, Visibility
from bot.slack import payloads
from bot.slack.payloads import Origin

BOT = "U0BOT"


def event(**fields: object) -> dict[str, object]:
    """A message as an event brings it."""
    said = {"type": "message", "user": "U1", "channel": "C1", "ts": "1.5", "text": "hi", "channel_type": "channel"}
    return {"team_id": "T1", "type": "event_callback", "event": said | fields}


def test_a_mention_and_its_twin_share_one_key() -> None:
    mention = payloads.said(event(type="app_mention", channel_type=None))
    twin = payloads.said(event())
    assert mention
    assert twin
    assert mention.source_key == twin.source_key == "T1:C1:1.5"
    assert (mention.visibility, twin.visibility) == (None, Visibility.PUBLIC)


@pytest.mark.parametrize(
    "fields",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"bot_id": "B1"},
        {"user": None},
        {"ts": None},
    ],
)
def test_what_nobody_said_is_no_question(fields: dict[str, object]) -> None:
    assert payloads.said(event(**fields)) is None


def test_a_reply_belongs_to_its_thread_and_a_first_message_opens_one() -> None:
    first, reply = payloads.said(event()), payloads.said(event(thread_ts="1.1", subtype="thread_broadcast"))
    assert first
    assert reply
    assert first.place(Visibility.PUBLIC).thread_key == "T1:C1:1.5"
    assert reply.place(Visibility.PUBLIC).thread_key == "T1:C1:1.1"
    assert (first.is_reply, reply.is_reply) == (False, True)


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        (f"<@{BOT}> which tool?", "which tool?"),
        (f"<@{BOT}|signpost>: which tool?", "which tool?"),
        ("may <@U2|maya> and <@U3> see <#C1|launch>?", "may @maya and somebody see #launch?"),
        ("<!channel> <!here|here> <!subteam^S1|@marketing> ok?", "@channel @here @marketing ok?"),
        (
            "read <https://a.example/x|this page> or <https://b.example>",
            "read this page (https://a.example/x) or https://b.example",
        ),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("is 1 &lt; 2 &amp;&amp; 3 &gt; 2?", "is 1 < 2 && 3 > 2?"),
        ("&amp;lt;", "&lt;"),
        (f"  <@{BOT}>  ", ""),
    ],
)
def test_slacks_text_becomes_readable(text: str, readable: str) -> None:
    assert payloads.readable(text, BOT) == readable


@pytest.mark.parametrize(
    ("name", "channel", "visibility"),
    [
        ("general", "C1", Visibility.PUBLIC),
        ("privategroup", "C1", Visibility.PRIVATE),
        ("mpdm-a--b-1", "C1", Visibility.PRIVATE),
        ("directmessage", "D1", Visibility.DIRECT),
        ("", "C1", Visibility.PRIVATE),
    ],
)
def test_a_place_that_is_not_known_to_be_public_counts_as_private(
    name: str, channel: str, visibility: Visibility
) -> None:
    assert payloads.visibility_by_name(name, channel) is visibility


@given(st.text(min_size=1), st.sampled_from(Helpfulness))
def test_a_feedback_value_comes_back_as_it_went(question: str, value: Helpfulness) -> None:
    assert payloads.read_feedback(payloads.write_feedback(QuestionId(question), value)) == (question, value)


@given(st.builds(Origin, st.text(), st.none() | st.text(), st.none() | st.text(), st.none() | st.text()))
def test_what_a_modal_remembers_comes_back_as_it_went(origin: Origin) -> None:
    assert payloads.read_origin({"private_metadata": payloads.write_origin(origin)}) == origin


def test_a_press_says_who_where_and_what() -> None:
    pressed = payloads.press(
        {
            "user": {"id": "U1"},
            "actions": [{"action_id": "feedback", "value": "helpful:q1"}],
            "container": {"message_ts": "2.0", "channel_id": "C1", "is_ephemeral": True},
            "message": {"thread_ts": "1.0"},
            "trigger_id": "t",
            "response_url": "https://r.example",
        }
    )
    assert (pressed.user, pressed.value, pressed.channel, pressed.thread_ts) == (
        PersonId("U1"),
        "helpful:q1",
        "C1",
        "1.0",
    )
    assert pressed.ephemeral
    assert not pressed.in_home


def test_our_message_is_known_by_its_metadata() -> None:
    ours = {"metadata": payloads.metadata("d1")}
    assert payloads.carries(ours, "d1")
    assert not payloads.carries(ours, "d2")
    assert not payloads.carries({"metadata": {"event_type": "other", "event_payload": {"delivery": "d1"}}}, "d1")
    assert not payloads.carries({}, "d1")
