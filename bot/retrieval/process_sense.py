"""Is what somebody describes broken in the process, is a tool wanted, both, or neither? Learnt from marked requests.

Two logistic regressions, one over clauses (is this the step that blocks, work that wants a tool, a fact, or only the
story around it?), one over requests, which sees what the first said of each clause; and the nearest of all requests
learnt from, among them those whose kind the owner has overruled. Their probabilities are multiplied.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bot.domain import Diagnosis, Kind
from bot.reasoning.clauses import Marked, Span, asks, clauses, covered, denials, marked, signs
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.index import VectorIndex
from bot.retrieval.progress import Report, silent
from bot.retrieval.ranking import Array

Embed = Callable[[Sequence[str]], Vectors]
_REQUESTS = Path(__file__).parent / "taught" / "requests.txt"

_BLOCKS, _FACT, _STORY, _WANTS = range(4)  # what a clause can be …
_UNSAID = -1  # … or not marked: the rest of a process may well speak of the step too
# Chosen by cross-validation over the marked requests and the gold set's `dev` part, coarsely.
_CLAUSE_C = _REQUEST_C = 0.3
_FOLDS = 5
_SHARPNESS = 20.0  # of the neighbours' votes: one that is nearer by 0.1 in the cosine counts e² as much
_OWNERS_WORD = 3.0  # votes of a request that the owner has overruled
_COVERED = 0.4  # of a clause lies in a mark: it is what the mark says


@cache
def requests() -> tuple[Marked, ...]:
    """The requests to learn from."""
    lines = _REQUESTS.read_text(encoding="utf-8").splitlines()
    return tuple(marked(line) for line in lines if line and not line.startswith("#"))


def texts() -> frozenset[str]:
    """Every text whose vector the learning needs."""
    return frozenset(part for one in requests() for part in _parts(one.text))


def fitted(embedder: Embedder, index: VectorIndex, report: Report = silent) -> "ProcessSense":
    """Learnt once in a process for each embedder; the vectors to learn from are kept in the index.

    Raises EmbeddingsUnavailable.
    """
    with _learning:
        if embedder.name not in _learnt:
            needed = tuple(sorted(texts()))
            known = dict(zip(needed, index.vectors(needed, report), strict=True))
            with threadpool_limits(1):  # matrices this small only wait for each other: a fifth of the time
                _learnt[embedder.name] = ProcessSense(lambda wanted: np.stack([known[text] for text in wanted]))
    return _learnt[embedder.name].asking(embedder)


_learnt: dict[str, "ProcessSense"] = {}
_learning = Lock()


@dataclass(frozen=True)
class Overruled:
    """Requests whose kind the owner has said, with their vectors and votes (n, 4)."""

    said: Sequence[tuple[str, Kind]]
    vectors: Array
    votes: Array


_NOTHING = Overruled((), np.zeros((0, 0)), np.zeros((0, 4)))
_TOLD_APART = {Kind.PROCESS, Kind.MIXED, Kind.WHICH, Kind.OTHER}


class ProcessSense:
    """Fitted to the vectors of one embedder. Safe to share between threads."""

    def __init__(self, embed: Embed, examples: Sequence[Marked] | None = None) -> None:
        """`embed` gives vectors of length 1; raises whatever it raises."""
        self._embed = embed
        self.embedder = ""
        examples = requests() if examples is None else examples
        vectors = _vectors(embed, [one.text for one in examples])
        seen = [_clause_features(one.text, vectors) for one in examples]
        labels = [_labels(one) for one in examples]
        kinds = [one.kind.value for one in examples]
        # What the clauses of a request are taken for is asked of a model that has not seen them, or the second
        # regression would believe the first too much.
        every = range(len(examples))
        rows: list[Array | None] = [None] * len(examples)
        for fold in range(_FOLDS):
            others = [i for i in every if i % _FOLDS != fold]
            model = _fit([seen[i] for i in others], [labels[i] for i in others])
            for i in every[fold::_FOLDS]:
                rows[i] = _request_features(examples[i].text, vectors, model.predict_proba(seen[i]))
        self._clauses = _fit(seen, labels)
        self._requests = _regression(_REQUEST_C).fit(np.array(rows), kinds)
        self._neighbours = np.array([vectors[one.text] for one in examples])
        self._votes = self._votes_of(kinds) / self._votes_of(kinds).sum(0)
        self._overruled: Overruled = _NOTHING

    def asking(self, embedder: Embedder) -> "ProcessSense":
        """The same, with the vectors of what is asked from this embedder."""
        other = copy(self)
        other._embed, other.embedder = embedder.embed, embedder.name
        return other

    def learn(self, overruled: Sequence[tuple[str, Kind]]) -> None:
        """From now on these requests, and what is like them, are of the kind that the owner said.

        Takes the place of what was learnt so before. Raises EmbeddingsUnavailable.
        """
        if overruled == self._overruled.said:
            return
        if not overruled:
            self._overruled = _NOTHING
            return
        vectors = self._embed([text for text, _ in overruled])
        kinds = [kind.value if kind in _TOLD_APART else Kind.WHICH.value for _, kind in overruled]
        votes = _OWNERS_WORD * self._votes_of(kinds) * self._votes.max()
        self._overruled = Overruled(tuple(overruled), np.array(vectors), votes)

    def vector(self, words: str) -> tuple[float, ...]:
        """Of length 1, to compare steps by. Raises EmbeddingsUnavailable."""
        return tuple(float(x) for x in self._embed([words])[0])

    def step_in(self, text: str) -> str:
        """The asker's own words that are likeliest the step that blocks. Raises EmbeddingsUnavailable."""
        chances = self._clauses.predict_proba(_clause_features(text, _vectors(self._embed, [text])))
        start, end = clauses(text)[int(chances[:, _BLOCKS].argmax())]
        return text[start:end]

    def _votes_of(self, kinds: Sequence[str]) -> Array:
        return np.array([[kind == column for column in self._requests.classes_] for kind in kinds], float)

    def _by_neighbours(self, vector: Vectors) -> Array:
        """(4,) probabilities, in the order of the regression's classes."""
        heard = self._overruled
        near = np.exp(_SHARPNESS * (self._neighbours @ vector)) @ self._votes
        if len(heard.said):
            near = near + np.exp(_SHARPNESS * (heard.vectors @ vector)) @ heard.votes
        return np.asarray(near / near.sum())

    def diagnose(self, text: str) -> Diagnosis:
        """What is the matter in this request. Raises EmbeddingsUnavailable."""
        vectors = _vectors(self._embed, [text])
        chances = self._clauses.predict_proba(_clause_features(text, vectors))
        told = self._requests.predict_proba(_request_features(text, vectors, chances)[None])[0]
        both = np.sqrt(told * self._by_neighbours(vectors[text]))
        probabilities = both / both.sum()
        best = int(probabilities.argmax())
        kinds = [Kind(name) for name in self._requests.classes_]
        kind, broken = kinds[best], {Kind.PROCESS, Kind.MIXED}
        process = float(sum(p for p, one in zip(probabilities, kinds, strict=True) if one in broken))
        if kind not in broken:
            return Diagnosis(kind, process)
        start, end = clauses(text)[int(chances[:, _BLOCKS].argmax())]
        return Diagnosis(kind, process, text[start:end])


def _parts(text: str) -> list[str]:
    return [text, *(text[start:end] for start, end in clauses(text))]


def _vectors(embed: Embed, requests: Sequence[str]) -> Mapping[str, Vectors]:
    parts = tuple(dict.fromkeys(part for text in requests for part in _parts(text)))
    return dict(zip(parts, embed(parts), strict=True))


def _labels(one: Marked) -> list[int]:
    return [_label(one, clause) for clause in clauses(one.text)]


def _label(one: Marked, clause: Span) -> int:
    if covered(clause, one.blocking) > _COVERED or any(covered(mark, (clause,)) > 0.5 for mark in one.blocking):
        return _BLOCKS
    if covered(clause, one.wanting) > _COVERED:
        return _WANTS
    return {Kind.OTHER: _FACT, Kind.PROCESS: _UNSAID}.get(one.kind, _STORY)


def _regression(c: float) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=500, tol=1e-2, class_weight="balanced")


def _fit(seen: Sequence[Array], labels: Sequence[Sequence[int]]) -> LogisticRegression:
    rows, said = np.vstack(seen), np.array([label for some in labels for label in some])
    return _regression(_CLAUSE_C).fit(rows[said != _UNSAID], said[said != _UNSAID])


def _clause_features(text: str, vectors: Mapping[str, Vectors]) -> Array:
    """(clauses, dimension + signs). The factors set how strongly the regression may lean on each sort."""
    return np.array(
        [
            np.concatenate([2.0 * vectors[text[start:end]], 0.35 * np.array(signs(text[start : end + 1]))])
            for start, end in clauses(text)
        ]
    )


def _request_features(text: str, vectors: Mapping[str, Vectors], chances: Array) -> Array:
    """The whole request, and what its clauses were taken for: `chances` is (clauses, 4)."""
    spans = clauses(text)
    asking = np.array([asks(text, span) for span in spans])
    words = np.array([len(text[start:end].split()) for start, end in spans], float)
    blocks, wants = chances[:, _BLOCKS], chances[:, _WANTS]
    wanted = wants * asking
    most = int(wanted.argmax())
    of_all = [
        _log_odds(wanted[most]),
        (wants * ~asking).max(),
        wanted[most] * (1 - blocks[most]),
        asking.mean(),
        asking.any(),
        min(denials(text), 2),
        _likeness(text, vectors, asking, int(blocks.argmax())),
        len(spans) / 4,
        2 * min(wanted[most], blocks.max()),
    ]
    weighed = 2 * (chances * words[:, None]).sum(0) / words.sum() if words.sum() else chances.mean(0)
    return np.concatenate(
        [
            1.5 * vectors[text],
            0.25 * np.array(signs(text)),
            _log_odds(chances.max(0)),
            weighed,
            np.array(of_all, float),
            chances[0],
            chances[-1],
        ]
    )


def _likeness(text: str, vectors: Mapping[str, Vectors], asking: Array, blocking: int) -> float:
    """How near the step that blocks is to what is asked for: a cure for it is no second piece of work."""
    parts = np.array([vectors[text[start:end]] for start, end in clauses(text)])
    near = (parts @ parts[blocking]) * asking
    near[blocking] = 0.0
    return float(near.max())


def _log_odds(chance: Array) -> Array:
    clipped = np.clip(chance, 0.02, 0.98)
    return np.log(clipped / (1 - clipped)) / 2
