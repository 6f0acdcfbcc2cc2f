"""Scores every item for a question: vectors over each part of it, words, and past questions, fused by their scores.

Each signal is brought to one scale, separately for skills, tools, rules and answers: 0 is what an item of that
kind scores on average for just any work question, 1 what one in a hundred such pairs reaches. Then the signals
are added, each with its weight: all alike at first, fitted to the library's own questions where it has some
(mixing.py). Ranks are never fused, and nothing depends on who else is in the list for this one question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from bot.domain import ItemId, ItemKind, Passage, PassageKind
from bot.retrieval.embedding import Vectors
from bot.retrieval.examples import WORK
from bot.retrieval.grouping import Groups, best_mean, soft_maximum
from bot.retrieval.index import VectorIndex
from bot.retrieval.lexical import LexicalIndex
from bot.retrieval.profiles import Profile, under_heading
from bot.retrieval.progress import Report, silent

Array = npt.NDArray[np.float64]

BEST = {"whole": 1, "headline": 1, "sentences": 2, "bodies": 3}  # of how many best texts the mean is taken
SIGNALS = (*BEST, "words", "characters")
# One weight a signal, and one for likeness to past questions: the highest that did no harm where these were written to
# differ (1 to 3 of them for each of 67 skills, 0.2 was best there). People's are more alike, and gain by more.
DEFAULT_MIX = np.array([1 / len(SIGNALS)] * len(SIGNALS) + [0.3])
ASKED_FROM = 0.5  # on the scale above: likeness to a past question below this is chance
ANSWERS_ASKED = 5 / 3  # how much more that counts for a curated answer: its question is all there is to know it by
ASKED_SOFTNESS = 0.05  # of the maximum over an item's past questions; several alike count more than one
SMALLEST_RANGE = 0.05  # between low and high, where no example shares a word with any item
KIND_PAIRS = 500  # pairs of example and item after which a kind's own scale counts half


@dataclass(frozen=True)
class Scores:
    """What each item scored for each of m questions; n items in the shelf's order."""

    signals: Array  # (m, signals, n), on the common scale
    asked: Array  # (m, n), on the common scale; 0 where nothing was ever asked
    cosines: Array  # (m, n), best cosine of any text of the item
    fused: Array  # (m, n)
    coverage: Array  # (m, n): share of the question's telling words that the item holds, 0–1
    is_answer: npt.NDArray[np.bool_]  # (n,)

    @property
    def parts(self) -> Array:
        """(m, signals + 1, n): what the weights of a mix are multiplied with."""
        bonus = np.maximum(self.asked - ASKED_FROM, 0.0) * np.where(self.is_answer, ANSWERS_ASKED, 1.0)
        return np.concatenate([self.signals, bonus[:, None, :]], axis=1)

    def mixed(self, mix: Array) -> "Scores":
        """The same, fused with other weights."""
        return replace(self, fused=np.einsum("k,mkn->mn", mix, self.parts))

    def where(self, shown: npt.NDArray[np.bool_]) -> "Scores":
        """The same for some of the items only; nobody's score depends on the others."""
        return Scores(
            self.signals[:, :, shown],
            self.asked[:, shown],
            self.cosines[:, shown],
            self.fused[:, shown],
            self.coverage[:, shown],
            self.is_answer[shown],
        )


@dataclass(frozen=True)
class Questions:
    """Questions ready to be scored."""

    texts: tuple[str, ...]
    vectors: Vectors  # (m, dimension)


class Shelf:
    """Everything needed to score the items of one library: made once, never changed."""

    def __init__(
        self,
        profiles: Sequence[Profile],
        index: VectorIndex,
        report: Report = silent,
        before: "Shelf | None" = None,
    ) -> None:
        """Embeds what is new. What only the items' own texts decide is taken from `before` where these are the same:
        a confirmed question comes far more often than a changed file. Raises EmbeddingsUnavailable.
        """
        self.profiles = tuple(profiles)
        self.ids: tuple[ItemId, ...] = tuple(profile.id for profile in profiles)
        texts = list(dict.fromkeys(text for profile in profiles for text in texts_of(profile)))
        self.texts = tuple(texts)
        columns, self._table = index.places(texts, report)
        self._column = dict(zip(texts, columns, strict=True))
        self._parts = {part: self._group(part) for part in (*BEST, "asked")}
        self._has_asked = np.array([bool(one.asked) for one in self.profiles], bool)
        same = before is not None and before._own_texts() == self._own_texts()
        self._lexical: LexicalIndex = (
            before._lexical
            if before and same
            else LexicalIndex([one.words for one in profiles], before._lexical if before else None)
        )
        self._kinds = np.array([profile.kind for profile in profiles])
        examples = Questions(WORK, index.vectors(WORK, report))
        self._scale: tuple[Array, Array] = before._scale if before and same else self._measure(examples)
        self._asked_scale = _likeness(examples.vectors)

    def score(self, questions: Questions, mix: Array = DEFAULT_MIX, *, leave_out: bool = False) -> Scores:
        """Scores of every item for every question, fused with the weights of `mix`.

        With `leave_out` each question is compared as if its own text, which some item may list among the
        questions it answers, were not there: for measuring with the library's own questions.
        """
        raw, asked, best = self._raw(questions, leave_out=leave_out)
        low, high = self._scale
        signals = (raw - low) / np.maximum(high - low, SMALLEST_RANGE)
        chance, like = self._asked_scale
        asked = np.where(np.isfinite(asked), (asked - chance) / (like - chance), 0.0)
        coverage = np.asarray(self._lexical.coverage(questions.texts), np.float64)
        unmixed = Scores(signals, asked, best, np.empty_like(asked), coverage, self._kinds == ItemKind.ANSWER)
        return unmixed.mixed(mix)

    def speaking(self, at: int, vector: Vectors, count: int) -> tuple[Passage, ...]:
        """The passages of the item at this place that are nearest to a question, its mere names last."""
        own = self.profiles[at].passages
        if not own:
            return ()
        nearness = self._table.rows([self._column[under_heading(passage)] for passage in own]) @ vector
        nearness -= [2.0 * (passage.kind is PassageKind.NAME) for passage in own]
        return tuple(own[place] for place in np.argsort(-nearness, kind="stable")[:count])

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Those of texts of its own, float32 (n, dimension)."""
        return self._table.rows([self._column[text] for text in texts])

    def _own_texts(self) -> list[Profile]:
        return [replace(profile, asked=()) for profile in self.profiles]

    def _raw(self, questions: Questions, *, leave_out: bool) -> tuple[Array, Array, Array]:
        # The last column is for the places where an item has fewer texts than another.
        cosines = self._table.products(questions.vectors)
        if leave_out:
            for row, text in enumerate(questions.texts):
                if text in self._column:
                    cosines[row, self._column[text]] = -np.inf
        dense = {
            part: self._parts[part].reduce(cosines, partial(best_mean, count=count)) for part, count in BEST.items()
        }
        for part, values in dense.items():
            dense[part] = np.where(np.isfinite(values), values, dense["whole"])
        words, characters = self._lexical.scores(questions.texts)
        raw = np.stack([*dense.values(), words, characters], axis=1)
        asked = self._parts["asked"].reduce(cosines, partial(soft_maximum, softness=ASKED_SOFTNESS))
        # Where an item lost the only question it had, the others' would speak against it alone: nobody's counts then.
        robbed = (~np.isfinite(asked) & self._has_asked).any(axis=1)
        asked[robbed] = -np.inf
        return raw, asked, np.maximum(asked, np.max(np.stack(list(dense.values())), axis=0))

    def _measure(self, examples: Questions) -> tuple[Array, Array]:
        """Low and high of each signal for each item's kind, (signals, n) each."""
        raw, _, _ = self._raw(examples, leave_out=False)
        if not self.ids:
            return raw[0], raw[0]
        low, high = np.empty(raw.shape[1:]), np.empty(raw.shape[1:])
        everything = _low_high(raw)
        for kind in set(self._kinds):
            of_kind = self._kinds == kind
            own = _low_high(raw[:, :, of_kind])
            share = of_kind.sum() * len(raw) / (of_kind.sum() * len(raw) + KIND_PAIRS)
            both = share * own + (1 - share) * everything
            low[:, of_kind], high[:, of_kind] = both[0][:, None], both[1][:, None]
        return low, high

    def _group(self, part: str) -> Groups:
        return Groups([[self._column[text] for text in part_of(profile, part)] for profile in self.profiles])


def part_of(profile: Profile, part: str) -> tuple[str, ...]:
    """An item's texts of one part."""
    texts: str | tuple[str, ...] = getattr(profile, part)
    return (texts,) if isinstance(texts, str) else texts


def texts_of(profile: Profile) -> list[str]:
    """Every text of an item that is embedded."""
    parts = [text for part in (*BEST, "asked") for text in part_of(profile, part)]
    return parts + [under_heading(passage) for passage in profile.passages]


def _likeness(vectors: Vectors) -> tuple[float, float]:
    """How alike just any two questions are. From the examples alone, so that no confirmation can move it."""
    cosines = vectors @ vectors.T
    others = cosines[~np.eye(len(cosines), dtype=bool)]
    return float(others.mean()), float(np.quantile(others, 0.99))


def _low_high(raw: Array) -> Array:
    """(2, signals): mean and 99th percentile of each signal."""
    by_signal = raw.transpose(1, 0, 2).reshape(raw.shape[1], -1)
    low, high = by_signal.mean(axis=1), np.quantile(by_signal, 0.99, axis=1)
    return np.stack([low, high])
