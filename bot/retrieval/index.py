"""Vectors kept between starts, in Chroma: a disposable cache, addressed by the hash of the text.

Only vectors and hashes are kept, never a text. Ranking reads them all into one matrix and is exact, so Chroma is
never asked for neighbours, except to see whether it is well. Whatever goes wrong with it costs the time to embed
again: the index goes on in memory and says why in `reason`.
"""

import hashlib
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import chromadb
import numpy as np
import structlog
from chromadb.api import ClientAPI
from chromadb.config import Settings
from filelock import FileLock, Timeout

from bot.errors import IndexInUse, IndexUnavailable
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.progress import Report, silent

log = structlog.get_logger()
T = TypeVar("T")

PREFIX = "signpost-"
EMBED_AT_ONCE = 64  # kept after each: what an interruption loses
KEEP_AT_ONCE = 2_000  # Chroma takes at most 5,461
SAMPLE = 8
CONNECT_S, CALL_S = 5.0, 30.0  # Chroma's own client waits for ever


class VectorIndex:
    """The vectors of texts under one embedding model. Safe to use from several threads."""

    def __init__(self, embedder: Embedder, store: "ChromaStore | None" = None, reason: str = "") -> None:
        self._embedder = embedder
        self._store = store
        self._held: dict[str, Vectors] = {}
        self._lock = threading.RLock()
        self.reason = reason  # why nothing is kept between starts; empty where it is

    @classmethod
    def open(cls, location: str | Path, embedder: Embedder) -> Self:
        """Opens the folder, or the server (http://host:port), mending what is damaged. Never fails: see `reason`."""
        try:
            return cls(embedder, ChromaStore.connect(location, embedder))
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

    def vectors(self, texts: Sequence[str], report: Report = silent) -> Vectors:
        """float32 (n, dimension) of length 1, in the order of the texts; embeds those it does not hold yet.

        Raises EmbeddingsUnavailable; what was embedded before that is kept.
        """
        wanted = {key_of(text): text for text in texts}
        with self._lock:
            missing = [key for key in wanted if key not in self._held]
            self._held.update(self._kept(missing))
            missing = [key for key in missing if key not in self._held]
        done = 0
        for keys in _batches(missing, EMBED_AT_ONCE):
            vectors = self._embedder.embed([wanted[key] for key in keys])
            with self._lock:
                self._held.update(zip(keys, vectors, strict=True))
                self._keep(keys, vectors)
            done += len(keys)
            report("Embedding what is new", done, len(missing))
        with self._lock:
            rows = [self._held[key_of(text)] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self._embedder.dimension), np.float32)

    def prune(self, keep: Collection[str]) -> int:
        """Forgets every vector but those of these texts, in memory and in Chroma; how many went."""
        wanted = {key_of(text) for text in keep}
        with self._lock:
            gone = {key for key in self._held if key not in wanted}
            for key in gone:
                del self._held[key]
            store = self._store
            if store:
                nothing: list[str] = []
                gone.update(self._try(lambda: store.forget_all_but(wanted), nothing))
        return len(gone)

    def compact(self) -> None:
        """Makes what is kept anew: Chroma's own log would hold what was forgotten for a while."""
        with self._lock:
            store = self._store
            if store is None:
                return
            self._store = self._try(lambda: store.afresh(self._embedder), None)
            if self._held:
                self._keep(list(self._held), np.stack(list(self._held.values())))

    def close(self) -> None:
        """Gives the folder back to other processes."""
        with self._lock:
            if self._store:
                self._store.close()
            self._store = None
            self.reason = self.reason or "It was closed."

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


class ChromaStore:
    """One Chroma collection: SHA-256 of a text → its vector. Every failure is an IndexUnavailable."""

    def __init__(
        self, client: ClientAPI, embedder: Embedder, lock: FileLock | None = None, folder: Path | None = None
    ) -> None:
        self._client = client
        self._lock = lock
        self._folder = folder
        self._dimension = embedder.dimension
        self._collection = self._open_collection(embedder)

    @classmethod
    def connect(cls, location: str | Path, embedder: Embedder) -> "ChromaStore":
        """Opens a server by its address or a folder by its path. Raises IndexUnavailable."""
        if isinstance(location, str) and location.startswith(("http://", "https://")):
            return cls._connect_server(location, embedder)
        folder = Path(location)
        lock = _own(folder)
        try:
            return cls._open_folder(folder, embedder, lock)
        except IndexUnavailable:
            lock.release()
            raise

    @classmethod
    def _connect_server(cls, address: str, embedder: Embedder) -> "ChromaStore":
        url = urlsplit(address)

        def connect() -> "ChromaStore":
            settings = Settings(anonymized_telemetry=False)
            port = url.port or (443 if url.scheme == "https" else 80)
            return cls(
                chromadb.HttpClient(url.hostname or "", port, url.scheme == "https", settings=settings), embedder
            )

        store = _guarded(connect, CONNECT_S)
        fault = store.fault()
        if fault:
            store.replace(embedder, fault)
        return store

    @classmethod
    def _open_folder(cls, folder: Path, embedder: Embedder, lock: FileLock) -> "ChromaStore":
        """A damaged folder is moved aside, once; what was moved before is deleted."""
        try:
            store = _guarded(lambda: cls(_persistent(folder), embedder, lock, folder))
            fault = store.fault()
            if not fault:
                return store
            store.close(keep_lock=True)
        except IndexUnavailable as error:
            fault = str(error)
        log.warning("index.rebuilt", why=fault)
        _forget_client(folder)
        _move_aside(folder)
        return _guarded(lambda: cls(_persistent(folder), embedder, lock, folder))

    def _open_collection(self, embedder: Embedder) -> Any:
        """This model's collection; those of other models are deleted, nobody would read them again."""
        name = PREFIX + hashlib.sha256(f"{embedder.name}:{embedder.dimension}".encode()).hexdigest()[:16]
        for other in self._client.list_collections():
            if other.name.startswith(PREFIX) and other.name != name:
                log.info("index.other_model_dropped", model=(other.metadata or {}).get("model"))
                self._client.delete_collection(other.name)
        return self._client.get_or_create_collection(
            name, metadata={"model": embedder.name, "dimension": embedder.dimension}, embedding_function=None
        )

    def replace(self, embedder: Embedder, fault: str) -> None:
        """Starts this model's collection afresh."""
        log.warning("index.rebuilt", why=fault)
        name = self._collection.name
        _guarded(lambda: self._client.delete_collection(name))
        self._collection = _guarded(lambda: self._open_collection(embedder))

    def afresh(self, embedder: Embedder) -> "ChromaStore":
        """An empty store in this one's place, of whose files nothing is left. Raises IndexUnavailable."""
        folder = self._folder
        if folder is None:
            self.replace(embedder, "Somebody was forgotten.")
            return self
        self.close(keep_lock=True)
        _forget_client(folder)
        for each in (folder, _aside(folder)):
            shutil.rmtree(each, ignore_errors=True)
        return _guarded(lambda: ChromaStore(_persistent(folder), embedder, self._lock, folder))

    def fault(self) -> str:
        """What is wrong with the collection, found by asking for a few vectors by themselves; empty when it is well.

        Chroma opens a folder without its files without complaint: right counts then, and no hits.
        """
        try:
            keys = self._keys()
            if self._collection.count() != len(keys):
                return "Chroma counts other vectors than it returns."
            sample = keys[:: max(1, len(keys) // SAMPLE)][:SAMPLE]
            held = self.read(sample)
            if len(held) < len(sample) or not all(self._finds(vector) for vector in held.values()):
                return "Chroma does not find what it holds."
        except IndexUnavailable as error:
            return str(error)
        return ""

    def read(self, keys: Sequence[str]) -> dict[str, Vectors]:
        """The vectors it holds of these keys; one that is not a vector of length 1 counts as not held."""
        found: dict[str, Vectors] = {}
        for ids in _batches(keys, KEEP_AT_ONCE):
            found.update(self._whole(_guarded(partial(self._collection.get, ids=ids, include=["embeddings"]))))
        return found

    def write(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Adds or replaces."""
        for ids, rows in zip(_batches(keys, KEEP_AT_ONCE), _batches(vectors, KEEP_AT_ONCE), strict=True):
            _guarded(partial(self._collection.upsert, ids=list(ids), embeddings=rows))

    def forget_all_but(self, wanted: Collection[str]) -> list[str]:
        """Deletes every other key; those it deleted."""
        stale = [key for key in self._keys() if key not in wanted]
        for ids in _batches(stale, KEEP_AT_ONCE):
            _guarded(partial(self._collection.delete, ids=ids))
        return stale

    def close(self, *, keep_lock: bool = False) -> None:
        """Lets go of the client and, unless told otherwise, of the folder."""
        try:
            _guarded(self._client.close)
        except IndexUnavailable as error:
            log.info("index.close_failed", why=str(error))
        if self._lock and not keep_lock:
            self._lock.release()

    def _keys(self) -> list[str]:
        return list(_guarded(lambda: self._collection.get(include=[]))["ids"])

    def _finds(self, vector: Vectors) -> bool:
        hits = _guarded(lambda: self._collection.query(query_embeddings=[vector], n_results=1, include=["distances"]))
        return bool(hits["distances"] and hits["distances"][0] and hits["distances"][0][0] < 1e-3)

    def _whole(self, got: Any) -> Iterator[tuple[str, Vectors]]:
        if got["embeddings"] is None:
            return
        for key, vector in zip(got["ids"], np.asarray(got["embeddings"], np.float32), strict=True):
            if vector.shape == (self._dimension,) and abs(float(vector @ vector) - 1) < 1e-3:
                yield key, vector


def _batches(rows: Any, size: int) -> list[Any]:
    """Slices of a list or an array, in order."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def key_of(text: str) -> str:
    """What a text is kept under."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _own(folder: Path) -> FileLock:
    """The lock beside the folder, for this process alone: two on one folder lose each other's vectors."""
    lock = FileLock(folder.with_name(folder.name + ".lock"), timeout=0)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise IndexInUse(f"Another process is using {folder}.") from None
    except OSError as error:
        raise IndexUnavailable(f"{folder} cannot be used: {error.strerror or error}.") from error
    return lock


def _persistent(folder: Path) -> ClientAPI:
    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _forget_client(folder: Path) -> None:
    """Chroma keeps one open client a folder in the process; without this the new folder would get the old one."""
    chromadb.api.client.SharedSystemClient._identifier_to_system.pop(str(folder), None)
    chromadb.api.client.SharedSystemClient._identifier_to_refcount.pop(str(folder), None)


def _aside(folder: Path) -> Path:
    return folder.with_name(folder.name + ".damaged")


def _move_aside(folder: Path) -> None:
    aside = _aside(folder)
    try:
        shutil.rmtree(aside, ignore_errors=True)
        if folder.exists():
            folder.rename(aside)
    except OSError as error:
        raise IndexUnavailable(f"{folder} is damaged and cannot be moved aside: {error.strerror or error}.") from error


def _guarded(call: Callable[[], T], limit_s: float = CALL_S) -> T:
    """The call's result within the limit. Raises IndexUnavailable for whatever else happens.

    It runs in a thread of its own, which is left behind if it hangs. Chroma's Rust part panics with an exception
    that is not an Exception, so everything is caught here.
    """
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001  # Rust panics are not Exceptions
            failures.append(error)

    thread = threading.Thread(target=run, name="chroma", daemon=True)
    thread.start()
    thread.join(limit_s)
    if failures:
        raise IndexUnavailable(f"Chroma failed: {_sentence(failures[0])}") from failures[0]
    if not results:
        raise IndexUnavailable(f"Chroma did not answer within {limit_s:.0f} seconds.")
    return results[0]


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200] or type(error).__name__
    return text if text.endswith(".") else text + "."
