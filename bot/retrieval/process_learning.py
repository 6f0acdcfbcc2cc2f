"""Learns from marked requests what process_sense.py tells them apart by."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bot.domain import Kind
from bot.reasoning.clauses import Marked, Span, clauses, covered, marked
from bot.retrieval.process_features import (
    BLOCKS,
    FACT,
    STORY,
    WANTS,
    Embed,
    clause_features,
    parts,
    request_features,
    vectors_of,
)
from bot.retrieval.process_sense import Lessons, Regression, votes_of
from bot.retrieval.ranking import Array

REQUESTS = Path(__file__).parent / "taught" / "requests.txt"

_UNSAID = -1  # a clause that is not marked: the rest of a process may well speak of the step too
# Chosen by cross-validation over the marked requests and the gold set's `dev` part, coarsely.
_CLAUSE_C = _REQUEST_C = 0.3
_FOLDS = 5
_COVERED = 0.4  # of a clause lies in a mark: it is what the mark says


@cache
def requests() -> tuple[Marked, ...]:
    """The requests to learn from."""
    lines = REQUESTS.read_text(encoding="utf-8").splitlines()
    return tuple(marked(line) for line in lines if line and not line.startswith("#"))


@cache
def texts() -> frozenset[str]:
    """Every text whose vector the learning needs."""
    return frozenset(part for one in requests() for part in parts(one.text))


def learnt(embed: Embed) -> Lessons:
    """Takes a second. `embed` gives vectors of length 1; raises whatever it raises."""
    with threadpool_limits(1):  # matrices this small only wait for each other: a fifth of the time
        return _learnt(embed, requests())


def _learnt(embed: Embed, examples: Sequence[Marked]) -> Lessons:
    vectors = vectors_of(embed, [one.text for one in examples])
    seen = [clause_features(one.text, vectors) for one in examples]
    labels = [_labels(one) for one in examples]
    # What the clauses of a request are taken for is asked of a model that has not seen them, or the second
    # regression would believe the first too much.
    every = range(len(examples))
    rows: list[Array | None] = [None] * len(examples)
    for fold in range(_FOLDS):
        others = [i for i in every if i % _FOLDS != fold]
        model = _of_clauses([seen[i] for i in others], [labels[i] for i in others])
        for i in every[fold::_FOLDS]:
            rows[i] = request_features(examples[i].text, vectors, model.probabilities(seen[i]))
    said = [one.kind for one in examples]
    kinds = tuple(sorted(set(said)))
    votes = votes_of(said, kinds)
    return Lessons(
        clauses=_of_clauses(seen, labels),
        requests=_fitted(np.array(rows), np.array([kinds.index(kind) for kind in said]), _REQUEST_C),
        kinds=kinds,
        neighbours=np.array([vectors[one.text] for one in examples]),
        votes=votes / votes.sum(0),
    )


def _labels(one: Marked) -> list[int]:
    return [_label(one, clause) for clause in clauses(one.text)]


def _label(one: Marked, clause: Span) -> int:
    if covered(clause, one.blocking) > _COVERED or any(covered(mark, (clause,)) > 0.5 for mark in one.blocking):
        return BLOCKS
    if covered(clause, one.wanting) > _COVERED:
        return WANTS
    return {Kind.OTHER: FACT, Kind.PROCESS: _UNSAID}.get(one.kind, STORY)


def _of_clauses(seen: Sequence[Array], labels: Sequence[Sequence[int]]) -> Regression:
    rows, said = np.vstack(seen), np.array([label for some in labels for label in some])
    return _fitted(rows[said != _UNSAID], said[said != _UNSAID], _CLAUSE_C)


def _fitted(rows: Array, labels: Array, c: float) -> Regression:
    """Its classes are the labels, from 0 on, three or more."""
    # Over a second to import, and not needed by a start with nothing new to learn.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=c, max_iter=500, tol=1e-2, class_weight="balanced").fit(rows, labels)
    return Regression(model.coef_, model.intercept_)
