"""Chroma: a folder or a server that keeps vectors by the hash of their text. The one file of the bot that
knows it; plain_search.py uses it as a yardstick."""

import hashlib
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import chromadb
import numpy as np
import structlog
from chromadb.api import ClientAPI
from chromadb.config import Settings
from filelock import FileLock, Timeout

from bot.errors import IndexInUse, IndexUnavailable
from bot.retrieval.embedding import Embedder, Vectors

log = structlog.get_logger()
T = TypeVar("T")

PREFIX = "signpost-"
KEEP_AT_ONCE = 2_000  # Chroma takes at most 5,461
NEXT = ".next"  # what is built beside a folder that is in use
MODEL = "model"  # the file in a folder that says whose vectors it holds
SAMPLE = 8
CONNECT_S, CALL_S = 5.0, 30.0  # Chroma's own client waits for ever


class ChromaStore:
    """One Chroma collection: SHA-256 of a text → its vector. Every failure is an IndexUnavailable."""

    def __init__(
        self,
        client: ClientAPI,
        embedder: Embedder,
        lock: FileLock | None = None,
        folder: Path | None = None,
        *,
        beside: bool = False,
    ) -> None:
        self._client = client
        self._lock = lock
        self._folder = folder
        self._dimension = embedder.dimension
        self._collection = self._open_collection(embedder, keep_others=beside)

    @classmethod
    def connect(cls, location: str | Path, embedder: Embedder, *, beside: bool = False) -> "ChromaStore":
        """Opens a server by its address or a folder by its path. Raises IndexUnavailable.

        `beside` builds for a model that another process, which is answering, is to change over to: where the folder is
        in use, one beside it is built, which is taken up by whoever next opens the folder with that model.
        """
        if isinstance(location, str) and location.startswith(("http://", "https://")):
            return cls._connect_server(location, embedder, beside)
        folder = Path(location)
        try:
            lock = _own(folder)
        except IndexInUse:
            if not beside:
                raise
            folder = _next(folder)
            lock = _own(folder)
        try:
            if not beside:
                _take_up(folder, embedder)
            store = cls._open_folder(folder, embedder, lock)
            _note_model(folder, embedder)
            return store
        except IndexUnavailable:
            lock.release()
            raise

    @classmethod
    def _connect_server(cls, address: str, embedder: Embedder, beside: bool) -> "ChromaStore":
        url = urlsplit(address)

        def connect() -> "ChromaStore":
            settings = Settings(anonymized_telemetry=False)
            port = url.port or (443 if url.scheme == "https" else 80)
            client = chromadb.HttpClient(url.hostname or "", port, url.scheme == "https", settings=settings)
            return cls(client, embedder, beside=beside)

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

    def _open_collection(self, embedder: Embedder, *, keep_others: bool = False) -> Any:
        """This model's collection; those of other models are deleted, unless somebody may be answering with them."""
        name = _name_of(embedder)
        for other in () if keep_others else self._client.list_collections():
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
        for each in (folder, _aside(folder), _next(folder)):
            _remove(each)
        return _guarded(lambda: ChromaStore(_persistent(folder), embedder, self._lock, folder))

    @property
    def beside(self) -> bool:
        """Whether it waits beside the folder that another process answers with."""
        return self._folder is not None and self._folder.suffix == NEXT

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
        for ids in batches(keys, KEEP_AT_ONCE):
            found.update(self._whole(_guarded(partial(self._collection.get, ids=ids, include=["embeddings"]))))
        return found

    def write(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Adds or replaces."""
        for ids, rows in zip(batches(keys, KEEP_AT_ONCE), batches(vectors, KEEP_AT_ONCE), strict=True):
            _guarded(partial(self._collection.upsert, ids=list(ids), embeddings=rows))

    def forget_all_but(self, wanted: Collection[str]) -> list[str]:
        """Deletes every other key; those it deleted."""
        stale = [key for key in self._keys() if key not in wanted]
        self.forget(stale)
        return stale

    def forget(self, keys: Sequence[str]) -> None:
        """Deletes these."""
        for ids in batches(keys, KEEP_AT_ONCE):
            _guarded(partial(self._collection.delete, ids=ids))

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


def batches(rows: Any, size: int) -> list[Any]:
    """Slices of a list or an array, in order."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


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


def _name_of(embedder: Embedder) -> str:
    """The collection of this model."""
    return PREFIX + hashlib.sha256(f"{embedder.name}:{embedder.dimension}".encode()).hexdigest()[:16]


def _note_model(folder: Path, embedder: Embedder) -> None:
    try:
        (folder / MODEL).write_text(_name_of(embedder))
    except OSError as error:
        raise IndexUnavailable(f"{folder} cannot be written: {error.strerror or error}.") from error


def _take_up(folder: Path, embedder: Embedder) -> None:
    """Puts what was built beside `folder` in its place, if it is whole and for this model. Raises IndexUnavailable."""
    built = _next(folder)
    try:
        if not built.exists() or (built / MODEL).read_text() != _name_of(embedder):
            return
        with _own(built):
            _forget_client(folder)
            _remove(folder)
            built.rename(folder)
        log.info("index.changed_over", model=embedder.name)
    except IndexInUse:
        log.warning("index.not_taken_up", why="it is still being built beside the old one")
    except OSError as error:
        log.warning("index.not_taken_up", why=error.strerror or str(error))


def _next(folder: Path) -> Path:
    return folder.with_name(folder.name + NEXT)


def _remove(folder: Path) -> None:
    """Raises IndexUnavailable when it is still there after ten seconds: Chroma may be writing its last."""
    for _ in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)
    raise IndexUnavailable(f"{folder} cannot be removed: delete it, and it is made again.")


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
