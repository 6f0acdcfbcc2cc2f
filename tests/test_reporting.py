"""What leaves the house as files."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot import reporting
from bot.domain import Organisation
from bot.store.database import Database
from bot.wiring import BooksOnly
from tests.store.examples import MINUTE, NOON, answered, question


def test_an_export_that_fails_half_way_leaves_the_earlier_files_whole(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.transaction() as session:
        answered(session)
        damaged = answered(session, question("T1:C1:2.0", at=NOON + MINUTE))
    books, folder = BooksOnly(sqlite_database, Organisation()), tmp_path / "out"
    assert reporting.export(books, folder)["questions"] == 2
    before = {path.name: path.read_text() for path in folder.iterdir()}
    with sqlite_database.transaction() as session:
        session.execute(text("UPDATE questions SET answer = '{' WHERE id = :id"), {"id": damaged})
    with pytest.raises(ValueError, match="JSON"):
        reporting.export(books, folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == before
