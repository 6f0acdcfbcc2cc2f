"""Adding a row whose key may be taken, in one statement that cannot fail for it."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from bot.store.tables import Row


def add_if_free(session: Session, row: Row, key: str) -> bool:
    """Inserts `row` unless another row has its value of the unique column `key`; whether it did.

    No savepoint: where the disk is full SQLite ends the whole transaction, and returning to a savepoint that
    is gone would hide why. The row itself does not become part of the session.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    table = Row.metadata.tables[str(type(row).__tablename__)]
    values = {column.name: getattr(row, column.name) for column in table.columns}
    insert = sqlite.insert(table) if on_sqlite else postgresql.insert(table)
    added = insert.values(values).on_conflict_do_nothing(index_elements=[key]).returning(table.c[key])
    return session.exec(added).first() is not None
