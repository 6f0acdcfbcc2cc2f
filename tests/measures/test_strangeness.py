import pytest

from bot.measures.strangeness import RANDOM, strangeness


@pytest.mark.parametrize("run", ["", "a", "newsletter", "2024-09-12", "hahahahahaha", "=" * 40, "Versicherung"])
def test_what_people_write_is_hardly_strange(run: str) -> None:
    assert strangeness(run) <= 3


def test_a_key_is_found_behind_a_long_readable_name() -> None:
    key = "q7Xk2LmZ9vTb4RwY"
    assert strangeness(key) >= RANDOM
    assert strangeness("the-name-of-our-quarterly-newsletter-campaign-" + key) >= RANDOM


def test_a_pair_that_comes_again_says_nothing_new() -> None:
    assert strangeness("xq" * 50) == strangeness("xqx")
