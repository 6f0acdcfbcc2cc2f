import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ItemId, Verdict
from bot.measures.comparing import compare, errors_removed, shifts
from bot.measures.quality import Row

RIGHT, WRONG = ItemId("skill:a"), ItemId("skill:b")


def _rows(first: list[ItemId]) -> list[Row]:
    return [Row(f"q{n}", (RIGHT,), (one,), 0.9, Verdict.ANSWERED) for n, one in enumerate(first)]


def test_gains_and_losses_are_paired_by_question() -> None:
    before, after = _rows([RIGHT, RIGHT, WRONG, WRONG]), _rows([RIGHT, WRONG, RIGHT, RIGHT])
    first = compare(before, list(reversed(after)))[0]
    assert (first.before, first.after, first.gained, first.lost) == (2, 3, 2, 1)


def test_the_same_run_twice_differs_in_nothing() -> None:
    rows = _rows([RIGHT, WRONG])
    assert all((d.gained, d.lost, d.p) == (0, 0, 1.0) for d in compare(rows, rows))


def test_ten_gains_and_no_loss_are_no_chance() -> None:
    first = compare(_rows([WRONG] * 10), _rows([RIGHT] * 10))[0]
    assert first.p == pytest.approx(2 * 0.5**10)


def test_the_figures_of_a_run_differ_by_a_paired_interval() -> None:
    before, after = _rows([WRONG] * 20 + [RIGHT] * 20), _rows([RIGHT] * 40)
    rank = shifts(before, after)[0]
    assert (rank.name, rank.before, rank.after) == ("Mean reciprocal rank", 0.5, 1.0)
    assert rank.difference.value == 0.5 and 0.3 < rank.difference.low < 0.5 < rank.difference.high < 0.7
    assert all(one.difference == (0, 0, 0) for one in shifts(after, after) if one.difference.value == 0)


def test_runs_without_a_common_question_have_nothing_to_compare() -> None:
    assert shifts(_rows([RIGHT]), []) == []


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=50))
def test_errors_removed_are_a_share_of_the_plain_ones(pairs: list[tuple[bool, bool]]) -> None:
    plain, ours = [p for p, _ in pairs], [o for _, o in pairs]
    found = errors_removed(plain, ours)
    wrong = plain.count(False)
    if wrong:
        assert found.value == pytest.approx((wrong - ours.count(False)) / wrong)
        assert found.low <= found.high <= 1
    else:
        assert math.isnan(found.value)
