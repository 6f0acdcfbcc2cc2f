"""Opening the database: short transactions, and every failure of it in one sentence."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlmodel import Session

from bot.errors import DatabaseUnavailable
from bot.store.engines import (
    PATIENCE,
    address_of,
    failures_named,
    make_folder,
    postgresql_engine,
    sqlite_engine,
)
from bot.store.failures import sentence
from bot.store.migrating import migrate, pending

__all__ = ["Database", "connect", "migrate", "pending"]


@dataclass(frozen=True)
class Database:
    """An open database. Threads may share it."""

    engine: Engine
    patience: float = PATIENCE
    # SQLite lets one writer in at a time and makes the others poll; threads of one process queue here.
    turn: "threading.RLock | None" = field(default=None, repr=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back on any error.

        Keep it short, with no network call inside. Raises DatabaseUnavailable when the database is locked,
        read-only, full, damaged or out of reach.
        """
        session = Session(self.engine, expire_on_commit=False)
        with self._failures_named(), self._in_turn(), session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading: a consistent picture on SQLite, and in no writer's way. Raises as above."""
        reader = self.engine.execution_options(begin="BEGIN", postgresql_readonly=True)
        with self._failures_named(), Session(reader, autoflush=False) as session:
            yield session

    def forget_deleted(self) -> bool:
        """Makes the disk forget what was overwritten or deleted; call it after erasing. Raises as above.

        False while another program reads an SQLite file: its log keeps the words until that program lets go and
        this one stops or erases again.
        """
        outside = self.engine.execution_options(isolation_level="AUTOCOMMIT", begin="")
        with self._failures_named(), self._in_turn(), outside.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            if connection.dialect.name != "sqlite":
                return True
            busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return not busy

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if self.turn is None:
            yield
        elif not self.turn.acquire(timeout=self.patience):
            raise DatabaseUnavailable(sentence("locked", self.engine.url))
        else:
            try:
                yield
            finally:
                self.turn.release()

    def _failures_named(self) -> AbstractContextManager[None]:
        return failures_named(self.engine.url)


def connect(url: str, *, patience: float = PATIENCE) -> Database:
    """The database at `url`; nothing is opened before the first transaction.

    `patience` is how many seconds to wait for another writer. Raises SettingsError for an address that is
    none, or whose driver is not installed, and DatabaseUnavailable if its folder cannot be made.
    """
    address = address_of(url)
    if address.get_backend_name() == "sqlite":
        make_folder(address)
        return Database(sqlite_engine(address, patience), patience, threading.RLock())
    return Database(postgresql_engine(address, patience), patience)
