"""Bringing the tables up to date with Alembic: from any working directory, by several processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

import bot
from bot.errors import DatabaseUnavailable
from bot.store.engines import address_of, failures_named, opened_for_migrating
from bot.store.failures import sentence

_LOCK = 0x5167_6E70  # one number that all of Signpost's processes take on PostgreSQL


def migrate(url: str, revision: str = "head") -> None:
    """Brings the database at `url` to `revision`; does nothing if it is there already.

    All of it or nothing: a migration that fails leaves the tables as they were. Raises DatabaseUnavailable.
    """
    if revision == "head" and not pending(url):
        return  # without waiting for whoever writes just now
    address = address_of(url)
    scripts = configuration()
    with failures_named(address), opened_for_migrating(address) as connection:
        _alone(connection)
        _refuse_newer(connection, address, scripts)
        scripts.attributes["connection"] = connection
        _run(scripts, connection, revision)


def pending(url: str) -> bool:
    """Whether `migrate` would change anything. Raises DatabaseUnavailable, also for a newer database."""
    address = address_of(url)
    if address.get_backend_name() == "sqlite" and not _is_there(address):
        return True  # and is not made by asking
    scripts = configuration()
    with failures_named(address), opened_for_migrating(address, begin="BEGIN") as connection:
        _refuse_newer(connection, address, scripts)
        return _revision(connection) != ScriptDirectory.from_config(scripts).get_current_head()


def configuration() -> Config:
    """Alembic's, with the folder of migrations wherever Signpost is installed. Raises DatabaseUnavailable."""
    package = Path(bot.__file__).resolve().parent
    # A wheel carries them inside the package: `migrations` beside it could be anybody's.
    for folder in (package / "migrations", package.parent / "migrations"):
        if (folder / "env.py").is_file():
            scripts = Config()
            scripts.set_main_option("script_location", str(folder).replace("%", "%%"))
            return scripts
    raise DatabaseUnavailable(
        f"The folder migrations/ is missing beside {package}: install Signpost again, or run it from a whole checkout."
    )


def _alone(connection: Connection) -> None:
    """The second process waits until the first is done, and then finds nothing left to do."""
    if connection.dialect.name == "postgresql":  # on SQLite BEGIN IMMEDIATE has already seen to it
        connection.execute(text("SET LOCAL lock_timeout = '5min'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _run(scripts: Config, connection: Connection, revision: str) -> None:
    if revision in {"head", "heads"} or revision.startswith("+"):
        command.upgrade(scripts, revision)
    else:
        command.downgrade(scripts, revision)
    if connection.dialect.name == "sqlite":
        # Foreign keys are off while tables are rebuilt; none may dangle afterwards.
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise DatabaseUnavailable(f"The migration was undone: {len(broken)} rows would point at nothing.")


def _refuse_newer(connection: Connection, address: URL, scripts: Config) -> None:
    revision = _revision(connection)
    try:
        if revision is not None:
            ScriptDirectory.from_config(scripts).get_revision(revision)
    except CommandError:
        raise DatabaseUnavailable(sentence("newer", address)) from None


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_there(address: URL) -> bool:
    try:
        return Path(str(address.database).removeprefix("file:")).exists()
    except OSError as error:
        raise DatabaseUnavailable(sentence("unopened", address)) from error
