"""What all tests share: the real embedding model, a real browser, real databases."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
import structlog
from playwright.sync_api import Browser, sync_playwright

from bot.cli import main
from bot.retrieval import embedding
from bot.retrieval.embedding import Embedder

# The small model makes the same product several times as fast; what the default one gives is a long run of its own.
os.environ.setdefault("EMBEDDINGS", "small")

pytest_plugins = ["tests.database_fixtures"]

ROOT = Path(__file__).parent.parent
MODELS = ROOT / ".signpost" / "models"
INDEX = ROOT / ".signpost" / "index"


def prepare(data_dir: Path) -> Path:
    """A DATA_DIR as after a first start, with the model and the vectors that `make test` made; nothing else."""
    (data_dir / "models").symlink_to(MODELS)
    if INDEX.exists():  # otherwise the vectors are made again, which only takes longer
        shutil.copytree(INDEX, data_dir / "index")
    return data_dir


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The small local model, from the cache that `make test` fills first."""
    return embedding.connect("small", MODELS)


@pytest.fixture
def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real headless browser of this machine; skipped where there is none, unless REQUIRE_BROWSER is set."""
    found = next(
        (path for name in ("chromium", "google-chrome", "chromium-browser") if (path := shutil.which(name))), None
    )
    if found is None:
        message = "no browser: install chromium or google-chrome to run this test"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=flags)
        yield chromium
        chromium.close()


class Ended(NamedTuple):
    code: int
    out: str
    err: str


class Signpost(Protocol):
    def __call__(self, *words: str) -> Ended: ...


@pytest.fixture
def signpost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Signpost]:
    """Runs a command as the installed program does, with its data apart."""
    monkeypatch.setenv("DATA_DIR", str(prepare(tmp_path)))
    monkeypatch.chdir(ROOT)

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["signpost", *words])
        code: object = 0
        try:
            main.main()
        except SystemExit as end:
            code = end.code
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Ended(code if isinstance(code, int) else 0, printed.out, printed.err)

    yield run
    structlog.reset_defaults()  # the commands log to a standard error that ends with the test
