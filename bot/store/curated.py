"""Curated answers that live in the database: what the owner wrote once, for everyone from then on."""

import re
import unicodedata
from datetime import datetime, timedelta
from itertools import count

from sqlmodel import Session, col, select

from bot.domain import CuratedAnswer, EscalationId, ItemId, PersonId, Review
from bot.errors import NotFound
from bot.reasoning.wording import first_sentence
from bot.store.escalations import lock_escalation
from bot.store.events import knowledge_changed, note
from bot.store.inserting import add_if_free
from bot.store.tables import AnswerRow

_SLUG_LENGTH = 60


def save_answer(
    session: Session,
    answer: CuratedAnswer,
    at: datetime,
    by: PersonId,
    from_escalation: EscalationId | None = None,
) -> CuratedAnswer:
    """Keeps a new answer (empty id) under an id of its own, or changes the one with this id.

    Changing a retired answer brings it back. Raises NotFound for an id or an escalation that is none.
    """
    if from_escalation is not None:
        lock_escalation(session, from_escalation)
    if answer.id:
        row = _locked(session, answer.id)
        row.version += 1
        row.retired_at = None
    else:
        row = _new_row(session, answer, at)
        row.from_escalation = from_escalation
    _fill(row, answer, at)
    note(session, at, by, "answer.saved", row.id, {"version": row.version, "escalation": from_escalation})
    knowledge_changed(session)
    return _curated(row)


def curated_answers(session: Session) -> tuple[CuratedAnswer, ...]:
    """All that are not retired, by id."""
    kept = select(AnswerRow).where(col(AnswerRow.retired_at).is_(None)).order_by(col(AnswerRow.id))
    return tuple(_curated(row) for row in session.exec(kept))


def curated_answer(session: Session, id: ItemId) -> CuratedAnswer:
    """Raises NotFound for one that was retired or never was."""
    row = session.get(AnswerRow, id)
    if row is None or row.retired_at is not None:
        raise NotFound("There is no such answer (any more).")
    return _curated(row)


def retire_answer(session: Session, id: ItemId, at: datetime, by: PersonId) -> None:
    """Takes an answer out of use; it stays on record. Raises NotFound."""
    row = _locked(session, id)
    if row.retired_at is None:
        row.retired_at = at
        note(session, at, by, "answer.retired", row.id)
        knowledge_changed(session)


def slug(text: str) -> str:
    """A short, readable name: `a-z0-9-`, whole words, at most 60 characters; "answer" if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    name = ""
    for word in words:
        if len(name) + 1 + len(word) > _SLUG_LENGTH:
            break
        name = f"{name}-{word}" if name else word
    return name or (words[0][:_SLUG_LENGTH] if words else "answer")


def _new_row(session: Session, answer: CuratedAnswer, at: datetime) -> AnswerRow:
    # After the owner's words: the question is often the asker's own, and an id stays when they are forgotten.
    name = f"answer:{slug(first_sentence(answer.text))}"
    taken = set(session.exec(select(AnswerRow.id).where(col(AnswerRow.id).startswith(name, autoescape=True))))
    for number in count(1):
        id = name if number == 1 else f"{name}-{number}"
        row = AnswerRow(id=id, question=answer.question, text=answer.text, owner=answer.owner, saved_at=at)
        if id not in taken and add_if_free(session, row, "id"):
            break
    return _locked(session, id)


def _fill(row: AnswerRow, answer: CuratedAnswer, at: datetime) -> None:
    row.question, row.text, row.owner = answer.question, answer.text, answer.owner
    row.variants, row.scope, row.sources = answer.variants, answer.scope, answer.sources
    row.reviewed, row.saved_at = answer.review.reviewed, at
    row.review_every_days = answer.review.every.days if answer.review.every else None


def _locked(session: Session, id: str) -> AnswerRow:
    row = session.get(AnswerRow, id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such answer (any more).")
    return row


def _curated(row: AnswerRow) -> CuratedAnswer:
    every = timedelta(days=row.review_every_days) if row.review_every_days else None
    return CuratedAnswer(
        id=ItemId(row.id),
        question=row.question,
        text=row.text,
        owner=row.owner,
        variants=row.variants,
        scope=row.scope,
        review=Review(row.reviewed, every),
        sources=row.sources,
    )
