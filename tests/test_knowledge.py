"""What the bot knows while somebody works on its files."""

import time
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.knowledge import Knowledge
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
