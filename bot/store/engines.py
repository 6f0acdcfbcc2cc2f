"""How a connection to SQLite or PostgreSQL is opened and set up."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, TimeoutError

from bot.errors import DatabaseUnavailable, SettingsError
from bot.store.failures import named, sentence

PATIENCE = 10.0  # seconds to wait for another writer before saying so
# Behind another @ the rest of a password would be taken for the host, the database or an option.
_ONE_AT = re.compile(r"[^:]+://([^:/?@]*(:[^@]*)?@)?[^@]*", re.DOTALL)


@contextmanager
def failures_named(url: URL) -> Iterator[None]:
    """Turns what a driver raises into DatabaseUnavailable where a person can do something about it."""
    try:
        yield
    except TimeoutError as error:  # the pool's: more work at once than connections
        raise DatabaseUnavailable(sentence("busy", url)) from error
    except DBAPIError as error:
        if (what := named(error)) is None:
            raise
        raise DatabaseUnavailable(sentence(what, url)) from error


@contextmanager
def opened_for_migrating(address: URL, begin: str = "BEGIN IMMEDIATE") -> Iterator[Connection]:
    """One connection in one transaction. SQLite rebuilds a table to change it: no foreign key may mind."""
    if address.get_backend_name() == "sqlite":
        make_folder(address)
        engine = sqlite_engine(address, 3 * PATIENCE, foreign_keys=False)
    else:
        engine = postgresql_engine(address, PATIENCE)
    try:
        with engine.execution_options(begin=begin).begin() as connection:
            yield connection
    finally:
        engine.dispose()


def address_of(url: str) -> URL:
    """`url` as SQLAlchemy wants it; `postgres://` and `postgresql://` mean the psycopg driver.

    Raises SettingsError, in which nothing of the address is quoted: any part of it may be the password.
    """
    try:
        address = make_url(url)
        if address.drivername != "sqlite":  # whose file may have any name
            url.encode()
            (address.host or "").encode("idna")  # as whoever looks it up does
    except (ArgumentError, ValueError):
        raise SettingsError("DATABASE_URL is no address: it should look like postgresql://me@host/db.") from None
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise SettingsError("DATABASE_URL should begin with postgresql:// or sqlite:/// (or be left out).")
    if address.drivername != "sqlite" and not _ONE_AT.fullmatch(url):
        raise SettingsError("DATABASE_URL holds an @ besides the one before the host: write it as %40.")
    if address.drivername == "sqlite" and address.database in {None, "", ":memory:"}:
        raise SettingsError("DATABASE_URL should name a file, such as sqlite:///signpost.sqlite3.")
    return address


def make_folder(address: URL) -> None:
    """Makes the folder of an SQLite file. Raises DatabaseUnavailable."""
    path = str(address.database).removeprefix("file:")
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(sentence("unopened", address)) from error


def sqlite_engine(address: URL, patience: float, *, foreign_keys: bool = True) -> Engine:
    """SQLite with a write-ahead log; every transaction begins as a writer unless its options say `begin`.

    Raises SettingsError for an option of the address that is not what it should be.
    """
    try:
        # hide_parameters: no error message or log line ever quotes a question.
        engine = create_engine(
            address,
            hide_parameters=True,
            pool_size=8,
            max_overflow=24,
            pool_timeout=patience,
            connect_args={"timeout": patience},
        )
    except ValueError:
        raise SettingsError(
            "DATABASE_URL has an option behind its ? that SQLite does not take: leave it out."
        ) from None

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own: see `begin`
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged outlives a power cut
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: two transactions that read and then write would otherwise lose one of the writes.
        if statement := connection.get_execution_options().get("begin", "BEGIN IMMEDIATE"):
            connection.exec_driver_sql(statement)

    return engine


def postgresql_engine(address: URL, patience: float) -> Engine:
    """PostgreSQL; a connection that died idle is replaced.

    Raises SettingsError without the driver, and for an option of the address that it does not know.
    """
    try:
        _check_options(address)
        engine = create_engine(
            address,
            hide_parameters=True,
            pool_size=8,
            max_overflow=24,
            pool_timeout=patience,
            pool_pre_ping=True,
            connect_args={"connect_timeout": int(patience)},
        )
    except ModuleNotFoundError as error:
        raise SettingsError(
            "DATABASE_URL names PostgreSQL, whose driver is not installed: pip install 'signpost[postgres]'."
        ) from error
    except ArgumentError:
        raise SettingsError("DATABASE_URL names hosts and ports behind its ? that do not fit together.") from None

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {int(patience * 1000)}")
        connection.autocommit = False

    return engine


def _check_options(address: URL) -> None:
    from psycopg.pq import Conninfo  # where the driver is not installed PostgreSQL is not used

    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    if unknown := [name for name in address.query if name not in known]:
        raise SettingsError(f"DATABASE_URL ends with ?{unknown[0]}=…, which PostgreSQL does not know: leave it out.")
