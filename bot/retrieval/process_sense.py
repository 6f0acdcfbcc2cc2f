"""Is what somebody describes broken in the process, is a tool wanted, both, or neither?

Two logistic regressions, one over clauses (is this the step that blocks, work that wants a tool, a fact, or only the
story around it?), one over requests, which sees what the first said of each clause; and the nearest of all requests
learnt from, among them those whose kind the owner has overruled. Their probabilities are multiplied. What they say is
learnt in process_learning.py from marked requests, and kept in process_lessons.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain import Diagnosis, Kind
from bot.reasoning.clauses import clauses
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.process_features import BLOCKS, Embed, clause_features, request_features, vectors_of
from bot.retrieval.ranking import Array

_SHARPNESS = 20.0  # of the neighbours' votes: one that is nearer by 0.1 in the cosine counts e² as much
_OWNERS_WORD = 3.0  # votes of a request that the owner has overruled


@dataclass(frozen=True)
class Regression:
    """A multinomial logistic regression, fitted."""

    weights: Array  # (classes, features)
    offsets: Array  # (classes,)

    def probabilities(self, rows: Array) -> Array:
        """(n, classes) of (n, features)."""
        logits = rows @ self.weights.T + self.offsets
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Lessons:
    """What was learnt from the marked requests with one embedder."""

    clauses: Regression  # of what process_features.py says that a clause can be
    requests: Regression
    kinds: tuple[Kind, ...]  # the classes of `requests`, and the columns of votes
    neighbours: Vectors  # (n, dimension) of length 1: the requests themselves
    votes: Array  # (n, kinds)


@dataclass(frozen=True)
class Overruled:
    """Requests whose kind the owner has said, with their vectors and votes (n, 4)."""

    said: Sequence[tuple[str, Kind]]
    vectors: Array
    votes: Array


_NOTHING = Overruled((), np.zeros((0, 0)), np.zeros((0, 4)))
_TOLD_APART = {Kind.PROCESS, Kind.MIXED, Kind.WHICH, Kind.OTHER}


class ProcessSense:
    """Tells the kind of a request by its vectors."""

    def __init__(self, lessons: Lessons, embedder: Embedder) -> None:
        """Both with the same embedding model."""
        self._lessons = lessons
        self._embed: Embed = embedder.embed
        self.embedder = embedder.name
        self._overruled: Overruled = _NOTHING

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
        kinds = [kind if kind in _TOLD_APART else Kind.WHICH for _, kind in overruled]
        votes = _OWNERS_WORD * self._lessons.votes.max() * votes_of(kinds, self._lessons.kinds)
        self._overruled = Overruled(tuple(overruled), np.array(vectors), votes)

    def vector(self, words: str) -> tuple[float, ...]:
        """Of length 1, to compare steps by. Raises EmbeddingsUnavailable."""
        return tuple(float(x) for x in self._embed([words])[0])

    def step_in(self, text: str) -> str:
        """The asker's own words that are likeliest the step that blocks. Raises EmbeddingsUnavailable."""
        chances = self._lessons.clauses.probabilities(clause_features(text, vectors_of(self._embed, [text])))
        start, end = clauses(text)[int(chances[:, BLOCKS].argmax())]
        return text[start:end]

    def _by_neighbours(self, vector: Vectors) -> Array:
        """(4,) probabilities, in the order of the lessons' kinds."""
        heard = self._overruled
        near = np.exp(_SHARPNESS * (self._lessons.neighbours @ vector)) @ self._lessons.votes
        if len(heard.said):
            near = near + np.exp(_SHARPNESS * (heard.vectors @ vector)) @ heard.votes
        return np.asarray(near / near.sum())

    def diagnose(self, text: str) -> Diagnosis:
        """What is the matter in this request. Raises EmbeddingsUnavailable."""
        vectors = vectors_of(self._embed, [text])
        chances = self._lessons.clauses.probabilities(clause_features(text, vectors))
        told = self._lessons.requests.probabilities(request_features(text, vectors, chances)[None])[0]
        both = np.sqrt(told * self._by_neighbours(vectors[text]))
        probabilities = both / both.sum()
        best = int(probabilities.argmax())
        kinds = self._lessons.kinds
        kind, broken = kinds[best], {Kind.PROCESS, Kind.MIXED}
        process = float(sum(p for p, one in zip(probabilities, kinds, strict=True) if one in broken))
        if kind not in broken:
            return Diagnosis(kind, process)
        start, end = clauses(text)[int(chances[:, BLOCKS].argmax())]
        return Diagnosis(kind, process, text[start:end])


def votes_of(said: Sequence[Kind], kinds: Sequence[Kind]) -> Array:
    """(said, kinds): 1 where they are the same."""
    return np.array([[one is column for column in kinds] for one in said], float)
