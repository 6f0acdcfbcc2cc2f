"""What a running bot asks: which items could answer this question, and how sure is that?"""

import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from bot.domain import Candidate, Confirmed, Item, ItemId, Ranking
from bot.retrieval import confidence, fitting, prior, process_lessons
from bot.retrieval.confidence import ConfidenceModel
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.examples import SMALL_TALK, WORK
from bot.retrieval.index import VectorIndex
from bot.retrieval.profiles import Profile, profile
from bot.retrieval.progress import Report, silent
from bot.retrieval.ranking import DEFAULT_MIX, Array, Questions, Shelf
from bot.retrieval.small_talk import SmallTalk

SHOWN_PASSAGES = 3  # of a candidate: enough to quote from
FOLLOW_UP_WORDS = 12  # a message longer than this says itself what it is about
EARLIER_TURNS = 3
SWITCH_S = 0.0005  # how long a thread may go on while another waits for the interpreter; 0.005 is Python's own


@dataclass(frozen=True)
class Snapshot:
    """Everything needed to rank; never changed, only replaced."""

    shelf: Shelf
    mix: Array  # weights of the signals
    confidence: ConfidenceModel
    small_talk: SmallTalk


class Retriever:
    """Ranks items for questions. Safe to use from several threads: each call works on one snapshot."""

    def __init__(self, embedder: Embedder, index: VectorIndex, fits: Path | None = None) -> None:
        """`fits` is the file that keeps what was fitted until the next start."""
        self.embedder = embedder
        self._fits = fits
        self._index = index
        self._refreshing = threading.Lock()
        self._fitting = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._refitting: threading.Thread | None = None
        # Two threads for one product of a matrix and a vector gain nothing and wait for each other on a busy core;
        # and while a fit held all of them, an answer would have to wait for its end.
        threadpool_limits(1, "blas")
        # An answer takes the interpreter back some twenty times, each time from a renewal that may be under way.
        sys.setswitchinterval(SWITCH_S)

    @property
    def snapshot(self) -> Snapshot | None:
        """What ranks at the moment, for measuring why something won."""
        return self._snapshot

    def refresh(
        self,
        items: Mapping[ItemId, Item],
        confirmed: Sequence[Confirmed] = (),
        report: Report = silent,
        wait: bool = True,
        compact: bool = False,
    ) -> None:
        """Takes in a library and its history: embeds what is new, then swaps everything in at once.

        With `compact` nothing of what goes is left in the index's files. Without `wait` the confidence is fitted in
        the background; until then the one before stands. Raises EmbeddingsUnavailable, and what was there before
        goes on.
        """
        with self._refreshing:
            before = self._snapshot
            shelf = Shelf(_profiles(items, confirmed), self._index, report, before.shelf if before else None)
            self._index.prune({*shelf.texts, *WORK, *SMALL_TALK, *process_lessons.to_keep(self.embedder.name)})
            if compact:
                self._index.compact()
            snapshot = Snapshot(
                shelf,
                before.mix if before else DEFAULT_MIX,
                before.confidence if before else confidence.prior(prior.learned_with(self.embedder.name)),
                SmallTalk(self._index),
            )
            if wait:
                self._snapshot = self._fitted(snapshot)
                return
            self._snapshot = snapshot
            self._refitting = threading.Thread(target=self._refit, args=(snapshot,), name="refit", daemon=True)
            self._refitting.start()

    def rank(
        self,
        text: str,
        earlier: Sequence[str] = (),
        keep: Callable[[ItemId], bool] | None = None,
        limit: int = 10,
    ) -> Ranking:
        """Candidates best first, and the probability that the first is right.

        `earlier` are the thread's questions before, oldest first; `keep` says what this reader may be shown.
        Raises EmbeddingsUnavailable.
        """
        snapshot = self._snapshot
        if snapshot is None or not text.strip():
            return Ranking((), 0.0, small_talk=not text.strip())
        # The message itself says whether it is small talk; with the thread's earlier turns, what it is about.
        texts = tuple(dict.fromkeys((text, _with_earlier(text, earlier))))
        questions = Questions(texts, self.embedder.embed(texts))
        shown = np.array([keep is None or keep(item) for item in snapshot.shelf.ids], bool)
        scores = snapshot.shelf.score(questions, snapshot.mix)
        scores = scores if shown.all() else scores.where(shown)
        best = float(scores.fused[0].max(initial=0.0))
        if snapshot.small_talk.sounds(text, questions.vectors[0], best):
            return Ranking((), 0.0, small_talk=True)
        if not shown.any():
            return Ranking((), 0.0)
        sure = snapshot.confidence.probability(scores, questions.texts)[-1]
        return Ranking(
            _candidates(snapshot.shelf, np.flatnonzero(shown), scores.fused[-1], questions.vectors[-1], limit),
            float(sure),
        )

    def _refit(self, snapshot: Snapshot) -> None:
        with self._fitting:  # one at a time: where changes come faster than fits, those in between are left out
            if not self._is_current(snapshot):
                return
            fitted = self._fitted(snapshot)
            with self._refreshing:
                if self._snapshot:  # perhaps a newer library by now, for which these weights are still the best
                    self._snapshot = replace(self._snapshot, mix=fitted.mix, confidence=fitted.confidence)

    def _is_current(self, snapshot: Snapshot) -> bool:
        return self._snapshot is not None and self._snapshot.shelf is snapshot.shelf

    def _fitted(self, snapshot: Snapshot) -> Snapshot:
        shelf, learned = snapshot.shelf, snapshot.confidence.learned
        key = fitting.key_of(shelf, self.embedder.name, learned) if self._fits else ""
        found = fitting.kept(self._fits, key, learned) if self._fits else None
        if found is None:
            found = fitting.fit(shelf, learned)
            if self._fits:
                fitting.keep(self._fits, key, found)
        return replace(snapshot, mix=found.mix, confidence=found.confidence)


def _profiles(items: Mapping[ItemId, Item], confirmed: Sequence[Confirmed]) -> list[Profile]:
    """In the order of their ids, so that ties fall the same way whatever order the files came in."""
    history: dict[ItemId, list[Confirmed]] = defaultdict(list)
    for one in confirmed:
        history[one.resolved_by].append(one)
    return [profile(items[item], history[item]) for item in sorted(items)]


def _with_earlier(text: str, earlier: Sequence[str]) -> str:
    """A short follow-up together with what the thread was about; a longer message stands for itself."""
    if not earlier or len(text.split()) > FOLLOW_UP_WORDS:
        return text
    return "\n".join([*earlier[-EARLIER_TURNS:], text])


def _candidates(
    shelf: Shelf, shown: npt.NDArray[np.intp], fused: Array, vector: Vectors, limit: int
) -> tuple[Candidate, ...]:
    """The best of the shown items; `fused` has their scores, in the same order."""
    return tuple(
        Candidate(
            shelf.ids[shown[at]],
            shelf.profiles[shown[at]].title,
            round(float(fused[at]), 4),
            shelf.speaking(int(shown[at]), vector, SHOWN_PASSAGES),
        )
        for at in np.argsort(-fused, kind="stable")[:limit]
    )
