"""What goes wrong with a database, for real, and the one sentence that each becomes."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from bot.errors import DatabaseUnavailable, SettingsError, SignpostError
from bot.store import records
from bot.store.database import Database, connect, migrate, pending
from tests.store.examples import opened, question

NOBODY = 65534


@pytest.fixture
def open_folder(sqlite_url: str) -> Iterator[Path]:
    """A folder that every user may enter, with a migrated database in it."""
    folder = Path(tempfile.mkdtemp(prefix="signpost-test-"))
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), folder / "signpost.sqlite3")
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Root may write everything: be somebody else while looking at permissions."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _sentence(database: Database) -> str:
    """What a write is told; one sentence, and never a question's text."""
    with pytest.raises(DatabaseUnavailable) as told, database.transaction() as session:
        opened(session, question("other", "a very private question"))
    database.close()
    assert "private" not in str(told.value)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_a_locked_sqlite_file_is_named_with_what_to_do(sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database = connect(sqlite_url, patience=0.1)
    migrate(sqlite_url)  # there is nothing to do, so nothing to wait for
    told = _sentence(database)
    assert "signpost.sqlite3 is locked by another program: stop a second bot" in told
    other.execute("ROLLBACK")
    with database.transaction() as session:
        opened(session)
    other.close()
    database.close()


def test_a_locked_postgresql_row_is_not_waited_for_for_ever(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE questions IN ACCESS EXCLUSIVE MODE")
        assert "is locked by another program" in _sentence(connect(postgres_url, patience=1))


def test_a_transaction_inside_a_transaction_is_told_that_it_waits_for_itself(sqlite_url: str) -> None:
    database = connect(sqlite_url, patience=0.1)

    def nested() -> None:
        with database.transaction() as session:
            opened(session)
            with database.transaction() as inner:
                opened(inner, question("inner"))

    with pytest.raises(DatabaseUnavailable, match="is locked"):
        nested()
    with database.reading() as session:
        assert records.recent(session, 9) == ()
    database.close()


def test_a_read_only_file_says_so_and_what_to_do(open_folder: Path) -> None:
    path = open_folder / "signpost.sqlite3"
    path.chmod(0o444)
    database = connect(f"sqlite:///{path}")
    with as_ordinary_user():
        told = _sentence(database)
    assert f"The database {path} is read-only: make the file and its folder writable" in told


def test_a_read_only_postgresql_says_so(postgres_url: str) -> None:
    name = postgres_url.split("/")[3].partition("?")[0]
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "is read-only" in _sentence(connect(postgres_url))


def test_a_full_disk_says_so_and_keeps_what_was_saved(sqlite_url: str) -> None:
    database = connect(sqlite_url)
    with database.transaction() as session:
        opened(session)

    @event.listens_for(database.engine, "begin")
    def no_room(connection: object) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()  # type: ignore[attr-defined]
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    with (
        pytest.raises(DatabaseUnavailable, match="has no room left: free space"),
        database.transaction() as session,
    ):
        opened(session, question("big", "x" * 1_000_000))
    with database.reading() as session:
        assert [a.question.source_key for a in records.recent(session, 9)] == [question().source_key]
    database.close()


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database at all, but long enough to be looked at" * 20)
    url = f"sqlite:///{tmp_path / 'notes.txt'}"
    assert "notes.txt is damaged or not a database" in _sentence(connect(url))
    with pytest.raises(DatabaseUnavailable, match="damaged or not a database"):
        migrate(url)


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="cannot be opened: check that its folder exists"):
        connect(f"sqlite:///{tmp_path / 'file' / 'signpost.sqlite3'}")


def test_a_database_without_tables_says_how_to_make_them(empty_database_url: str) -> None:
    assert "run `signpost migrate`" in _sentence(connect(empty_database_url))


def test_an_unreachable_server_is_named_without_its_password() -> None:
    told = _sentence(connect("postgresql://bot:hunter2@127.0.0.1:1/signpost", patience=2))
    assert "The PostgreSQL database signpost at 127.0.0.1:1 cannot be reached" in told
    assert "hunter2" not in told


def test_a_postgresql_database_that_is_not_there_is_named(postgres_server: str) -> None:
    url = postgres_server.replace("/postgres?", "/nowhere?")
    assert "nowhere at" in (told := _sentence(connect(url)))
    assert "does not exist on its server: create the database" in told
    with pytest.raises(DatabaseUnavailable, match="does not exist on its server"):
        pending(url)


def test_a_connection_cut_by_the_server_is_replaced(postgres_url: str) -> None:
    database = connect(postgres_url)
    with database.transaction() as session:
        opened(session)
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with database.reading() as session:
        assert len(records.recent(session, 9)) == 1
    database.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://localhost/x", "should begin with postgresql:// or sqlite:///"),
        ("sqlite:///:memory:", "should name a file"),
        ("sqlite://", "should name a file"),
        ("nonsense", "is no address"),
        ("postgresql://u:p@h:notaport/db", "is no address"),
        ("postgresql://[::1/db", "is no address"),
        ("postgresql://u:p@./db", "is no address"),
        ("postgresql://\udcff@h/db", "is no address"),
        ("postgresql://u:p@h/db?foo=bar", r"ends with \?foo=…, which PostgreSQL does not know"),
        ("postgresql:///db?host=h&port=many", r"hosts and ports behind its \? that do not fit together"),
        ("sqlite:///here.sqlite3?timeout=long", r"an option behind its \? that SQLite does not take"),
    ],
)
def test_an_address_that_is_none_is_a_fault_of_the_settings(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        connect(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunter@2@h/db",
        "postgresql://u:hunter@2/more@h/db",
        "postgresql://u:hunter@2?more=x@h/db",
        "postgresql://u/hunter:2@h/db",
    ],
)
def test_a_password_that_is_not_escaped_is_said_and_never_shown(url: str) -> None:
    with pytest.raises(SettingsError) as told:
        connect(url)
    assert str(told.value) == "DATABASE_URL holds an @ besides the one before the host: write it as %40."


def test_a_password_that_is_escaped_is_taken() -> None:
    connect("postgresql://u:hun%40ter/2?:#@h/db").close()


def test_a_name_that_is_too_long_for_a_file_is_said() -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be opened: check that its folder exists"):
        migrate(f"sqlite:////tmp/{'x' * 300}")


def test_a_missing_driver_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"pip install 'signpost\[postgres\]'"):
        connect("postgres://localhost/x")


def test_our_own_mistakes_rise_as_they_are(sqlite_database: Database) -> None:
    def mistaken() -> None:
        with sqlite_database.transaction() as session:
            opened(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mistaken()
    with sqlite_database.reading() as session:
        assert records.recent(session, 9) == ()
    assert issubclass(DatabaseUnavailable, SignpostError)
