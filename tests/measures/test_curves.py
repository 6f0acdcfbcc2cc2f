import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ItemId, Verdict
from bot.measures.curves import at_precision, reliability, risk_coverage
from bot.measures.quality import Row

RIGHT, WRONG = ItemId("skill:a"), ItemId("skill:b")


def _row(confidence: float, right: bool = True) -> Row:
    return Row("q", (RIGHT,), (RIGHT if right else WRONG,), confidence, Verdict.TENTATIVE)


ROWS = st.lists(st.builds(_row, st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def test_each_tenth_has_its_count_and_interval() -> None:
    (only,) = reliability([_row(0.7, at < 7) for at in range(10)] * 10)
    assert (only.low, only.high, only.count) == (0.7, 0.8, 100)
    assert only.confidence == pytest.approx(0.7) and only.right.value == pytest.approx(0.7)
    assert only.right.low == pytest.approx(0.604, abs=1e-3)


def test_full_confidence_has_a_place() -> None:
    (only,) = reliability([_row(1.0)])
    assert (only.low, only.high, only.count) == (0.9, 1.0, 1)


@given(ROWS)
def test_every_question_is_in_one_bin(rows: list[Row]) -> None:
    bins = reliability(rows)
    assert sum(one.count for one in bins) == len(rows)
    assert sum(one.right.value * one.count for one in bins) == pytest.approx(sum(row.right for row in rows))
    assert all(one.low <= one.confidence <= one.high + 1e-9 for one in bins)


@given(ROWS)
def test_the_curve_ends_where_everything_is_answered(rows: list[Row]) -> None:
    points = risk_coverage(rows)
    assert points[-1].coverage == 1 and points[-1].risk == pytest.approx(sum(not r.right for r in rows) / len(rows))
    assert [p.coverage for p in points] == sorted({p.coverage for p in points})
    assert len(points) == len({row.confidence for row in rows})


def test_the_90_percent_point_answers_as_many_as_it_may() -> None:
    rows = [_row(0.9)] * 9 + [_row(0.5, False)] + [_row(0.4, False)]
    best = at_precision(risk_coverage(rows))
    assert best and (best.confidence, best.risk) == (0.5, pytest.approx(0.1))
    assert at_precision(risk_coverage([_row(0.9, False)])) is None
