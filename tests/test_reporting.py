"""What leaves the house as files."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import reporting
from bot.domain import Grade, ItemId, Library, Organisation, PersonId, RecordedValue, ToolNote
from bot.store.database import Database
from bot.wiring import BooksOnly
from tests.store.examples import MINUTE, NOON, OWNER, answered, escalated, question


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


def test_what_was_never_measured_is_null_and_nobody_is_named(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        for n in range(5):
            at, words = NOON + n * MINUTE, "Who books the photographer?"
            escalated(session, question(f"T1:C1:{n}.0", words, PersonId(f"U{n}"), at))
    tool = ToolNote(ItemId("tool:canva"), "Canva", owner="U0CARL", use_for="a photographer's pictures")
    value = RecordedValue(tool.id, "hours", Grade.OBSERVED, 3.0, "hours a week", "wiki", date(2026, 11, 1))
    empty = BooksOnly(sqlite_database, Organisation(owner=OWNER))
    full = BooksOnly(sqlite_database, Organisation(owner=OWNER), Library(tools={tool.id: tool}, values=(value,)))
    period = reporting.days(empty, NOON.date(), NOON.date())

    def printed(books: BooksOnly) -> dict[str, Any]:
        return reporting.as_json(reporting.stats(books, period), reporting.report(books, period))

    assert printed(empty)["value"] is None
    found = printed(full)
    assert [(one["subject"], one["figure"], one["grade"]) for one in found["value"]] == [
        ("tool:canva", 3.0, "observed")
    ]
    (gap,) = found["gaps"]
    assert (gap["name"], gap["askers"], gap["needs"], gap["state"]) == ("photographer", 5, 5, "open")
    assert [(one["subject"], one["open_items"]) for one in found["mandate"]] == [("signpost", 5), ("tool:canva", 0)]
    assert OWNER not in str(found) and "U0CARL" not in str(found) and "book" not in str(found)
