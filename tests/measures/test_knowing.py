import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from bot.measures.knowing import Draw, knowing, refused
from bot.measures.quality import rank_auroc

SCORES = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.3, 0.7, 1.0])), min_size=2, max_size=40)


@given(SCORES)
def test_auroc_is_the_well_known_one_ties_included(pairs: list[tuple[bool, float]]) -> None:
    known, scores = np.array([k for k, _ in pairs]), np.array([s for _, s in pairs])
    if known.all() or not known.any():
        assert np.isnan(rank_auroc(scores, known))
    else:
        assert rank_auroc(scores, known) == pytest.approx(roc_auc_score(known, scores))


@given(SCORES)
def test_at_most_the_given_share_of_the_answerable_is_refused(pairs: list[tuple[bool, float]]) -> None:
    known, scores = np.array([k for k, _ in pairs]), np.array([s for _, s in pairs])
    if known.all() or not known.any():
        return
    share = refused(scores, known, 0.2)
    at = np.sort(scores[known])[int(0.2 * known.sum())]
    assert (scores[known] < at).mean() <= 0.2
    assert share == pytest.approx((scores[~known] < at).mean())


def test_two_look_ups_are_compared_on_the_same_questions() -> None:
    chance = np.random.default_rng(1)
    known = np.array([True] * 200 + [False] * 100)
    noise = chance.normal(size=300)
    draw = Draw(known, ours=known * 3 + noise, plain=known * 1 + noise)
    found = knowing([draw])
    assert found.auroc_ours.value > found.auroc_plain.value
    assert found.auroc_gain.low > 0
    assert found.refused_ratio.value == pytest.approx(found.refused_ours.value / found.refused_plain.value)
    assert found.refused_ratio.low > 1
    assert repr(knowing([draw])) == repr(found)


def test_a_look_up_gains_nothing_over_itself() -> None:
    known = np.array([True, False] * 50)
    scores = np.random.default_rng(2).random(100)
    found = knowing([Draw(known, scores, scores), Draw(~known, scores, scores)])
    assert found.auroc_gain == (0, 0, 0) and found.draws == 2 and found.unknown == 50
    assert np.isnan(knowing([]).auroc_ours.value)
