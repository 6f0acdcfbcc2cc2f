import numpy as np

from bot.retrieval.table import BLOCK, Table


def vectors(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)


def test_rows_are_found_again_across_blocks() -> None:
    table, given = Table(3), vectors(BLOCK + 10, 1)
    places = table.add(given)
    view = table.view()
    assert np.array_equal(view.rows(places), given)
    found = view.products(given[:2])
    assert found.shape == (2, BLOCK + 11) and np.isneginf(found[:, -1]).all()
    np.testing.assert_allclose(found[:, places], given[:2] @ given.T, rtol=1e-4, atol=1e-5)


def test_who_reads_an_earlier_view_sees_nothing_of_what_is_added() -> None:
    table = Table(3)
    first = table.add(vectors(5, 1))
    view = table.view()
    table.add(vectors(BLOCK, 2))
    assert np.array_equal(view.rows(first), vectors(5, 1)) and view.products(vectors(1, 3)).shape == (1, 6)


def test_a_row_that_was_let_go_is_used_again_one_renewal_later_and_holds_nothing_in_between() -> None:
    table = Table(3)
    places = table.add(vectors(4, 1))
    table.let_go(places[:2])
    assert set(table.add(vectors(2, 2))).isdisjoint(places)  # whoever ranks now may still read them
    table.let_go([])
    assert not table.view().rows(places[:2]).any()
    assert set(table.add(vectors(2, 3))) == set(places[:2])
    assert table.view().count == 6
