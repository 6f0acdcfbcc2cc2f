"""Taking a question back, and forgetting a person."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Text, delete, type_coerce, update
from sqlmodel import Session, col, select

from bot.domain import ERASED, Answer, DeliveryKind, PersonId, QuestionId, Wording
from bot.reasoning.wording import first_sentence
from bot.store.asked import locked, text_key
from bot.store.deliveries import drop_pending
from bot.store.escalations import TAKEN_BACK, forget_words, take_back
from bot.store.events import count_erasure, knowledge_changed, note
from bot.store.mending import forget_blocked_step
from bot.store.tables import AnswerRow, BasisRow, DeliveryRow, EscalationRow, EventRow, FeedbackRow, QuestionRow


def withdraw_question(session: Session, question_id: QuestionId, at: datetime) -> None:
    """Its asker takes a question back: nothing more is told of it and it teaches nothing. Raises NotFound."""
    row = locked(session, question_id)
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = at
    drop_pending(session, DeliveryKind.ANSWER, row.id, TAKEN_BACK, at)
    take_back(session, row.id, PersonId(row.asker), at)
    forget_blocked_step(session, row.id, wholly=True)
    note(session, at, row.asker, "question.withdrawn", row.id)
    knowledge_changed(session)


def erase_person(session: Session, person: PersonId, at: datetime) -> int:
    """Deletes one person's questions and returns how many there were: every word, and who and where it was.

    What is left counts (when, verdict, teams) under the name "erased". Curated answers are the owner's and
    stay, without wordings that are this person's. Call `Database.forget_deleted` after the commit.
    """
    own = select(QuestionRow).where(QuestionRow.asker == person).order_by(col(QuestionRow.id)).with_for_update()
    rows = session.exec(own.execution_options(populate_existing=True)).all()
    wordings = {key for row in rows for key in (row.text_key, text_key(row.text)) if key}
    for row in rows:
        take_back(session, row.id, ERASED, at)
        forget_words(session, row.id)
        forget_blocked_step(session, row.id, wholly=False)
        drop_pending(session, DeliveryKind.ANSWER, row.id, TAKEN_BACK, at)
        _wipe(row, at)
    session.flush()
    _wipe_traces(session, person, [row.id for row in rows])
    _wipe_wordings(session, wordings)
    note(session, at, ERASED, "person.erased", "", {"questions": len(rows)})
    count_erasure(session)
    knowledge_changed(session)
    return len(rows)


def _wipe(row: QuestionRow, at: datetime) -> None:
    row.text, row.text_key = "", None
    row.asker, row.source_key = ERASED, f"erased:{row.id}"
    row.workspace = row.channel = row.visibility = None
    row.message_ts = row.thread_ts = row.response_url = row.thread_key = None
    row.answer = _without_words(row.answer) if row.answer else None
    row.erased_at = at


def _without_words(answer: Answer) -> Answer:
    return replace(
        answer,
        wording=Wording(headline=""),
        blocking_step="",
        candidates=tuple(replace(candidate, passages=()) for candidate in answer.candidates),
        evidence=tuple(replace(evidence, quote="") for evidence in answer.evidence),
    )


def _wipe_traces(session: Session, person: PersonId, questions: Collection[str]) -> None:
    """The person's name, and where the messages about their questions stand."""
    presses = col(FeedbackRow.person) == person
    # What an answer stood on would tell what was asked.
    session.exec(delete(BasisRow).where(col(BasisRow.question_id).in_(questions)))
    for id in questions:  # the press stays and counts; who pressed does not
        session.exec(update(FeedbackRow).where(presses, col(FeedbackRow.question_id) == id).values(person=ERASED))
        told = select(EscalationRow.id).where(EscalationRow.question_id == id)
        about = update(DeliveryRow).where(
            col(DeliveryRow.about).in_([id, *session.exec(told)]),
            col(DeliveryRow.kind).in_([DeliveryKind.ANSWER, DeliveryKind.OUTCOME]),
            col(DeliveryRow.delivered_as).is_not(None),
        )
        session.exec(about.values(delivered_as=ERASED))
    session.exec(delete(FeedbackRow).where(presses))
    session.exec(update(EventRow).where(col(EventRow.who) == person).values(who=ERASED))


def _wipe_wordings(session: Session, wordings: Collection[str]) -> None:
    """An owner may have taken over the asker's own sentence as a wording of the question."""
    for row in session.exec(select(AnswerRow)):
        row.variants = tuple(variant for variant in row.variants if text_key(variant) not in wordings)
        if text_key(row.question) in wordings:
            gone = row.question
            row.question, row.variants = (row.variants or (first_sentence(row.text),))[0], row.variants[1:]
            _retitle(session, row.id, gone, row.question)


def _retitle(session: Session, answer: str, gone: str, instead: str) -> None:
    """Where the answer was named by a wording that goes, in what others were told and in the owner's reasons."""
    told = select(QuestionRow).where(type_coerce(QuestionRow.answer, Text).contains(answer, autoescape=True))
    for question in session.exec(told):
        if question.answer:
            question.answer = _renamed(question.answer, gone, instead)
    reasons = select(EscalationRow).where(col(EscalationRow.reason).contains(gone, autoescape=True))
    for escalation in session.exec(reasons):
        escalation.reason = escalation.reason.replace(gone, instead)


def _renamed(answer: Answer, gone: str, instead: str) -> Answer:
    def said(text: str) -> str:
        return text.replace(gone, instead)

    words = answer.wording
    return replace(
        answer,
        wording=Wording(
            headline=said(words.headline),
            why=said(words.why),
            start=tuple(map(said, words.start)),
            watch_out=tuple(map(said, words.watch_out)),
            options=tuple(map(said, words.options)),
            ask=said(words.ask),
            said=tuple(map(said, words.said)),
        ),
        candidates=tuple(replace(one, title=said(one.title)) for one in answer.candidates),
        evidence=tuple(replace(one, title=said(one.title), quote=said(one.quote)) for one in answer.evidence),
    )
