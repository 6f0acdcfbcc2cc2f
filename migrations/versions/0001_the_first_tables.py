"""The first tables

Revision ID: 0001
Revises: nothing
Create Date: 2026-11-23 23:08:50.121409
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}  # VARCHAR and a CHECK
PENDING = sa.text("delivered_at IS NULL AND gave_up = ''")
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_counters_value")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("answer", "card", "outcome", "card_update", name="kind", **CHECKED),
            nullable=False,
        ),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_as", sa.String(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gave_up", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_about", "deliveries", ["about"])
    op.create_index(
        "ix_deliveries_pending", "deliveries", ["created_at"], sqlite_where=PENDING, postgresql_where=PENDING
    )
    op.create_index("uq_deliveries_kind_about", "deliveries", ["kind", "about"], unique=True)

    op.create_table(
        "events",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_events")),
    )
    op.create_index("ix_events_about", "events", ["about"])
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_who", "events", ["who"])

    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("door", sa.Enum("slack", "terminal", "web", "mcp", name="door", **CHECKED), nullable=False),
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.String(), nullable=True),
        sa.Column("teams", sa.Text(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("visibility", sa.Enum("public", "private", "direct", name="visibility", **CHECKED), nullable=True),
        sa.Column("message_ts", sa.String(), nullable=True),
        sa.Column("thread_ts", sa.String(), nullable=True),
        sa.Column("response_url", sa.String(), nullable=True),
        sa.Column("thread_key", sa.String(), nullable=True),
        sa.Column("follows", sa.String(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum("answered", "tentative", "unresolved", "out_of_scope", name="verdict", **CHECKED),
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "which",
                "compatibility",
                "permission",
                "process",
                "mixed",
                "howto",
                "other",
                name="kind",
                **CHECKED,
            ),
            nullable=True,
        ),
        sa.Column("recommended", sa.String(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["follows"], ["questions.id"], name=op.f("fk_questions_follows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("source_key", name=op.f("uq_questions_source_key")),
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at"])
    op.create_index("ix_questions_asker_asked_at", "questions", ["asker", "asked_at"])
    op.create_index("ix_questions_asker_text_key_asked_at", "questions", ["asker", "text_key", "asked_at"])
    op.create_index("ix_questions_thread_key_asked_at", "questions", ["thread_key", "asked_at"])

    op.create_table(
        "escalations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("withheld", "open", "answered", "pointed", "dismissed", name="state", **CHECKED),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("shared_text", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("answer_id", sa.String(), nullable=True),
        sa.Column("dismissed_because", sa.Text(), nullable=False),
        sa.Column("announced_as", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_escalations_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint("question_id", name=op.f("uq_escalations_question_id")),
    )
    op.create_index("ix_escalations_answer_id", "escalations", ["answer_id"])
    op.create_index("ix_escalations_open", "escalations", ["opened_at"], sqlite_where=OPEN, postgresql_where=OPEN)

    op.create_table(
        "feedback",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("value", sa.Enum("helpful", "not_helpful", name="value", **CHECKED), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_feedback_question_id")),
        sa.PrimaryKeyConstraint("question_id", "person", name=op.f("pk_feedback")),
    )
    op.create_index("ix_feedback_person", "feedback", ["person"])

    op.create_table(
        "answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("variants", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("reviewed", sa.Date(), nullable=True),
        sa.Column("review_every_days", sa.Integer(), nullable=True),
        sa.Column("from_escalation", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_escalation"], ["escalations.id"], name=op.f("fk_answers_from_escalation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_from_escalation", "answers", ["from_escalation"])


def downgrade() -> None:
    for table in (
        "answers",
        "feedback",
        "escalations",
        "questions",
        "leases",
        "events",
        "deliveries",
        "counters",
    ):
        op.drop_table(table)  # and its indexes with it
