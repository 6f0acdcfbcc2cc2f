"""What was taught to a local model: a low-rank difference to its weights, kept as safetensors, applied once.

A file holds `<matrix>.up` (rows, rank) and `<matrix>.down` (rank, columns), float16, for each changed matrix, and
one note: which weights it belongs to, and how it was made. Plain numbers, never code.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load, save

from bot.errors import ModelFileError

Weights = Mapping[str, npt.NDArray[np.float32]]

FORMAT = "signpost-difference-1"
RANK = 32  # of each matrix's change; what a higher one adds is within noise
LARGEST = 64_000_000  # bytes; a real one has 3 MB


@dataclass(frozen=True)
class Difference:
    """A difference as read, not yet compared with the weights it belongs to."""

    path: Path
    sha256: str
    base_sha256: str
    factors: Mapping[str, npt.NDArray[np.float16]]

    def applied_to(self, weights: Weights) -> dict[str, npt.NDArray[np.float32]]:
        """The weights with W + up · down for each changed matrix. Raises ModelFileError where they do not fit."""
        changed = {name: np.asarray(matrix) for name, matrix in weights.items()}
        for name in sorted(key.removesuffix(".up") for key in self.factors if key.endswith(".up")):
            changed[name] = self._changed(name, changed.get(name))
        return changed

    def _changed(self, name: str, matrix: npt.NDArray[np.float32] | None) -> npt.NDArray[np.float32]:
        up, down = self.factors[f"{name}.up"].astype(np.float32), self.factors[f"{name}.down"].astype(np.float32)
        fits = matrix is not None and up.ndim == down.ndim == 2 and up.shape[1] == down.shape[0]
        if matrix is None or not fits or matrix.shape != (up.shape[0], down.shape[1]):
            raise ModelFileError(
                f"{self.path} does not fit the embedding model at {name}: it was made for another one."
            )
        return np.asarray(matrix + up @ down, np.float32)


def read(path: Path) -> Difference:
    """The difference in `path`, for the weights it names by their hash. Raises ModelFileError where it is damaged."""
    content = _content(path)
    try:
        factors = load(content)
        note = json.loads(_metadata(content)["signpost"])
    except (SafetensorError, ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise ModelFileError(
            f"{path} is damaged or not made by `signpost teach`: make it again or name another file."
        ) from error
    if not isinstance(note, dict) or note.get("format") != FORMAT or not _whole(factors):
        raise ModelFileError(f"{path} is damaged or not made by this version of `signpost teach`: make it again.")
    return Difference(path, hashlib.sha256(content).hexdigest(), str(note.get("base")), factors)


def write(path: Path, before: Weights, after: Weights, note: Mapping[str, Any], rank: int = RANK) -> None:
    """Writes what leads from `before` to `after`, each matrix cut to `rank` by singular values.

    Raises ModelFileError.
    """
    factors: dict[str, npt.NDArray[np.float16]] = {}
    for name in sorted(after):
        left, values, right = np.linalg.svd(after[name] - before[name], full_matrices=False)
        root = np.sqrt(values[:rank])
        factors[f"{name}.up"] = np.ascontiguousarray(left[:, :rank] * root, np.float16)
        factors[f"{name}.down"] = np.ascontiguousarray(root[:, None] * right[:rank], np.float16)
    # One key, because the order of several differs from run to run.
    metadata = {"signpost": json.dumps({"format": FORMAT, **note}, sort_keys=True)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(save(factors, metadata))
    except OSError as error:
        raise ModelFileError(f"{path} cannot be written: {error.strerror or error}.") from error


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise ModelFileError(f"{path} is too large to be a difference made by `signpost teach`: name another file.")
        return path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror or error}.") from error


def _metadata(content: bytes) -> dict[str, str]:
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return dict(header["__metadata__"])


def _whole(factors: Mapping[str, npt.NDArray[np.float16]]) -> bool:
    """Whether every matrix has both halves, of ordinary numbers."""
    names = {key.rpartition(".")[0] for key in factors}
    paired = set(factors) == {f"{name}.{half}" for name in names for half in ("up", "down")}
    return paired and all(array.dtype == np.float16 and bool(np.isfinite(array).all()) for array in factors.values())
