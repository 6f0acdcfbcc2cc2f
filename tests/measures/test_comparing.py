import pytest

from bot.domain import ItemId, Verdict
from bot.measures.comparing import compare
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
