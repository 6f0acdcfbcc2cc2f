"""What words and parts of words say: TF-IDF, which finds product names, stems and typos that vectors miss.

Counted here and not by scikit-learn: that takes a second to import, and counts every document again when one changes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Scores = npt.NDArray[np.float32]

SHORTEST_PIECE, LONGEST_PIECE = 3, 5  # characters
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "ly")
_WORD = re.compile(r"[^\W_](?:[\w.+#-]*[\w+#])?")  # c++, node.js, hub-spot


class LexicalIndex:
    """TF-IDF vectors of one document an item, by words and by characters (3 to 5 of them within a word)."""

    def __init__(self, documents: Sequence[str], before: "LexicalIndex | None" = None) -> None:
        """Counts only documents that `before` does not hold."""
        self._count = len(documents)
        self._counts: _Counts = before._counts if before else _Counts()
        stems, wholes = self._counts.of(documents)
        self._words = _Terms(words, self._counts.stems, stems)
        pieces_of = self._counts.pieces_of_words()
        self._characters = _Terms(_pieces_of_text, self._counts.pieces, csr_matrix(wholes @ pieces_of))

    def scores(self, texts: Sequence[str]) -> tuple[Scores, Scores]:
        """Cosines by words and by characters, each float32 (texts, documents)."""
        return self._each(self._words.cosines, texts), self._each(self._characters.cosines, texts)

    def coverage(self, texts: Sequence[str]) -> Scores:
        """Share of a text's telling words, weighed by their rarity, that each document holds; float32, 0–1.

        A word that no document holds weighs as much as the rarest: not knowing it is what matters.
        """
        return self._each(self._words.coverage, texts)

    def _each(self, one: Callable[[str], Scores], texts: Sequence[str]) -> Scores:
        if not texts or not self._count:
            return np.zeros((len(texts), self._count), np.float32)
        return np.stack([one(text) for text in texts])


class _Vocabulary(dict[str, int]):
    """Terms and their places; a term that is looked up is given the next one."""

    def __missing__(self, term: str) -> int:
        place = self[term] = len(self)
        return place


@dataclass
class _Counts:
    """How often each document holds which term. Grows: the places that were given stay as they are."""

    stems: _Vocabulary = field(default_factory=_Vocabulary)
    wholes: _Vocabulary = field(default_factory=_Vocabulary)
    pieces: _Vocabulary = field(default_factory=_Vocabulary)
    _of: dict[str, tuple["_Row", "_Row"]] = field(default_factory=dict)  # by document
    _cut: list[npt.NDArray[np.int32]] = field(default_factory=list)  # the pieces of each whole word

    def of(self, documents: Sequence[str]) -> tuple[csr_matrix, csr_matrix]:
        """(documents, terms) by stems and by whole words. Other documents are forgotten."""
        self._of = {text: self._of.get(text) or self._counted(text) for text in documents}
        rows = [self._of[text] for text in documents]
        return _matrix([row for row, _ in rows], len(self.stems)), _matrix([row for _, row in rows], len(self.wholes))

    def pieces_of_words(self) -> csr_matrix:
        """(whole words, pieces)."""
        for word in list(self.wholes)[len(self._cut) :]:
            self._cut.append(np.array([self.pieces[piece] for piece in _pieces(word)], np.int32))
        return _matrix([(places, np.ones(len(places), np.float32)) for places in self._cut], len(self.pieces))

    def _counted(self, text: str) -> tuple["_Row", "_Row"]:
        lower = text.lower()
        stems: Counter[str] = Counter()
        for word, often in Counter(_WORD.findall(lower)).items():
            if word not in STOP_WORDS:
                stems[stem(word)] += often
        return _row(stems, self.stems), _row(Counter(lower.split()), self.wholes)


_Row = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]  # places of terms, and how often


class _Terms:
    """Which documents hold which term, and how much of it. A question touches the rows of its own terms alone."""

    def __init__(self, analyse: Callable[[str], Iterable[str]], vocabulary: _Vocabulary, counts: csr_matrix) -> None:
        documents, terms = counts.shape
        held_by = np.bincount(counts.indices, minlength=terms)
        self._rarity = (np.log((1 + documents) / (1 + held_by)) + 1).astype(np.float32)
        self._rarest = float(self._rarity[held_by > 0].max(initial=0.0))
        weights = (1 + np.log(counts.data)) * self._rarity[counts.indices]
        of = np.repeat(np.arange(documents), np.diff(counts.indptr))
        lengths = np.sqrt(np.bincount(of, weights * weights, documents))
        data = (weights / np.maximum(lengths, 1e-12)[of]).astype(np.float32)
        weighed = csr_matrix((data, counts.indices, counts.indptr), counts.shape)
        self._documents = csr_matrix(weighed.T)  # (terms, documents)
        self._held = (held_by > 0).tobytes()
        self._analyse = analyse
        self._vocabulary = vocabulary

    def cosines(self, text: str) -> Scores:
        """(documents,): TF-IDF with a logarithm of the counts, of length 1."""
        counts = Counter(self._analyse(text))
        known = [(place, often) for term, often in counts.items() if (place := self._place(term)) is not None]
        places = [place for place, _ in known]
        weights = (1 + np.log(np.array([often for _, often in known], np.float32))) * self._rarity[places]
        return self._added(places, weights / max(float(np.linalg.norm(weights)), 1e-12))

    def coverage(self, text: str) -> Scores:
        """(documents,), as LexicalIndex has it."""
        distinct = set(self._analyse(text))
        known = [place for term in distinct if (place := self._place(term)) is not None]
        weights = self._rarity[known]
        total = weights.sum() + (len(distinct) - len(known)) * self._rarest
        return self._added(known, weights / max(float(total), 1e-12), held=True)

    def _place(self, term: str) -> int | None:
        """None for a term that none of these documents holds, though another may have brought it since."""
        place = self._vocabulary.get(term)
        return place if place is not None and place < len(self._held) and self._held[place] else None

    def _added(self, places: Sequence[int], weights: Scores, *, held: bool = False) -> Scores:
        """The rows at these places, each times its weight; with `held` as if each value in them were 1."""
        rows = self._documents[places]
        if held:
            rows.data[:] = 1
        return np.asarray(rows.T @ weights, np.float32)


def _row(counts: Counter[str], vocabulary: _Vocabulary) -> _Row:
    places = np.array([vocabulary[term] for term in counts], np.int32)
    return places, np.fromiter(counts.values(), np.float32, len(counts))


def _matrix(rows: Sequence[_Row], width: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places = np.concatenate([np.zeros(0, np.int32), *(places for places, _ in rows)])
    often = np.concatenate([np.zeros(0, np.float32), *(often for _, often in rows)])
    return csr_matrix((often, places, ends), (len(rows), width))


def _pieces_of_text(text: str) -> Iterable[str]:
    return (piece for word in text.lower().split() for piece in _pieces(word))


def _pieces(word: str) -> list[str]:
    """Its runs of 3 to 5 characters, its ends being characters too; a word shorter than that is one piece, once."""
    ends = f" {word} "
    found: list[str] = []
    for length in range(SHORTEST_PIECE, LONGEST_PIECE + 1):
        found += [ends[at : at + length] for at in range(max(1, len(ends) - length + 1))]
        if len(ends) <= length:
            break
    return found


def words(text: str) -> list[str]:
    """Lower-case words, each as its stem; words that say nothing are left out."""
    return [stem(word) for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Without the commonest English endings: enough to bring plans, planned and planning together."""
    if not word.isalpha():
        return word  # node.js, c++, q3
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (3 if ending == "s" else 4):
            kept = word[: -len(ending)]
            doubled = ending != "s" and kept[-1] == kept[-2] and kept[-1] not in "aeiouls"
            return kept[:-1] if doubled else kept
    return word


STOP_WORDS = frozenset(
    (  # noqa: SIM905  # as quoted words one could not read it
        "a about after again all also am an and any anyone are as at be because been before being but by can "
        "cannot could did do does doing don't each even every few for from get gets getting go going gonna "
        "got had has have having he hello her here hey hi him his how i i'd i'll i'm i've if in into is isn't "
        "it it's its just know let like lol made make me more most much my need needs no not now of off ok on "
        "one only or other our out over people please pls put really right same say she should so some "
        "somebody someone something still such than thanks that that's the their them then there there's "
        "these they thing things this those though through to too up us use used using very want wants was "
        "way we we're we've well were what what's when where which while who whole why will with without "
        "would yeah yet you your "
    ).split()
)
