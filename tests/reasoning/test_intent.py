import pytest

from bot.domain import Kind
from bot.reasoning.intent import is_addressed_to_somebody_else, is_pleasantry, kind_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("which tool should I use for subtitles?", Kind.WHICH),
        ("need a one pager for the spring promo", Kind.WHICH),
        ("does HubSpot work with Mailchimp?", Kind.COMPATIBILITY),
        ("can we sync salesforce contacts to hubspot", Kind.COMPATIBILITY),
        ("may I put customer data into ChatGPT?", Kind.PERMISSION),
        ("are we allowed to use otter in client calls", Kind.PERMISSION),
        ("can I paste a contract into claude", Kind.PERMISSION),
        ("how do I clean up a list of leads", Kind.HOWTO),
    ],
)
def test_the_words_tell_the_kind(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize("text", ["thanks!", "ok great", "", "  ", "Thank you so much", "lol", "👍", ":+1: thanks"])
def test_a_nod_wants_no_reply(text: str) -> None:
    assert is_pleasantry(text)


@pytest.mark.parametrize("text", ["thanks, and for podcasts?", "and with mailchimp?", "no, the other one"])
def test_a_follow_up_is_no_nod(text: str) -> None:
    assert not is_pleasantry(text)


def test_a_message_to_a_colleague_is_not_for_the_bot() -> None:
    assert is_addressed_to_somebody_else("<@U0TOMAS> what do you think?", "U0SIGNPOST")
    assert not is_addressed_to_somebody_else("<@U0SIGNPOST> and you?", "U0SIGNPOST")
    assert not is_addressed_to_somebody_else("and with mailchimp?", "U0SIGNPOST")
