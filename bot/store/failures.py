"""What a database driver complains of, as one sentence: which database, what is wrong, what to do."""

import sqlite3

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

_SENTENCES = {
    "locked": "{db} is locked by another program: stop a second bot, backup or database browser that"
    " holds it, and try again.",
    "busy": "{db} has more to do than it has connections for: try again in a moment, or lower WORKERS.",
    "readonly": "{db} is read-only: make the file and its folder writable for the user who runs Signpost"
    " (or, on PostgreSQL, connect to the primary server).",
    "full": "{db} has no room left: free space on its disk and try again; nothing that was saved is lost.",
    "unopened": "{db} cannot be opened: check that its folder exists and that the user who runs Signpost may"
    " write there.",
    "damaged": "{db} is damaged or not a database: move it aside and put back a backup, or start anew with"
    " `signpost migrate`.",
    "unreachable": "{db} cannot be reached: check that the server runs and that DATABASE_URL names the right"
    " host, user and database.",
    "refused": "{db} refuses the user or password: check DATABASE_URL.",
    "absent": "{db} does not exist on its server: create the database, then run `signpost migrate`.",
    "unmigrated": "{db} has not the tables that this version needs: run `signpost migrate`.",
    "newer": "{db} was written by a newer version of Signpost: upgrade Signpost, or put back a backup.",
    "failing": "{db} cannot read or write its disk: look at the disk's health and the mount.",
}

_SQLITE = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CANTOPEN: "unopened",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_IOERR: "failing",
}

_POSTGRESQL = {  # by SQLSTATE, or its class
    "55P03": "locked",
    "40P01": "locked",
    "25006": "readonly",
    "53100": "full",
    "53": "busy",
    "28": "refused",
    "3D000": "absent",
    "42P01": "unmigrated",
    "42703": "unmigrated",
    "08": "unreachable",
    "57P": "unreachable",
    "58": "failing",
    "XX001": "damaged",
    "XX002": "damaged",
}


def named(error: DBAPIError) -> str | None:
    """Which of the sentences fits; None for a fault of ours, which should rise as it is."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    state = getattr(cause, "sqlstate", None)
    if state is None:  # psycopg has no SQLSTATE where the server never answered, or said no before it began
        return _of_connecting(str(cause)) if _is_operational(cause) else None
    return next((_POSTGRESQL[key] for key in (state, state[:3], state[:2]) if key in _POSTGRESQL), None)


def sentence(what: str, url: URL) -> str:
    """The sentence called `what` about the database at `url`, whose password is never in it."""
    return _SENTENCES[what].format(db=_called(url))


def _called(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"The database {str(url.database).removeprefix('file:')}"
    port = f":{url.port}" if url.port else ""
    return f"The PostgreSQL database {url.database or ''} at {url.host or 'localhost'}{port}"


def _of_sqlite(cause: sqlite3.Error) -> str | None:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None and (what := _SQLITE.get(code & 0xFF)):
        return what
    return "unmigrated" if str(cause).startswith(("no such table", "no such column")) else None


def _is_operational(cause: BaseException | None) -> bool:
    return type(cause).__name__ in {"OperationalError", "ConnectionTimeout", "AdminShutdown"}


def _of_connecting(message: str) -> str:
    if "authentication failed" in message or "no password supplied" in message:
        return "refused"
    if "does not exist" in message and "database" in message:
        return "absent"
    return "busy" if "too many" in message else "unreachable"
