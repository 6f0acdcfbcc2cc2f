"""How much each signal counts: weights fitted to the questions whose answer the library knows.

A softmax over the items for each question, each question compared as if its own text were not there; its weights are
held to DEFAULT_MIX, so that a few questions, or a wrong one, move little. Likeness to past questions may only gain by
the fit: questions that somebody lists for an item are written to differ, so that leaving one out shows less than they
are worth to whoever asks next.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from bot.retrieval.ranking import DEFAULT_MIX, Array, Scores

STRENGTH = 30.0  # how hard the default weights hold, in questions
SHARPNESS = 6.0  # of the softmax: a lead of a sixth of the scale is worth a factor of e
RIVALS = 40  # candidates a question that are told apart; the others are no danger


def fit(batches: Iterable[tuple[Scores, Sequence[frozenset[str]]]], ids: Sequence[str]) -> Array:
    """(signals + 1,), weights of 0 or more. Deterministic.

    A batch is the scores of some of the library's own questions, each as if its own text were not there, over the
    items `ids`, with the ids that answer each question.
    """
    # Half a second to import, and not needed by a start with nothing new to fit.
    from scipy.optimize import minimize

    told = [_examples(scores, ids, expected) for scores, expected in batches if len(ids) > 1]
    if not told:
        return DEFAULT_MIX
    parts, right = (np.concatenate(each) for each in zip(*told, strict=True))
    parts = parts * (SHARPNESS * DEFAULT_MIX)[None, :, None]

    def loss(weights: Array) -> tuple[float, Array]:
        logits = np.einsum("k,mkn->mn", weights, parts)
        shares = _softmax(logits)
        hit = (shares * right).sum(axis=1)
        slope = shares * right / (hit + 1e-12)[:, None] - shares
        away = weights - 1.0
        value = -np.log(hit + 1e-12).sum() + STRENGTH * (away @ away) / 2
        return float(value), STRENGTH * away - np.einsum("mkn,mn->k", parts, slope)

    start = np.ones(len(DEFAULT_MIX))
    bounds = [(0.0, None)] * (len(start) - 1) + [(1.0, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x * DEFAULT_MIX)


def _examples(
    scores: Scores, ids: Sequence[str], expected: Sequence[frozenset[str]]
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Parts of the strongest candidates and of the right ones, (m, signals + 1, candidates), and which are right."""
    is_right = np.array([[id in wanted for id in ids] for wanted in expected], bool)
    # The right ones come first whatever they score.
    order = np.argsort(-np.where(is_right, np.inf, scores.fused), axis=1, kind="stable")[:, :RIVALS]
    parts = np.take_along_axis(scores.parts, order[:, None, :], axis=2)
    return parts, np.take_along_axis(is_right, order, axis=1)


def _softmax(logits: Array) -> Array:
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
