from hypothesis import given
from hypothesis import strategies as st

from bot.domain import EVERYONE, CuratedAnswer, ItemId, PersonId, Place, TeamName, Visibility
from bot.reasoning.visibility import Audience, audience_of, conversation, may_show_item, may_show_words

ADA, MAYA = PersonId("U0ADA"), PersonId("U0MAYA")
places = st.builds(
    Place,
    workspace=st.just("T1"),
    channel=st.sampled_from(["C1", "C2", "D1"]),
    visibility=st.sampled_from(list(Visibility)),
    thread_ts=st.sampled_from([None, "1.1", "2.2"]),
)
audiences = st.builds(
    Audience,
    conversation=st.sampled_from([None, "T1:C1", "T1:C2", "T1:D1"]),
    person=st.sampled_from([None, ADA, MAYA]),
)


@given(places, audiences)
def test_private_words_stay_in_their_conversation_or_with_who_wrote_them(place: Place, audience: Audience) -> None:
    shown = may_show_words(MAYA, place, audience)
    if place.visibility is not Visibility.PUBLIC and audience.person != MAYA:
        assert shown == (audience.conversation == conversation(place))


@given(audiences)
def test_public_words_may_be_shown_anywhere(audience: Audience) -> None:
    place = Place("T1", "C1", Visibility.PUBLIC)
    assert may_show_words(MAYA, place, audience)


def test_words_from_a_terminal_are_between_the_asker_and_the_bot() -> None:
    assert may_show_words(MAYA, None, Audience(person=MAYA))
    assert not may_show_words(MAYA, None, Audience(person=ADA))
    assert not may_show_words(MAYA, None, Audience(conversation="T1:C1"))


def _answer(*scope: str) -> CuratedAnswer:
    return CuratedAnswer(ItemId("answer:x"), "q", "a", "U0ADA", scope=scope)


def test_an_answer_for_some_teams_is_given_to_their_members_only() -> None:
    marketer = Audience(person=MAYA, teams=frozenset({TeamName("marketing")}))
    assert may_show_item(_answer("marketing"), marketer)
    assert not may_show_item(_answer("product"), marketer)
    assert may_show_item(_answer(EVERYONE), marketer)


def test_a_channel_hears_only_what_everyone_there_may_hear() -> None:
    place = Place("T1", "C1", Visibility.PUBLIC, thread_ts="1.1")
    audience = audience_of(place, MAYA, [TeamName("marketing")])
    assert not may_show_item(_answer("marketing"), audience)
    assert may_show_item(_answer(EVERYONE), audience)


def test_a_slash_command_is_answered_for_its_sender_alone() -> None:
    place = Place("T1", "C1", Visibility.PUBLIC, response_url="https://hooks.example/1")
    audience = audience_of(place, MAYA, [TeamName("marketing")])
    assert audience.person == MAYA
    assert may_show_item(_answer("marketing"), audience)
