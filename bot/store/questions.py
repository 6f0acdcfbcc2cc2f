"""Questions, their answers and the askers' feedback."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import or_
from sqlmodel import Session, col, select

from bot.domain import (
    Answer,
    AskedQuestion,
    Candidate,
    DeliveryKind,
    Fact,
    PassageKind,
    PersonId,
    Place,
    Question,
    QuestionId,
    Verdict,
    Visibility,
)
from bot.errors import AlreadyAsked, NotFound
from bot.store.asked import answer_of, asked_question, asked_rows, locked, text_key
from bot.store.bases import keep_basis
from bot.store.deliveries import owe
from bot.store.events import BATCH, BOT, note
from bot.store.inserting import add_if_free
from bot.store.tables import DeliveryRow, EscalationRow, QuestionRow


def open_question(session: Session, question: Question, *, claimed_until: datetime) -> QuestionId:
    """Takes a question; if it came from a place its answer is owed there, a delivery claimed by the caller.

    Raises AlreadyAsked if its source key was taken before; the caller's transaction stays usable.
    """
    row = _row_of(question)
    row.follows = _opener(session, row)
    if not add_if_free(session, row, "source_key"):
        raise AlreadyAsked(_by_source(session, question.source_key))
    if question.place is not None:
        owe(session, DeliveryKind.ANSWER, row.id, question.asked_at, claimed_until=claimed_until)
    note(session, question.asked_at, question.asker, "question.asked", row.id, _facts_of_asking(session, row))
    return QuestionId(row.id)


def _facts_of_asking(session: Session, row: QuestionRow) -> dict[str, Fact]:
    """What the reports need, as it is now: people change teams, and words are erased."""
    same = (
        select(QuestionRow.id)
        .where(QuestionRow.asker == row.asker, QuestionRow.text_key == row.text_key, QuestionRow.id != row.id)
        .order_by(col(QuestionRow.asked_at), col(QuestionRow.id))
    )
    again = session.exec(same.limit(1)).first()
    return {"door": row.door.value, "teams": row.teams, "follows": row.follows, "same_words_as": again}


def _row_of(question: Question) -> QuestionRow:
    return QuestionRow(
        id=uuid4().hex,
        source_key=question.source_key,
        door=question.door,
        asker=question.asker,
        asked_at=question.asked_at,
        text=question.text,
        text_key=text_key(question.text),
        teams=tuple(question.teams),
        **_columns_of(question.place),
    )


def _columns_of(place: Place | None) -> dict[str, Any]:
    return {**asdict(place), "thread_key": place.thread_key} if place else {}


def _opener(session: Session, row: QuestionRow) -> str | None:
    """The question that this one follows: the asker's own first in the thread, small talk apart.

    Somebody else's question in the same thread is another need, and counts for itself.
    """
    if row.thread_key is None:
        return None
    first = (
        select(QuestionRow.id)
        .where(
            QuestionRow.thread_key == row.thread_key,
            QuestionRow.asker == row.asker,
            col(QuestionRow.follows).is_(None),
            _not_small_talk(),
        )
        .order_by(col(QuestionRow.asked_at), col(QuestionRow.id))
    )
    return session.exec(first.limit(1)).first()


def _by_source(session: Session, source_key: str) -> str:
    return session.exec(select(QuestionRow.id).where(QuestionRow.source_key == source_key)).one()


def _not_small_talk() -> Any:
    return or_(col(QuestionRow.verdict).is_(None), col(QuestionRow.verdict) != Verdict.OUT_OF_SCOPE)


# ---------------------------------------------------------------- reading


def asked(session: Session, question_id: QuestionId) -> AskedQuestion:
    """The question with its thread's earlier ones; if it was erased, without words. Raises NotFound."""
    return _the_one(session, col(QuestionRow.id) == question_id)


def asked_by_source(session: Session, source_key: str) -> AskedQuestion:
    """The question that came as this message. Raises NotFound."""
    return _the_one(session, col(QuestionRow.source_key) == source_key)


def _the_one(session: Session, which: Any) -> AskedQuestion:
    row = session.exec(asked_rows().where(which)).first()
    if row is None:
        raise NotFound("There is no such question (any more).")
    found = asked_question(*row)
    place = found.question.place
    if place is None or place.thread_key is None:
        return found
    earlier = earlier_in_thread(session, place.thread_key, found.question.asked_at)
    return replace(found, question=replace(found.question, earlier=earlier))


def earlier_in_thread(session: Session, thread_key: str, before: datetime) -> tuple[str, ...]:
    """The texts of a thread's questions before that time, oldest first."""
    texts = (
        select(QuestionRow.text)
        .where(
            QuestionRow.thread_key == thread_key,
            col(QuestionRow.asked_at) < before,
            col(QuestionRow.withdrawn_at).is_(None),
        )
        .order_by(col(QuestionRow.asked_at), col(QuestionRow.id))
    )
    return tuple(session.exec(texts))


def earlier_answers(session: Session, asked: AskedQuestion, limit: int = 2) -> tuple[Answer, ...]:
    """The last answers that were given in its thread before this question, oldest first."""
    place = asked.question.place
    if place is None or place.thread_key is None:
        return ()
    found = (
        select(QuestionRow)
        .where(
            QuestionRow.thread_key == place.thread_key,
            col(QuestionRow.asked_at) < asked.question.asked_at,
            col(QuestionRow.withdrawn_at).is_(None),
            col(QuestionRow.verdict).in_([Verdict.ANSWERED, Verdict.TENTATIVE]),
        )
        .order_by(col(QuestionRow.asked_at).desc(), col(QuestionRow.id))
        .limit(limit)
    )
    return tuple(row.answer for row in session.exec(found) if row.answer)[::-1]


def thread_asker(session: Session, thread_key: str) -> PersonId | None:
    """Who asked first in a thread; None where the bot was never asked."""
    first = select(QuestionRow.asker).where(QuestionRow.thread_key == thread_key)
    asker = session.exec(first.order_by(col(QuestionRow.asked_at), col(QuestionRow.id)).limit(1)).first()
    return PersonId(asker) if asker else None


def questions_of(session: Session, person: PersonId, limit: int) -> tuple[AskedQuestion, ...]:
    """A person's questions, newest first; follow-ups and small talk left out."""
    return _newest(session, limit, col(QuestionRow.asker) == person)


def recent(session: Session, limit: int) -> tuple[AskedQuestion, ...]:
    """Everybody's questions, newest first; follow-ups, small talk and what was erased left out."""
    return _newest(session, limit, col(QuestionRow.erased_at).is_(None))


def _newest(session: Session, limit: int, which: Any) -> tuple[AskedQuestion, ...]:
    statement = asked_rows().where(which, col(QuestionRow.follows).is_(None), _not_small_talk())
    newest = statement.order_by(col(QuestionRow.asked_at).desc(), col(QuestionRow.id)).limit(limit)
    return tuple(asked_question(*row) for row in session.exec(newest))


def questions_between(session: Session, start: datetime, end: datetime) -> Iterator[AskedQuestion]:
    """Every question asked from `start` on and before `end`, oldest first, read in batches.

    Follow-ups, small talk and erased questions (without words, asked by "erased") are among them.
    """
    period = asked_rows().where(col(QuestionRow.asked_at) >= start, col(QuestionRow.asked_at) < end)
    ordered = period.order_by(col(QuestionRow.asked_at), col(QuestionRow.id))
    for row in session.exec(ordered, execution_options={"yield_per": BATCH}):
        yield asked_question(*row)


# ---------------------------------------------------------------- answering


def record_answer(session: Session, answer: Answer, at: datetime) -> Answer:
    """Keeps the answer, and returns the one that is kept: the first, if there was one already.

    Raises NotFound if the question was erased meanwhile.
    """
    row = locked(session, answer.question_id)
    if row.answer is None:
        row.answer = replace(answer, basis=(), candidates=tuple(map(_without_others_words, answer.candidates)))
        row.verdict, row.kind = answer.verdict, answer.kind
        row.recommended, row.confidence, row.answered_at = answer.recommended, answer.confidence, at
        keep_basis(session, answer.question_id, answer.basis)
        note(session, at, BOT, "answer.given", row.id, _facts(answer))
    escalation = select(EscalationRow.id).where(EscalationRow.question_id == row.id)
    return answer_of(row, session.exec(escalation).first()) or answer


def reword_answer(session: Session, answer: Answer) -> Answer:
    """Keeps other words for an answer that is kept; returns it as it is now. Raises NotFound if it was erased."""
    row = locked(session, answer.question_id)
    if row.answer is not None and row.answer.wording != answer.wording:
        row.answer = replace(row.answer, wording=answer.wording)
    escalation = select(EscalationRow.id).where(EscalationRow.question_id == row.id)
    return answer_of(row, session.exec(escalation).first()) or answer


def _without_others_words(candidate: Candidate) -> Candidate:
    """A past question that spoke for a candidate belongs to who asked it, and is kept in one place only."""
    kept = tuple(p for p in candidate.passages if p.kind is not PassageKind.CONFIRMED)
    return replace(candidate, passages=kept)


def _facts(answer: Answer) -> dict[str, Fact]:
    return {
        "verdict": answer.verdict.value,
        "kind": answer.kind.value,
        "recommended": answer.recommended,
        "confidence": answer.confidence,
        "elapsed_ms": answer.elapsed_ms,
        "nearest": answer.candidates[0].id if answer.candidates else None,
        "sources": tuple(dict.fromkeys(evidence.id for evidence in answer.evidence)),
        "overdue_sources": sum(evidence.overdue_days > 0 for evidence in answer.evidence),
    }


def question_told_as(session: Session, where: str) -> QuestionId:
    """Whose answer, or whose card at the owner's, is the message `where` ("channel:ts"). Raises NotFound."""
    answer = select(DeliveryRow.about).where(DeliveryRow.delivered_as == where, DeliveryRow.kind == DeliveryKind.ANSWER)
    card = select(EscalationRow.question_id).where(EscalationRow.announced_as == where)
    found = session.exec(answer).first() or session.exec(card).first()
    if found is None:
        raise NotFound("That is no answer of mine, nor a card: choose the message in which I answered.")
    return QuestionId(found)


class Words(NamedTuple):
    """What was said about a question; empty where nothing was, or where it was erased."""

    text: str
    shared: str  # what the owner may read: all of it where everybody could, else what the asker shared
    dismissed_because: str


def words_of(session: Session, ids: Sequence[str]) -> dict[str, Words]:
    """The words of these questions by id. For grouping and for the owner: a leader sees none of them."""
    found = dict.fromkeys(ids, Words("", "", ""))
    for start in range(0, len(ids), BATCH):
        statement: Any = (
            select(QuestionRow.id, QuestionRow.text, QuestionRow.visibility, EscalationRow.shared_text)
            .add_columns(col(EscalationRow.dismissed_because))
            .outerjoin(EscalationRow, col(EscalationRow.question_id) == QuestionRow.id)
            .where(col(QuestionRow.id).in_(ids[start : start + BATCH]))
        )
        for id, text, visibility, shared, because in session.exec(statement):
            public = text if visibility is Visibility.PUBLIC else ""
            found[id] = Words(text, shared or public, because or "")
    return found
