"""What words and parts of words say: TF-IDF, which finds product names, stems and typos that vectors miss."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

Scores = npt.NDArray[np.float32]

_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "ly")
_WORD = re.compile(r"[^\W_](?:[\w.+#-]*[\w+#])?")  # c++, node.js, hub-spot


class LexicalIndex:
    """TF-IDF vectors of one document an item, by words and by characters (3 to 5 of them within a word)."""

    def __init__(self, documents: Sequence[str]) -> None:
        self._count = len(documents)
        self._words = TfidfVectorizer(tokenizer=words, token_pattern=None, lowercase=False, sublinear_tf=True)
        self._characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32)
        self._by_words = _fit(self._words, documents)
        self._by_characters = _fit(self._characters, documents)
        if self._by_words is not None:
            self._holds = csc_matrix(self._by_words > 0)
            self._rarest = float(self._words.idf_.max())

    def scores(self, texts: Sequence[str]) -> tuple[Scores, Scores]:
        """Cosines by words and by characters, each float32 (texts, documents)."""
        return self._cosines(self._words, self._by_words, texts), self._cosines(
            self._characters, self._by_characters, texts
        )

    def coverage(self, texts: Sequence[str]) -> Scores:
        """Share of a text's telling words, weighed by their rarity, that each document holds; float32, 0–1.

        A word that no document holds weighs as much as the rarest: not knowing it is what matters.
        """
        result = np.zeros((len(texts), self._count), np.float32)
        if self._by_words is None:
            return result
        for row, text in enumerate(texts):
            distinct = set(words(text))
            known = [self._words.vocabulary_[word] for word in distinct if word in self._words.vocabulary_]
            rarities = self._words.idf_[known]
            total = rarities.sum() + (len(distinct) - len(known)) * self._rarest
            if known:
                result[row] = (self._holds[:, known] @ rarities) / total
        return result

    def _cosines(self, vectorizer: TfidfVectorizer, documents: csr_matrix | None, texts: Sequence[str]) -> Scores:
        if documents is None or not texts:
            return np.zeros((len(texts), self._count), np.float32)
        return np.asarray((vectorizer.transform(texts) @ documents.T).toarray(), np.float32)


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


def _fit(vectorizer: TfidfVectorizer, documents: Sequence[str]) -> csr_matrix | None:
    """None where there is not one word to count."""
    try:
        return csr_matrix(vectorizer.fit_transform(documents))
    except ValueError:
        return None


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
