"""What the bot knows while somebody works on its files."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadInput, DatabaseUnavailable
from bot.knowledge import PROMPT_S, Knowledge
from bot.retrieval.embedding import Embedder
from bot.retrieval.index import VectorIndex
from bot.retrieval.retriever import Retriever
from bot.store.database import Database
from tests.slack import library


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return library.write(tmp_path / "acme")


@pytest.fixture
def knowledge(root: Path, sqlite_database: Database, embedder: Embedder) -> Knowledge:
    made = Knowledge(root, sqlite_database, Retriever(embedder, VectorIndex.in_memory(embedder)), patience=0)
    made.load()
    return made


def test_a_folder_that_is_away_for_a_moment_is_not_missed(knowledge: Knowledge, root: Path) -> None:
    before = knowledge.current()
    root.rename(root.with_name("away"))
    assert knowledge.current() is before
    assert knowledge.refresh() is before
    root.with_name("away").rename(root)
    (root / "knowledge" / "tools" / "new.md").write_text("---\ntool: New\nuse_for: something new\n---\n")
    assert "tool:new" in knowledge.current().items


def test_a_bot_does_not_start_without_its_library(
    tmp_path: Path, sqlite_database: Database, embedder: Embedder
) -> None:
    retriever = Retriever(embedder, VectorIndex.in_memory(embedder))
    with pytest.raises(BadInput):
        Knowledge(tmp_path / "nowhere", sqlite_database, retriever).load()


@pytest.mark.parametrize("broken", ["[teams.\nbroken", "", "owner = "])
def test_who_is_who_stays_while_its_file_is_being_mended(knowledge: Knowledge, root: Path, broken: str) -> None:
    before = knowledge.current().library.organisation
    assert before.owner == "U0ADA"
    file = root / "knowledge" / "organisation.toml"
    file.write_text(broken)
    assert knowledge.current().library.organisation == before
    time.sleep(0.01)
    file.write_text('owner = "U0BEN"\n')
    assert knowledge.current().library.organisation.owner == "U0BEN"


NEW = "---\ntool: New\nuse_for: something new\n---\n"


def test_while_it_is_watched_a_changed_file_counts_without_anybody_asking(knowledge: Knowledge, root: Path) -> None:
    with knowledge.watched():
        (root / "knowledge" / "tools" / "new.md").write_text(NEW)
        until(lambda: "tool:new" in knowledge._snapshot.items)


def test_nobody_waits_for_a_renewal(knowledge: Knowledge, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = slowed(knowledge, monkeypatch)
    before = knowledge.current()
    with knowledge.watched():
        try:
            (root / "knowledge" / "tools" / "new.md").write_text(NEW)
            assert begun.wait(20)
            started = time.monotonic()
            assert knowledge.current() is before and time.monotonic() - started < PROMPT_S / 2
        finally:
            go_on.set()
        until(lambda: "tool:new" in knowledge.current().items)


def test_whoever_announced_a_change_finds_it_at_the_next_question(
    root: Path, sqlite_database: Database, embedder: Embedder
) -> None:
    lazy = Knowledge(root, sqlite_database, Retriever(embedder, VectorIndex.in_memory(embedder)), patience=3600)
    lazy.load()
    with lazy.watched():
        (root / "knowledge" / "tools" / "new.md").write_text(NEW)
        lazy.expect_change()
        assert "tool:new" in lazy.current().items


def test_even_for_an_announced_change_nobody_waits_longer_than_a_moment(
    knowledge: Knowledge, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = slowed(knowledge, monkeypatch)
    with knowledge.watched():
        try:
            (root / "knowledge" / "tools" / "new.md").write_text(NEW)
            knowledge.expect_change()
            started = time.monotonic()
            assert "tool:new" not in knowledge.current().items
            assert begun.is_set() and time.monotonic() - started < 2 * PROMPT_S
            started = time.monotonic()
            knowledge.current()
            assert time.monotonic() - started < PROMPT_S / 2
        finally:
            go_on.set()


def test_a_look_that_fails_is_followed_by_others(
    knowledge: Knowledge, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, failed = knowledge._signs, threading.Event()

    def signs() -> tuple[str, str]:
        if not failed.is_set():
            failed.set()
            raise DatabaseUnavailable("The database is away.")
        return usual()

    monkeypatch.setattr(knowledge, "_signs", signs)
    with knowledge.watched():
        (root / "knowledge" / "tools" / "new.md").write_text(NEW)
        until(lambda: "tool:new" in knowledge.current().items)
    assert failed.is_set()


def slowed(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Set once a renewal has begun; and to be set before it goes on."""
    begun, go_on = threading.Event(), threading.Event()
    usual = knowledge._retriever.refresh

    def slow(*given: Any, **named: Any) -> None:
        begun.set()
        assert go_on.wait(60)
        usual(*given, **named)

    monkeypatch.setattr(knowledge._retriever, "refresh", slow)
    return begun, go_on


def until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not met():
        assert time.monotonic() < end
        time.sleep(0.02)
