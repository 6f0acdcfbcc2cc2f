"""What holds people up

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-24 20:45:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}  # VARCHAR and a CHECK
STEPS = ("approval", "meeting", "hand-off", "unclear owner", "waiting")
LIVE = sa.text("state IN ('open', 'being_mended')")
TOLD = ("answer", "card", "outcome", "card_update")


def upgrade() -> None:
    op.create_table(
        "blocked_steps",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Enum(*STEPS, name="kind", **CHECKED), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("bottleneck", sa.String(), nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_blocked_steps_question_id")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_blocked_steps")),
    )
    op.create_index("ix_blocked_steps_at", "blocked_steps", ["at"])
    op.create_index("ix_blocked_steps_bottleneck", "blocked_steps", ["bottleneck"])
    op.create_table(
        "process_cards",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("bottleneck", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("step", sa.Enum(*STEPS, name="step", **CHECKED), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "being_mended", "mended", "declined", name="state", **CHECKED),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("declined_because", sa.Text(), nullable=False),
        sa.Column("announced_as", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_cards")),
    )
    op.create_index("ix_process_cards_bottleneck", "process_cards", ["bottleneck"])
    op.create_index(
        "uq_process_cards_live",
        "process_cards",
        ["bottleneck"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    with op.batch_alter_table("questions") as questions:
        questions.add_column(sa.Column("overruled_from", sa.String(), nullable=True))
    _deliver(TOLD, (*TOLD, "process_card", "process_update"))


def downgrade() -> None:
    op.execute("DELETE FROM deliveries WHERE kind IN ('process_card', 'process_update')")
    _deliver((*TOLD, "process_card", "process_update"), TOLD)
    with op.batch_alter_table("questions") as questions:
        questions.drop_column("overruled_from")
    op.drop_table("process_cards")  # and its indexes with it
    op.drop_table("blocked_steps")


def _deliver(before: Sequence[str], after: Sequence[str]) -> None:
    """The outbox takes other kinds of message: the CHECK is made anew."""
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column(
            "kind",
            existing_type=sa.Enum(*before, name="kind", **CHECKED),
            type_=sa.Enum(*after, name="kind", **CHECKED),
            existing_nullable=False,
        )
