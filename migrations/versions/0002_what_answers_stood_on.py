"""What answers stood on

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-24 16:20:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}  # VARCHAR and a CHECK


def upgrade() -> None:
    op.create_table(
        "bases",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("edge", "rule", "note", "passage", name="kind", **CHECKED), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_bases_question_id")),
        sa.PrimaryKeyConstraint("question_id", "number", name=op.f("pk_bases")),
    )
    op.create_index("ix_bases_ref", "bases", ["ref"])
    with op.batch_alter_table("escalations") as escalations:
        escalations.add_column(sa.Column("topic", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("escalations") as escalations:
        escalations.alter_column("topic", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("escalations") as escalations:
        escalations.drop_column("topic")
    op.drop_table("bases")  # and its index with it
