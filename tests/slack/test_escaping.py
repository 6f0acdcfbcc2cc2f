"""Nothing that a person or a file wrote does anything in Slack but be read."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack import escaping, kit

SIGNS = st.text(alphabet=st.sampled_from("<>&*_~`|:@#!^ \n\tabUC019-/.é…"), max_size=200)
ANYTHING = st.one_of(SIGNS, st.text(max_size=300))


def is_formatted(text: str) -> bool:
    """Whether Slack would see formatting: a pair of signs at the edges of words."""
    return bool(re.search(r"(?<![^\W_])([*_~])(?=\S)[^\n]*?\S\1(?![^\W_])|`", text))


@given(ANYTHING)
@example("<!channel>")
@example("<@U0ADA> <https://evil.example|our bank>")
@example("&lt;!here&gt;")
@example("*bold* _it_ ~gone~ `code` **twice** *_both_*")
@example("> a quote\n>> another")
def test_what_is_escaped_does_nothing(text: str) -> None:
    shown = escaping.mrkdwn(text)
    assert "<" not in shown
    assert ">" not in shown
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)
    assert not is_formatted(shown)
    assert not re.search(r"(?m)^\s*&gt;", shown)


@given(ANYTHING, st.integers(min_value=20, max_value=400))
def test_what_is_cut_fits_and_breaks_no_escaped_sign(text: str, most: int) -> None:
    shown = escaping.mrkdwn(text * 3, most)
    assert len(shown) <= most
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)


@given(st.text(alphabet="abc def.,;()?!-'\n", max_size=200))
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert html.unescape(escaping.mrkdwn(text)) == text


@pytest.mark.parametrize("text", ["snake_case_name", "skills/marketing/x_y/SKILL.md", "2*3*4", "10:30", "a~b"])
def test_signs_inside_words_stay(text: str) -> None:
    assert escaping.mrkdwn(text) == text


@given(ANYTHING)
def test_a_plain_text_is_never_empty_or_too_long(text: str) -> None:
    assert 1 <= len(escaping.plain(text * 3, 24)) <= 24


@given(ANYTHING)
def test_a_name_from_a_file_becomes_no_mention(name: str) -> None:
    shown = escaping.mention(name)
    assert "<" not in shown or re.fullmatch(r"<@[UW][A-Z0-9]+>", shown)


def test_a_persons_id_is_a_mention_and_a_group_is_words() -> None:
    assert escaping.mention("U0ADA") == "<@U0ADA>"
    assert escaping.mention("@marketing") == "@marketing"
    assert escaping.mention("U0ADA> <!channel") == "U0ADA&gt; &lt;!channel"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://a.example/<!channel>", "x", "https://a.example/|b"]
)
def test_only_a_web_address_becomes_a_link(address: str) -> None:
    assert escaping.link(address, "the vendor") == "the vendor"


def test_a_label_cannot_end_its_link() -> None:
    assert escaping.link("https://a.example/?a=1&b=2", "x|y>z") == "<https://a.example/?a=1&amp;b=2|x¦y&gt;z>"


def test_text_that_turns_direction_or_hides_is_cleaned() -> None:
    assert escaping.mrkdwn("safe\u202egnp.exe\u200b \x00ok\r\nnext") == "safegnp.exe ok\nnext"


def test_our_own_sentences_keep_their_mentions_and_nothing_else() -> None:
    said = escaping.sentence("<@U0ADA> already answered <!channel> & *left*.")
    assert said == "<@U0ADA> already answered &lt;!channel&gt; &amp; ∗left∗."


def test_a_hundred_thousand_characters_fit_a_section() -> None:
    block = kit.section(escaping.mrkdwn("word & " * 20_000))
    assert len(block["text"]["text"]) <= 3000
    assert block["text"]["text"].endswith(" …")
