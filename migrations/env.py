"""Runs the migrations on the connection that `bot.store.migrating` brings, or on the settings' database."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, DateTime, String, Text, TypeDecorator

from bot import settings
from bot.store.engines import address_of, opened_for_migrating
from bot.store.tables import Row


def plainly(kind: str, thing: object, _: object) -> str | Literal[False]:
    """A migration names the databases' types, not ours: it must still run when ours are long gone."""
    if kind != "type" or not isinstance(thing, TypeDecorator):
        return False
    names = {DateTime: "sa.DateTime(timezone=True)", Text: "sa.Text()", String: "sa.String()"}
    return names[type(thing.impl_instance)]


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        render_as_batch=True,  # SQLite cannot change a column in place
        transactional_ddl=True,  # SQLite can: all of it or nothing
        compare_type=True,
        render_item=plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


if given := context.config.attributes.get("connection"):
    run(given)
elif context.is_offline_mode():
    raise SystemExit("Migrations run on a database, not into a file: leave out --sql.")
else:
    with opened_for_migrating(address_of(settings.load().database)) as opened:
        run(opened)
