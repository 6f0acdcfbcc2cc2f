"""What answers stood on: written with the answer, never changed when the library is."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.domain import Basis, ItemId, QuestionId
from bot.store.events import BATCH
from bot.store.tables import BasisRow, QuestionRow


def keep_basis(session: Session, question_id: QuestionId, basis: tuple[Basis, ...]) -> None:
    """Each thing once, in the order of the answer."""
    for number, one in enumerate(dict.fromkeys(basis)):
        session.add(
            BasisRow(
                question_id=question_id, number=number, kind=one.kind, ref=one.ref, version=one.version, text=one.text
            )
        )


def basis_of(session: Session, question_id: QuestionId) -> tuple[Basis, ...]:
    """What the answer to this question stood on, as it was then; nothing where nothing was kept."""
    rows = select(BasisRow).where(BasisRow.question_id == question_id).order_by(col(BasisRow.number))
    return tuple(Basis(row.kind, row.ref, row.version, row.text) for row in session.exec(rows))


def stood_on(session: Session, ref: str) -> tuple[tuple[QuestionId, str], ...]:
    """The questions whose answer stood on this edge, rule, note or passage, each with the version it saw."""
    rows = select(BasisRow.question_id, BasisRow.version).where(BasisRow.ref == ref).order_by(col(BasisRow.question_id))
    return tuple((QuestionId(question_id), version) for question_id, version in session.exec(rows))


def tools_stood_on(session: Session, start: datetime, end: datetime) -> dict[ItemId, int]:
    """How many answers to questions asked from `start` on and before `end` stood on each tool."""
    asked = col(QuestionRow.asked_at)
    statement = (
        select(BasisRow.question_id, BasisRow.ref)
        .join(QuestionRow, col(QuestionRow.id) == BasisRow.question_id)
        .where(asked >= start, asked < end, col(BasisRow.ref).startswith("tool:"))
        .distinct()
    )
    # An edge is "tool:a->tool:b/native": it says something of both.
    seen = {
        (question, tool)
        for question, ref in session.exec(statement)
        for tool in (end.partition("/")[0] for end in ref.split("->"))
    }
    return Counter(ItemId(tool) for _, tool in seen)


def export_bases(session: Session) -> Iterator[dict[str, Any]]:
    """bases.jsonl, by question; without the words, which are the library's."""
    ordered = select(BasisRow).order_by(col(BasisRow.question_id), col(BasisRow.number))
    for row in session.exec(ordered, execution_options={"yield_per": BATCH}):
        yield {"question_id": row.question_id, "kind": row.kind.value, "ref": row.ref, "version": row.version}
