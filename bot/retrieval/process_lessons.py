"""What was learnt of process and technology, from wherever it need not be learnt again.

For the local models as shipped it lies in taught/, made by `python -m tests.lessons`; for any other embedder it is
learnt at the first start and kept beside the index. Each file holds a hash of all that it was learnt from.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import structlog
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from bot.domain import Kind
from bot.reasoning import clauses
from bot.retrieval import process_features, process_learning, whole_file
from bot.retrieval.embedding import TAUGHT, Embedder
from bot.retrieval.index import VectorIndex
from bot.retrieval.model_sources import MODELS
from bot.retrieval.process_sense import Lessons, ProcessSense, Regression
from bot.retrieval.progress import Report, silent

log = structlog.get_logger()

SHIPPED = {source.name: TAUGHT / f"process-{source.called}.safetensors" for source in MODELS.values()}
_FORMAT = "signpost-process-1"
_NUMBERS = ("clause_weights", "clause_offsets", "request_weights", "request_offsets", "neighbours", "votes")


def sense(embedder: Embedder, index: VectorIndex, file: Path | None = None, report: Report = silent) -> ProcessSense:
    """Learnt once for each embedder, or in a process where no `file` keeps it; its vectors are kept in the index.

    Raises EmbeddingsUnavailable.
    """
    with _learning:
        if embedder.name not in _known:
            _known[embedder.name] = shipped(embedder.name) or _kept_or_learnt(embedder, index, file, report)
    return ProcessSense(_known[embedder.name], embedder)


_known: dict[str, Lessons] = {}
_learning = Lock()


def to_keep(model: str) -> frozenset[str]:
    """The texts whose vectors the index keeps, so that they can be learnt from again with this embedding model."""
    return frozenset() if shipped(model) else process_learning.texts()


@cache
def shipped(model: str) -> Lessons | None:
    """What lies in taught/ for the embedding model of this very name."""
    file = SHIPPED.get(model.partition("@")[0])
    return read(file, key_of(model)) if file else None


def _kept_or_learnt(embedder: Embedder, index: VectorIndex, file: Path | None, report: Report) -> Lessons:
    key = key_of(embedder.name)
    found = read(file, key) if file else None
    if found is None:
        needed = tuple(sorted(process_learning.texts()))
        known = dict(zip(needed, index.vectors(needed, report), strict=True))
        found = process_learning.learnt(lambda wanted: np.stack([known[text] for text in wanted]))
        if file:
            keep(file, key, found)
    return found


def key_of(model: str) -> str:
    """A hash of everything that the lessons depend on: requests, code, embedding model."""
    return hashlib.sha256(f"{model}\0{_sources()}".encode()).hexdigest()


def read(file: Path, key: str) -> Lessons | None:
    """What `written` made under this key; None where there is nothing, or nothing that can be used."""
    try:
        with safe_open(file, "numpy") as held:
            note = json.loads((held.metadata() or {})["signpost"])
            if note["format"] != _FORMAT or note["key"] != key:
                return None
            numbers = {name: held.get_tensor(name) for name in _NUMBERS}
        lessons = _lessons(numbers, tuple(Kind(name) for name in note["kinds"]))
    except FileNotFoundError:
        return None
    except (OSError, SafetensorError, ValueError, TypeError, KeyError) as error:
        log.warning("lessons_not_read", why=type(error).__name__, note="They are learnt again.")
        return None
    return lessons


def keep(file: Path, key: str, lessons: Lessons) -> None:
    """Writes all of it or nothing. Where it cannot be written, the next start learns again."""
    try:
        whole_file.write(file, written(key, lessons))
    except OSError as error:
        log.warning("lessons_not_kept", why=error.strerror or str(error))


def written(key: str, lessons: Lessons) -> bytes:
    """A safetensors file; the neighbours, by far the largest part, in half precision."""
    arrays = (
        lessons.clauses.weights,
        lessons.clauses.offsets,
        lessons.requests.weights,
        lessons.requests.offsets,
        lessons.neighbours.astype(np.float16),
        lessons.votes,
    )
    note = {"format": _FORMAT, "key": key, "kinds": lessons.kinds}
    numbers = {name: np.ascontiguousarray(array) for name, array in zip(_NUMBERS, arrays, strict=True)}
    return save(numbers, {"signpost": json.dumps(note)})


def _lessons(numbers: dict[str, npt.NDArray[Any]], kinds: tuple[Kind, ...]) -> Lessons:
    """Raises ValueError where something is not a number, or not of the right shape."""
    if not all(np.isfinite(array).all() for array in numbers.values()):
        raise ValueError("something is not a number")
    of_clauses, of_requests = (
        Regression(numbers[f"{what}_weights"], numbers[f"{what}_offsets"]) for what in ("clause", "request")
    )
    neighbours, votes = numbers["neighbours"].astype(np.float32), numbers["votes"]
    if len(kinds) != len(of_requests.offsets) or votes.shape != (len(neighbours), len(kinds)):
        raise ValueError("the parts do not fit each other")
    return Lessons(of_clauses, of_requests, kinds, neighbours, votes)


@cache
def _sources() -> str:
    """All that decides what is learnt with a model, whatever ends its lines."""
    code = (Path(str(module.__file__)) for module in (clauses, process_features, process_learning))
    return "\0".join(file.read_text(encoding="utf-8") for file in (process_learning.REQUESTS, *code))
