"""The calibrated probability that the first candidate is right: "do I know this?"

A logistic regression on a dozen features of the scores. It starts from weights learned on public skills and
questions that belong to no library here, and is drawn from there towards the library's own questions, as far as
there are some: each is ranked without its own text, once as it is and, in five draws, with a fifth of the items
hidden, so that it learns what it looks like when the right one is not there. It needs no question out of scope.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.retrieval.prior import Learned, Prior
from bot.retrieval.ranking import Array, Scores

DRAWS = 5
HIDDEN = 0.2
# How hard the prior weights hold. With 2 past questions for each of 64 public skills, what was
# answered at 0.8 was right in 90 % with 20 here, 93 % with 100 and 94 % with 400.
PRIOR_STRENGTH = 200.0
HIGHEST = 2.5  # beyond this a score says no more: a very short text can reach 6
FEATURES = (
    "top",
    "lead over the second",
    "lead over the second to sixth",
    "entropy",
    "vectors of the first",
    "words of the first",
    "coverage of the first",
    "coverage anywhere",
    "signals that agree",
    "best cosine",
    "past questions of the first",
    "past questions very near",
    "length",
    "items",
)


@dataclass(frozen=True)
class ConfidenceModel:
    """Weights for standardised features; the last one stands alone."""

    weights: Array  # (features + 1,)
    learned: Learned  # with the embedding model in use

    def probability(self, scores: Scores, texts: Sequence[str]) -> Array:
        """(m,), each 0–1, for questions over at least one item.

        A curated answer is found by one short text, so that all its signals say the same: it has weights of its own.
        """
        rows = features(scores, texts)
        for_items = _sigmoid(_design(rows, self.learned.items) @ self.weights)
        for_answers = _sigmoid(_design(rows, self.learned.answers) @ np.array(self.learned.answers.weights))
        return np.where(scores.is_answer[scores.fused.argmax(axis=1)], for_answers, for_items)


def prior(learned: Learned) -> ConfidenceModel:
    """What is known before a library has questions of its own."""
    return ConfidenceModel(np.array(learned.items.weights), learned)


def features(scores: Scores, texts: Sequence[str]) -> Array:
    """(m, features) of questions over at least one item. Scores that are not there count as 0, chance."""
    order = np.argsort(-scores.fused, axis=1, kind="stable")
    best = _padded(np.take_along_axis(scores.fused, order[:, :6], axis=1), 6)
    first = order[:, :1]
    best = np.minimum(best, HIGHEST)
    signals = np.minimum(np.take_along_axis(scores.signals, first[:, None, :], axis=2)[:, :, 0], HIGHEST)
    agree = (scores.signals.argmax(axis=2) == first).mean(axis=1)
    asked = np.minimum(_at(scores.asked, first), HIGHEST)
    columns = [
        best[:, 0],
        best[:, 0] - best[:, 1],
        best[:, 0] - best[:, 1:].mean(axis=1),
        _entropy(best),
        signals[:, :4].mean(axis=1),
        signals[:, 4:].mean(axis=1),
        _at(scores.coverage, first),
        scores.coverage.max(axis=1),
        agree,
        _at(scores.cosines, first),
        asked,
        np.maximum(asked - 1.0, 0.0),
        np.log1p([len(text.split()) for text in texts]),
        np.full(len(best), np.log1p(scores.fused.shape[1])),
    ]
    return np.stack(columns, axis=1)


def fit(
    batches: Iterable[tuple[Scores, Sequence[str], Sequence[frozenset[str]]]], ids: Sequence[str], learned: Learned
) -> ConfidenceModel:
    """A model drawn from `learned` towards the library's own questions. Deterministic.

    A batch is the scores of some of these questions, each as if its own text were not there, over the items `ids`,
    their texts, and the ids that answer each.
    """
    told = [examples(scores, texts, ids, expected) for scores, texts, expected in batches if len(ids) > 1]
    if not told:
        return prior(learned)
    rows, right = (np.concatenate(each) for each in zip(*told, strict=True))
    return ConfidenceModel(_drawn(rows, right, np.full(len(right), 1.0 / (DRAWS + 1)), learned.items), learned)


def examples(
    scores: Scores, texts: Sequence[str], ids: Sequence[str], expected: Sequence[frozenset[str]], seed: int = 0
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Features, and whether the first candidate was right: with all items, then in each draw with a fifth hidden."""
    names = np.array(ids)
    chance = np.random.default_rng(seed)
    rows, right = [features(scores, texts)], [_is_right(scores, names, expected)]
    for _ in range(DRAWS):
        shown = chance.random(len(names)) >= HIDDEN
        if shown.any():
            some = scores.where(shown)
            rows.append(features(some, texts))
            right.append(_is_right(some, names[shown], expected))
    return np.concatenate(rows), np.concatenate(right)


def _is_right(scores: Scores, ids: npt.NDArray[np.str_], expected: Sequence[frozenset[str]]) -> npt.NDArray[np.bool_]:
    first = ids[scores.fused.argmax(axis=1)]
    return np.array([str(one) in wanted for one, wanted in zip(first, expected, strict=True)])


def _drawn(rows: Array, right: npt.NDArray[np.bool_], share: Array, learned: Prior) -> Array:
    """Maximum a posteriori weights around the prior ones."""
    # Half a second to import, and not needed by a start with nothing new to fit.
    from scipy.optimize import minimize

    design, start = _design(rows, learned), np.array(learned.weights)
    sign = np.where(right, 1.0, -1.0)

    def loss(weights: Array) -> tuple[float, Array]:
        margin = sign * (design @ weights)
        away = weights - start
        value = (share * np.logaddexp(0.0, -margin)).sum() + PRIOR_STRENGTH * (away @ away) / 2
        slope = -(share * sign * _sigmoid(-margin)) @ design + PRIOR_STRENGTH * away
        return float(value), slope

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _design(rows: Array, learned: Prior) -> Array:
    standard = (rows - np.array(learned.means)) / np.array(learned.deviations)
    # Further out than anything the weights were learned on, a straight line would promise too much.
    return np.concatenate([np.clip(standard, -3.0, 3.0), np.ones((len(rows), 1))], axis=1)


def _entropy(best: Array) -> Array:
    """How evenly the six best share; a fifth of the scale apart is a clear lead."""
    weights = np.exp((best - best[:, :1]) / 0.2)
    shares = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray(-(shares * np.log(shares + 1e-12)).sum(axis=1))


def _at(values: Array, first: npt.NDArray[np.int64]) -> Array:
    return np.take_along_axis(values, first, axis=1)[:, 0]


def _padded(best: Array, width: int) -> Array:
    return np.pad(best, ((0, 0), (0, width - best.shape[1]))) if best.shape[1] < width else best


def _sigmoid(x: Array) -> Array:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))
