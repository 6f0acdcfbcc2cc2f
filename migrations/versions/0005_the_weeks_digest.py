"""The week's digest

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-24 20:55:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}  # VARCHAR and a CHECK
TOLD = ("answer", "card", "outcome", "card_update", "process_card", "process_update", "reminder")


def upgrade() -> None:
    _deliver(TOLD, (*TOLD, "digest"))


def downgrade() -> None:
    op.execute("DELETE FROM deliveries WHERE kind = 'digest'")
    _deliver((*TOLD, "digest"), TOLD)


def _deliver(before: Sequence[str], after: Sequence[str]) -> None:
    """The outbox takes other kinds of message: the CHECK is made anew."""
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column(
            "kind",
            existing_type=sa.Enum(*before, name="kind", **CHECKED),
            type_=sa.Enum(*after, name="kind", **CHECKED),
            existing_nullable=False,
        )
