"""Forgetting a person: searched for in the very bytes of the file, and in every column of the server."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg

from bot.domain import (
    Candidate,
    DeliveryKind,
    EscalationState,
    Helpfulness,
    ItemId,
    PersonId,
    State,
    Verdict,
    Visibility,
    Wording,
)
from bot.store import records
from bot.store.database import Database, connect
from tests.store.examples import (
    BRIEF,
    MAYA,
    MINUTE,
    NOON,
    OWNER,
    TOMAS,
    answer,
    answered,
    curated,
    escalated,
    opened,
    place,
    question,
)

DAY = timedelta(days=1)
SECRET = "zanzibar"


def _everything(url: str) -> bytes:
    """All that a thief of the database would have: the files as they are, or every row as text."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [connection.execute(f"SELECT t::text FROM {name} t").fetchall() for (name,) in tables]
    return repr(rows).encode()


def _talked_about(database: Database, person: str) -> None:
    """Questions of this person in every state, whose words and places are all over the database."""
    with database.transaction() as session:
        for n in range(40):
            text = f"{SECRET} number {n} " + SECRET * (n * 7 % 50)
            where = replace(place(f"{n}.5", visibility=Visibility.DIRECT), channel=f"D{SECRET}")
            mine = replace(question(f"{SECRET}:{n}", text, PersonId(person), NOON + n * MINUTE, where))
            id = opened(session, mine)
            given = answer(id, quote=f"about {SECRET}")
            records.record_answer(session, replace(given, wording=Wording(f"You said {SECRET}.")), NOON)
            opened(session, question(f"other:{n}", "Someone else's.", TOMAS, NOON, place(f"{n}.7")))
            if n % 4 == 0:
                records.record_feedback(session, id, mine.asker, Helpfulness.HELPFUL, NOON)
            if n % 4 == 1:
                reason = f"{SECRET} is not in the library"
                case = records.open_escalation(session, id, reason, NOON, shared_text=text, withheld=False)
                if n % 8 == 1:
                    kept = replace(curated(question=f"A good wording {n}"), variants=(text, "A variant"))
                    saved = records.save_answer(session, kept, NOON, OWNER, from_escalation=case.id)
                    records.decide_escalation(
                        session, case.id, state=EscalationState.ANSWERED, by=OWNER, at=NOON, answer_id=saved.id
                    )


def test_no_word_of_an_erased_person_is_left_anywhere(database: Database, database_url: str) -> None:
    person = PersonId("U0FORGETME")
    _talked_about(database, person)
    assert SECRET.encode() in _everything(database_url)
    assert person.encode() in _everything(database_url)
    with database.transaction() as session:
        assert records.erase_person(session, person, NOON + DAY) == 40
    database.forget_deleted()
    left = _everything(database_url)
    assert SECRET.encode() not in left
    assert person.encode() not in left
    assert b"Someone else" in left
    with database.transaction() as session:
        assert records.erase_person(session, person, NOON + DAY) == 0


def test_what_counts_stays_when_a_person_is_forgotten(database: Database) -> None:
    with database.transaction() as session:
        helped = answered(session, press=Helpfulness.HELPFUL)
        case = escalated(session, question("b", "second", at=NOON + MINUTE, where=place("2.0")))
        other = answered(session, question("c", "third", TOMAS, NOON + 2 * MINUTE, place("3.0")))
        records.record_feedback(session, other, MAYA, Helpfulness.HELPFUL, NOON)
        assert records.erase_person(session, MAYA, NOON + DAY) == 2
    with database.reading() as session:
        kept = {a.id: a for a in records.questions_between(session, NOON, NOON + DAY)}
        events = list(records.events_between(session, NOON, NOON + 2 * DAY))
        assert records.confirmed(session) == ()
        assert records.questions_of(session, MAYA, 9) == ()
        assert records.open_escalations(session) == ()
        assert records.escalation(session, case.id).state is EscalationState.DISMISSED
    assert len(kept) == 3
    gone = kept[helped]
    assert (gone.question.text, gone.question.asker, gone.question.place) == ("", records.ERASED, None)
    assert gone.question.source_key == f"erased:{helped}"
    assert gone.question.teams == ("marketing",)
    assert gone.state is State.CONFIRMED
    assert gone.answer and (gone.answer.verdict, gone.answer.recommended) == (Verdict.ANSWERED, BRIEF)
    assert MAYA not in {event.who for event in events}
    assert kept[other].question.text == "third"


def test_nothing_more_is_told_about_an_erased_question_but_the_card_is_corrected(database: Database) -> None:
    with database.transaction() as session:
        case = escalated(session)
        card = records.delivery_of(session, DeliveryKind.CARD, case.id)
        assert card
        records.begin_attempt(session, card.id)
        records.mark_delivered(session, card.id, "C9:1.0", NOON)
        records.mark_announced(session, case.id, "C9:1.0")
        records.decide_escalation(
            session, case.id, state=EscalationState.POINTED, by=OWNER, at=NOON, answer_id=ItemId("tool:x")
        )
        update = records.delivery_of(session, DeliveryKind.CARD_UPDATE, case.id)
        assert update
        records.mark_delivered(session, update.id, "C9:1.0", NOON)
        records.erase_person(session, MAYA, NOON + DAY)
        due = records.due_deliveries(session, NOON + DAY, 9, NOON + 2 * DAY)
        assert [(d.kind, d.about, d.attempts) for d in due] == [(DeliveryKind.CARD_UPDATE, case.id, 0)]
        assert records.asked(session, case.question_id).question.text == ""


def test_a_curated_answer_keeps_the_owners_words_but_not_the_askers_sentence(database: Database) -> None:
    mine = "Who books the photographer?"
    with database.transaction() as session:
        answered(session, question(text=mine))
        first = replace(curated(question="who books the PHOTOGRAPHER"), variants=("Photos at events?", mine))
        kept = records.save_answer(session, first, NOON, OWNER)
        records.erase_person(session, MAYA, NOON + DAY)
        (left,) = records.curated_answers(session)
    assert left == replace(kept, question="Photos at events?", variants=())


def test_an_answer_stays_findable_and_others_are_not_shown_the_erased_words(database: Database) -> None:
    mine = "Who takes pictures of the Quillon merger?"
    with database.transaction() as session:
        answered(session, question(text=mine))
        kept = records.save_answer(session, curated("Ask Priya. She knows.", question=mine), NOON, OWNER)
        assert "quillon" not in kept.id
        other = opened(session, question("b", "pictures?", TOMAS, where=place("2.0")))
        named = replace(
            answer(other, recommended=kept.id),
            wording=Wording("I don't know this yet.", f"The nearest was the answer to “{mine}”."),
            candidates=(Candidate(kept.id, mine, 0.5),),
        )
        records.record_answer(session, named, NOON)
        case = records.open_escalation(
            session, other, f"The nearest is “{mine}”.", NOON, shared_text="x", withheld=False
        )
        records.erase_person(session, MAYA, NOON + DAY)
        session.flush()
        (left,) = records.curated_answers(session)
        assert left.question == "photographer?"  # another wording that the owner had listed
        told = records.asked(session, other).answer
        assert told and mine not in str(told) and told.candidates[0].title == "photographer?"
        assert records.escalation(session, case.id).reason == "The nearest is “photographer?”."


def test_an_answer_without_other_wordings_is_named_by_its_own_words(database: Database) -> None:
    mine = "Who takes pictures of the Quillon merger?"
    with database.transaction() as session:
        answered(session, question(text=mine))
        alone = replace(curated("Ask Priya. She knows.", question=mine), variants=())
        records.save_answer(session, alone, NOON, OWNER)
        records.erase_person(session, MAYA, NOON + DAY)
        (left,) = records.curated_answers(session)
        assert left.question == "Ask Priya."
        assert records.erasures(session) == 1


def test_a_reader_of_the_file_keeps_words_in_its_log_and_that_is_said(sqlite_database: Database) -> None:
    sqlite_database = connect(str(sqlite_database.engine.url), patience=0.3)
    with sqlite_database.transaction() as session:
        answered(session)
    with closing(sqlite3.connect(str(sqlite_database.engine.url.database))) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM questions").fetchone()
        with sqlite_database.transaction() as session:
            records.erase_person(session, MAYA, NOON + DAY)
        assert sqlite_database.forget_deleted() is False
    assert sqlite_database.forget_deleted() is True
