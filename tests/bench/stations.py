"""The processes of `make bench`: each does one thing, so that time and memory are its alone, and prints JSON.

python -m tests.bench.stations prepare|answer|nearest FOLDER SKILLS PAST
"""

import contextlib
import json
import logging
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
import structlog
from chromadb.config import Settings as ChromaSettings
from sqlalchemy import insert

from bot import answering, settings, wiring
from bot.domain import Confirmed, Door, Helpfulness, PersonId, Question, Verdict
from bot.library import loading
from bot.library.passages import passages
from bot.retrieval import embedding
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.index import VectorIndex
from bot.retrieval.retriever import Retriever
from bot.store import database, events
from bot.store.tables import FeedbackRow, QuestionRow
from tests.bench import generating
from tests.conftest import MODELS

WARM_UP = 10
ORIGINS = 400
MOVED = 0.9  # length of the step away from the real vector, before the vector is made as long as it was


class Moved:
    """Vectors near to those of real texts, at once: embedding 100,000 texts would take ten minutes.

    Each is the real vector of one of 400 base texts and a random step, drawn by the text's own hash. Time and memory
    do not depend on where a vector points; nothing about quality can be learned from them.
    """

    def __init__(self, real: Embedder, texts: Sequence[str]) -> None:
        self.name, self.dimension = real.name, real.dimension
        self._origins = real.embed(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As in Embedder."""
        return np.stack([self._one(text) for text in texts])

    def _one(self, text: str) -> Vectors:
        chance = np.random.default_rng(list(text.encode()))
        step = chance.standard_normal(self.dimension, np.float32) * np.float32(MOVED / self.dimension**0.5)
        vector = self._origins[chance.integers(len(self._origins))] + step
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


@dataclass(frozen=True)
class Place:
    """Where one library, its history and its index are."""

    folder: Path
    skills: int
    past: int

    @property
    def settings(self) -> settings.Settings:
        environment = {"DATA_DIR": str(self.folder), "LIBRARY_DIR": str(self.folder / "library"), "LOG_LEVEL": "error"}
        return settings.load(environment, Path(os.devnull))

    def embedder(self) -> Embedder:
        """The real one."""
        return embedding.connect(self.settings.embeddings, self.settings.model_cache)


def prepare(place: Place) -> dict[str, float]:
    """Writes library and history, fills the index, and says how long the index and the fits took without the model."""
    place.folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (place.folder / "models").symlink_to(MODELS)
    generating.write(place.folder / "library", place.skills)
    past = generating.history(place.skills, place.past)
    _write_history(place, past)
    items = loading.load(place.folder / "library").items()
    real = place.embedder()
    texts = [passage.text for item in items.values() for passage in passages(item)]
    index = VectorIndex.open(place.settings.index_location, Moved(real, texts[:: len(texts) // ORIGINS + 1]))
    retriever = Retriever(real, index)
    built = _seconds(lambda: retriever.refresh(items, past, wait=False))
    retriever = Retriever(real, index)
    again = _seconds(lambda: retriever.refresh(items, past, wait=False))
    fitted = _seconds(lambda: retriever.refresh(items, past, wait=True))
    index.close()
    return {"skills": len(items), "passages": len(texts), "built": built, "again": again, "fitted": fitted}


def answer(place: Place) -> dict[str, Any]:
    """Asks and embeds in turn, first in peace, then while the library and its history are taken in again and again."""
    texts = generating.questions()
    with wiring.connect(place.settings) as bot:
        embedder = bot.retriever.embedder  # a model of its own would count twice

        def ask(text: str) -> object:
            question = Question(f"bench:{time.monotonic_ns()}", text, PersonId("U0ASK"), bot.now(), Door.TERMINAL)
            return answering.ask_now(bot, question)

        calls: Mapping[str, Callable[[str], object]] = {
            "bare": lambda text: embedder.embed([text]),
            "rank": lambda text: bot.retriever.rank(text),
            "ask": ask,
        }
        quiet = _in_turn(calls, texts)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        items = bot.knowledge.current().items
        past = generating.history(place.skills, place.past)
        with _repeating(lambda: bot.retriever.refresh(items, past)) as rounds:
            busy = _in_turn(calls, texts)
        return {"quiet": quiet, "busy": busy, "peak": peak, "refits": len(rounds)}


def nearest(place: Place) -> dict[str, Any]:
    """A plain look-up: embed the question, ask Chroma for the three nearest of the very same vectors."""
    embedder = place.embedder()
    client = chromadb.PersistentClient(
        str(place.settings.index_location), settings=ChromaSettings(anonymized_telemetry=False)
    )
    (collection,) = client.list_collections()

    def look(text: str) -> object:
        return collection.query(query_embeddings=[embedder.embed([text])[0]], n_results=3)

    calls = {"bare": lambda text: embedder.embed([text]), "nearest": look}
    return {"quiet": _in_turn(calls, generating.questions())}


def _write_history(place: Place, past: Sequence[Confirmed]) -> None:
    """Straight into the tables: asked one by one it would take minutes."""
    (place.folder / "signpost.sqlite3").unlink(missing_ok=True)
    database.migrate(place.settings.database)
    rows = database.connect(place.settings.database)
    now = datetime.now(UTC)
    asked = [
        QuestionRow(
            id=f"past-{number}", source_key=f"past:{number}", door=Door.TERMINAL, asker=one.asker, asked_at=now,
            text=one.question, recommended=one.resolved_by, verdict=Verdict.ANSWERED, confidence=0.9, answered_at=now,
        ).model_dump()
        for number, one in enumerate(past)
    ]  # fmt: skip
    pressed = [
        FeedbackRow(question_id=row["id"], person=row["asker"], value=Helpfulness.HELPFUL, at=now).model_dump()
        for row in asked
    ]
    with rows.transaction() as session:
        for table, values in ((QuestionRow, asked), (FeedbackRow, pressed)):
            if values:
                session.execute(insert(table), values)
        events.knowledge_changed(session)
    rows.close()


def _in_turn(calls: Mapping[str, Callable[[str], object]], texts: Sequence[str]) -> dict[str, list[float]]:
    """Milliseconds of every call, after a warm-up. All calls take the same text in turn: noise hits them alike."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for number, text in enumerate(texts):
        for name, call in calls.items():
            milliseconds = _seconds(lambda: call(text)) * 1000  # noqa: B023  # called at once
            if number >= WARM_UP:
                taken[name].append(milliseconds)
    return taken


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@contextlib.contextmanager
def _repeating(call: Callable[[], object]) -> Iterator[list[float]]:
    """Calls again and again in another thread; gives the seconds of each call."""
    over = threading.Event()
    taken: list[float] = []

    def run() -> None:
        while not over.is_set():
            taken.append(_seconds(call))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield taken
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    work, folder, skills, past = sys.argv[1:]
    stations = {"prepare": prepare, "answer": answer, "nearest": nearest}
    print(json.dumps(stations[work](Place(Path(folder), int(skills), int(past)))))
