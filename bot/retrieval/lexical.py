"""What words and parts of words say: TF-IDF, which finds product names, stems and typos that vectors miss."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

Scores = npt.NDArray[np.float32]

_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "ly")
_WORD = re.compile(r"[^\W_](?:[\w.+#-]*[\w+#])?")  # c++, node.js, hub-spot


class LexicalIndex:
    """TF-IDF vectors of one document an item, by words and by characters (3 to 5 of them within a word)."""

    def __init__(self, documents: Sequence[str]) -> None:
        self._count = len(documents)
        self._words = _by_words(documents)
        self._characters = _by_characters(documents)

    def scores(self, texts: Sequence[str]) -> tuple[Scores, Scores]:
        """Cosines by words and by characters, each float32 (texts, documents)."""
        return self._each(self._words, _Terms.cosines, texts), self._each(self._characters, _Terms.cosines, texts)

    def coverage(self, texts: Sequence[str]) -> Scores:
        """Share of a text's telling words, weighed by their rarity, that each document holds; float32, 0–1.

        A word that no document holds weighs as much as the rarest: not knowing it is what matters.
        """
        return self._each(self._words, _Terms.coverage, texts)

    def _each(self, terms: "_Terms | None", one: Callable[["_Terms", str], Scores], texts: Sequence[str]) -> Scores:
        if terms is None or not texts:
            return np.zeros((len(texts), self._count), np.float32)
        return np.stack([one(terms, text) for text in texts])


class _Terms:
    """Which documents hold which term, and how much of it. A question touches the rows of its own terms alone."""

    def __init__(self, analyse: Callable[[str], list[str]], vocabulary: Mapping[str, int], counts: csr_matrix) -> None:
        weighing = TfidfTransformer(sublinear_tf=True)
        self._documents = csr_matrix(weighing.fit_transform(counts).T, dtype=np.float32)  # (terms, documents)
        self._analyse = analyse
        self._vocabulary = vocabulary
        self._rarity = np.asarray(weighing.idf_, np.float32)

    def cosines(self, text: str) -> Scores:
        """(documents,), as TfidfVectorizer has them."""
        counts = Counter(place for term in self._analyse(text) if (place := self._vocabulary.get(term)) is not None)
        places = list(counts)
        often = np.fromiter(counts.values(), np.float32, len(counts))
        weights = (1 + np.log(often)) * self._rarity[places]
        return self._added(places, weights / max(float(np.linalg.norm(weights)), 1e-12))

    def coverage(self, text: str) -> Scores:
        """(documents,), as LexicalIndex has it."""
        distinct = set(self._analyse(text))
        known = [self._vocabulary[term] for term in distinct if term in self._vocabulary]
        weights = self._rarity[known]
        total = weights.sum() + (len(distinct) - len(known)) * self._rarity.max()
        return self._added(known, weights / max(float(total), 1e-12), held=True)

    def _added(self, places: Sequence[int], weights: Scores, *, held: bool = False) -> Scores:
        """The rows at these places, each times its weight; with `held` as if each value in them were 1."""
        rows = self._documents[places]
        if held:
            rows.data[:] = 1
        return np.asarray(rows.T @ weights, np.float32)


def _by_words(documents: Sequence[str]) -> _Terms | None:
    """None where there is not one word to count."""
    vectorizer = CountVectorizer(tokenizer=words, token_pattern=None, lowercase=False, dtype=np.float32)
    try:
        counts = vectorizer.fit_transform(documents)
    except ValueError:
        return None
    return _Terms(words, vectorizer.vocabulary_, counts)


def _by_characters(documents: Sequence[str]) -> _Terms | None:
    """As if each document were cut by itself; but each distinct word is cut only once, for all of them."""
    whole = CountVectorizer(tokenizer=str.split, token_pattern=None, dtype=np.float32)
    pieces = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float32)
    try:
        counts = whole.fit_transform(documents)
        cut = pieces.fit_transform(whole.get_feature_names_out())
    except ValueError:
        return None
    return _Terms(pieces.build_analyzer(), pieces.vocabulary_, csr_matrix(counts @ cut))


def words(text: str) -> list[str]:
    """Lower-case words, each with its stem where that differs; words that say nothing are left out."""
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        if word not in STOP_WORDS:
            found.append(stem(word))
    return found


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
