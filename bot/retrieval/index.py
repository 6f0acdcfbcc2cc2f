"""Vectors kept between starts, in Chroma: a disposable cache, addressed by the hash of the text.

Only vectors and hashes are kept, never a text. Ranking reads them all into one matrix and is exact, so Chroma is
never asked for neighbours, except to see whether it is well. Whatever goes wrong with it costs the time to embed
again: the index goes on in memory and says why in `reason`.
"""

import hashlib
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
import structlog

from bot.errors import IndexInUse, IndexUnavailable
from bot.retrieval.chroma_store import ChromaStore, batches
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.progress import Report, silent
from bot.retrieval.table import Table, View

log = structlog.get_logger()
T = TypeVar("T")

READ_AT_ONCE = 2_000
EMBED_AT_ONCE = 64  # kept after each: what an interruption loses


class VectorIndex:
    """The vectors of texts under one embedding model. Safe to use from several threads."""

    def __init__(self, embedder: Embedder, store: ChromaStore | None = None, reason: str = "") -> None:
        self._embedder = embedder
        self._store = store
        self._places: dict[str, int] = {}  # in the table, by key
        self._table = Table(embedder.dimension)
        self._pruned = False
        self._lock = threading.RLock()
        self.reason = reason  # why nothing is kept between starts; empty where it is

    @classmethod
    def open(cls, location: str | Path, embedder: Embedder, *, beside: bool = False) -> Self:
        """Opens the folder, or the server (http://host:port), mending what is damaged. Never fails: see `reason`.

        `beside` leaves another model's index as it is where a bot may be answering with it (see ChromaStore.connect).
        """
        try:
            return cls(embedder, ChromaStore.connect(location, embedder, beside=beside))
        except IndexUnavailable as error:
            # Two processes on one machine are nothing unusual (a bot and a command), and cost a second or two.
            (log.info if isinstance(error, IndexInUse) else log.warning)("index.in_memory", why=str(error))
            return cls(embedder, reason=str(error))

    @classmethod
    def in_memory(cls, embedder: Embedder) -> Self:
        """Keeps nothing between starts: for trying things out."""
        return cls(embedder, reason="It was opened in memory only.")

    @property
    def shared(self) -> bool:
        """Whether vectors are kept in Chroma."""
        return self._store is not None

    @property
    def beside(self) -> bool:
        """Whether it waits beside the index of a running bot to be taken up."""
        return self._store is not None and self._store.beside

    def vectors(self, texts: Sequence[str], report: Report = silent) -> Vectors:
        """float32 (n, dimension) of length 1, in the order of the texts; embeds those it does not hold yet.

        Raises EmbeddingsUnavailable; what was embedded before that is kept.
        """
        if not texts:
            return np.zeros((0, self._embedder.dimension), np.float32)
        places, view = self.places(texts, report)
        return view.rows(places)

    def places(self, texts: Sequence[str], report: Report = silent) -> tuple[list[int], View]:
        """The rows of the shared table in which the vectors of these texts stand, and the table. As `vectors`."""
        keys = [key_of(text) for text in texts]
        with self._lock:
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._places}
            for part in batches(list(missing), READ_AT_ONCE):
                for key in self._add(self._kept(part)):
                    del missing[key]
        done = 0
        for part in batches(list(missing), EMBED_AT_ONCE):
            vectors = self._embedder.embed([missing[key] for key in part])
            with self._lock:
                self._add(dict(zip(part, vectors, strict=True)))
                self._keep(part, vectors)
            done += len(part)
            report("Embedding what is new", done, len(missing))
        with self._lock:
            return [self._places[key] for key in keys], self._table.view()

    def prune(self, keep: Collection[str]) -> int:
        """Forgets every vector but those of these texts, in memory and in Chroma; how many went."""
        wanted = {key_of(text) for text in keep}
        with self._lock:
            gone = {key for key in self._places if key not in wanted}
            self._table.let_go([self._places.pop(key) for key in gone])
            store = self._store
            if store and not self._pruned:  # Chroma may hold what was never read
                nothing: list[str] = []
                gone.update(self._try(lambda: store.forget_all_but(wanted), nothing))
                self._pruned = True
            elif store and gone:
                self._try(lambda: store.forget(list(gone)), None)
        return len(gone)

    def compact(self) -> None:
        """Makes what is kept anew: Chroma's own log would hold what was forgotten for a while."""
        with self._lock:
            store = self._store
            if store is None:
                return
            self._store = self._try(lambda: store.afresh(self._embedder), None)
            if self._places:
                self._keep(list(self._places), self._table.view().rows(list(self._places.values())))

    def close(self) -> None:
        """Gives the folder back to other processes."""
        with self._lock:
            if self._store:
                self._store.close()
            self._store = None
            self.reason = self.reason or "It was closed."

    def _add(self, found: Mapping[str, Vectors]) -> list[str]:
        """Takes in vectors, less those that another thread has brought meanwhile; all their keys."""
        fresh = [key for key in found if key not in self._places]
        if fresh:
            self._places.update(zip(fresh, self._table.add(np.stack([found[key] for key in fresh])), strict=True))
        return list(found)

    def _kept(self, keys: Sequence[str]) -> dict[str, Vectors]:
        store = self._store
        return self._try(lambda: store.read(keys), {}) if store and keys else {}

    def _keep(self, keys: Sequence[str], vectors: Vectors) -> None:
        store = self._store
        if store:
            self._try(lambda: store.write(keys, vectors), None)

    def _try(self, call: Callable[[], T], otherwise: T) -> T:
        """From the first failure on, in memory: the vectors are all here, and a restart tries again."""
        try:
            return call()
        except IndexUnavailable as error:
            self.reason = str(error)
            log.warning("index.in_memory", why=self.reason)
            if self._store:
                self._store.close()
            self._store = None
            return otherwise


def key_of(text: str) -> str:
    """What a text is kept under."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
