from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ItemId
from bot.measures.stealing import Pair, pairs

A, B, C = ItemId("skill:a"), ItemId("skill:b"), ItemId("skill:c")


def test_both_directions_are_one_pair_and_the_busiest_comes_first() -> None:
    theft = [(A, B), (B, A), (B, A), (C, A)]
    assert pairs(theft) == [Pair(B, A, 2, 1), Pair(C, A, 1, 0)]


@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.sampled_from([A, B, C]))))
def test_every_stolen_question_is_counted_once_and_nobody_steals_from_itself(
    theft: list[tuple[ItemId, ItemId]],
) -> None:
    found = pairs(theft)
    assert sum(pair.count for pair in found) == sum(winner != right for winner, right in theft)
    assert all(pair.taken >= pair.taken_back and pair.taker != pair.loser for pair in found)
