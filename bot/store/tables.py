"""The rows. Only this room knows them: what leaves it are the dataclasses of `bot.domain`."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, CheckConstraint, Enum, Index, Integer, MetaData, Text, TypeDecorator, text
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

from bot.domain import (
    Answer,
    BasisKind,
    CardState,
    DeliveryKind,
    Door,
    EscalationState,
    Fact,
    Helpfulness,
    Kind,
    StepKind,
    Verdict,
    Visibility,
)

Data = Mapping[str, Fact]
Words = tuple[str, ...]


class AsJson(TypeDecorator[Any]):
    """A value kept as JSON text and read back as the very type it was: frozen, so never changed in place."""

    impl = Text
    cache_ok = True

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy calls it so)
        return None if value is None else _adapter(self.of).dump_json(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 (SQLAlchemy calls it so)
        return None if value is None else _adapter(self.of).validate_json(value)


class AnyText(TypeDecorator[str]):
    """Text from outside: without the NUL and the half characters that a database refuses."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy calls it so)
        return None if value is None else value.replace("\0", "").encode("utf-8", "replace").decode()


@cache
def _adapter(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)


def one_of(values: type[StrEnum], name: str) -> Enum:
    """VARCHAR and a CHECK: PostgreSQL's own enum type outlives a downgrade and breaks the next upgrade."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


class Row(SQLModel):
    """Ours alone: other SQLModel tables in the process stay out of our migrations."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class QuestionRow(Row, table=True):
    __tablename__ = "questions"
    __table_args__ = (
        Index(None, "thread_key", "asked_at"),  # a conversation's turns
        Index(None, "asker", "asked_at"),  # somebody's Home
        Index(None, "asker", "text_key", "asked_at"),  # asked again?
        Index(None, "asked_at"),  # the reports
    )

    id: str = Field(primary_key=True)
    source_key: str = Field(unique=True)
    door: Door = Field(sa_type=one_of(Door, "door"))
    asker: str
    asked_at: datetime
    text: str = Field(sa_type=AnyText)
    text_key: str | None = None  # hash of the normalised text; None once erased
    teams: Words = Field(default=(), sa_type=AsJson(Words))
    workspace: str | None = None
    channel: str | None = None
    visibility: Visibility | None = Field(default=None, sa_type=one_of(Visibility, "visibility"))
    message_ts: str | None = None
    thread_ts: str | None = None
    response_url: str | None = None
    thread_key: str | None = None
    follows: str | None = Field(default=None, foreign_key="questions.id")
    answer: Answer | None = Field(default=None, sa_type=AsJson(Answer))
    # Beside the answer, so that counting need not unpack it.
    verdict: Verdict | None = Field(default=None, sa_type=one_of(Verdict, "verdict"))
    kind: Kind | None = Field(default=None, sa_type=one_of(Kind, "kind"))
    overruled_from: str | None = None  # the kind it was given first, where the owner has said another
    recommended: str | None = None
    confidence: float | None = None
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None
    erased_at: datetime | None = None


class FeedbackRow(Row, table=True):
    """A person's last press on a question."""

    __tablename__ = "feedback"

    question_id: str = Field(primary_key=True, foreign_key="questions.id")
    person: str = Field(primary_key=True, index=True)
    value: Helpfulness | None = Field(default=None, sa_type=one_of(Helpfulness, "value"))  # None: taken back
    at: datetime


class EscalationRow(Row, table=True):
    __tablename__ = "escalations"
    __table_args__ = (
        Index(
            "ix_escalations_open",
            "opened_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: str = Field(primary_key=True)
    question_id: str = Field(unique=True, foreign_key="questions.id")
    state: EscalationState = Field(sa_type=one_of(EscalationState, "state"))
    reason: str = Field(sa_type=AnyText)
    topic: str = Field(default="", sa_type=AnyText)  # what is to be decided; those alike wait for one decision
    shared_text: str = Field(default="", sa_type=AnyText)
    opened_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    answer_id: str | None = Field(default=None, index=True)  # no foreign key: answers also live in files
    dismissed_because: str = Field(default="", sa_type=AnyText)
    announced_as: str | None = None


class BasisRow(Row, table=True):
    """One thing an answer stood on, as it was then."""

    __tablename__ = "bases"

    question_id: str = Field(primary_key=True, foreign_key="questions.id")
    number: int = Field(primary_key=True)
    kind: BasisKind = Field(sa_type=one_of(BasisKind, "kind"))
    ref: str = Field(index=True)  # which answers stood on this?
    version: str
    text: str = Field(default="", sa_type=AnyText)


class BlockedStepRow(Row, table=True):
    """The step that holds an asker up: its sort, whose it is, and the vector of its words, never the words."""

    __tablename__ = "blocked_steps"

    question_id: str = Field(primary_key=True, foreign_key="questions.id")
    at: datetime = Field(index=True)
    kind: StepKind = Field(sa_type=one_of(StepKind, "kind"))
    team: str = ""  # empty where the words name none
    bottleneck: str = Field(index=True)  # the same for steps that are alike
    embedder: str = ""
    vector: bytes = b""  # float32, little-endian


class ProcessCardRow(Row, table=True):
    """A bottleneck that was brought before its owner."""

    __tablename__ = "process_cards"
    __table_args__ = (
        Index(
            "uq_process_cards_live",
            "bottleneck",
            unique=True,
            sqlite_where=text("state IN ('open', 'being_mended')"),
            postgresql_where=text("state IN ('open', 'being_mended')"),
        ),
        Index(None, "bottleneck"),
    )

    id: str = Field(primary_key=True)
    bottleneck: str
    team: str = ""
    step: StepKind = Field(sa_type=one_of(StepKind, "step"))
    state: CardState = Field(sa_type=one_of(CardState, "state"))
    opened_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    declined_because: str = Field(default="", sa_type=AnyText)
    announced_as: str | None = None


class AnswerRow(Row, table=True):
    """A curated answer."""

    __tablename__ = "answers"

    id: str = Field(primary_key=True)
    question: str = Field(sa_type=AnyText)
    text: str = Field(sa_type=AnyText)
    owner: str
    variants: Words = Field(default=(), sa_type=AsJson(Words))
    scope: Words = Field(default=(), sa_type=AsJson(Words))
    sources: Words = Field(default=(), sa_type=AsJson(Words))
    reviewed: date | None = None
    review_every_days: int | None = None
    from_escalation: str | None = Field(default=None, foreign_key="escalations.id", index=True)
    version: int = 1  # goes up with every change
    saved_at: datetime
    retired_at: datetime | None = None


class DeliveryRow(Row, table=True):
    """The outbox: a message owed."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "ix_deliveries_pending",
            "created_at",
            sqlite_where=text("delivered_at IS NULL AND gave_up = ''"),
            postgresql_where=text("delivered_at IS NULL AND gave_up = ''"),
        ),
        Index("uq_deliveries_kind_about", "kind", "about", unique=True),
        Index(None, "about"),
    )

    id: str = Field(primary_key=True)
    kind: DeliveryKind = Field(sa_type=one_of(DeliveryKind, "kind"))
    about: str
    created_at: datetime
    attempts: int = 0
    not_before: datetime | None = None
    claimed_until: datetime | None = None
    delivered_as: str | None = None
    delivered_at: datetime | None = None
    gave_up: str = Field(default="", sa_type=AnyText)


class EventRow(Row, table=True):
    """Numbered in the order of writing; never changed but for `who`, when somebody is forgotten."""

    __tablename__ = "events"

    number: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    at: datetime = Field(index=True)
    who: str = Field(index=True)
    what: str
    about: str = Field(index=True)
    data: Data = Field(default_factory=dict, sa_type=AsJson(dict[str, Fact]))


class LeaseRow(Row, table=True):
    """Who runs something that only one process may, and until when."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime


class CounterRow(Row, table=True):
    """A number that goes up. `knowledge`: whenever what the ranker learns from has changed."""

    __tablename__ = "counters"
    __table_args__ = (CheckConstraint("value >= 0", name="value"),)

    name: str = Field(primary_key=True)
    value: int = 0
