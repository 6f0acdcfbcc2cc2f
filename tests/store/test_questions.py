from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.domain import (
    Candidate,
    Confirmed,
    DeliveryKind,
    EscalationState,
    Helpfulness,
    ItemId,
    Kind,
    Passage,
    PassageKind,
    QuestionId,
    State,
    Verdict,
    Visibility,
)
from bot.errors import AlreadyAsked, NotFound
from bot.store import records
from bot.store.database import Database
from tests.store.examples import (
    BRIEF,
    MAYA,
    MINUTE,
    NOON,
    OWNER,
    TOMAS,
    answer,
    answered,
    escalated,
    opened,
    place,
    question,
)

DAY = timedelta(days=1)


def test_a_question_is_kept_as_it_came(database: Database) -> None:
    whole = replace(question(where=place(visibility=Visibility.PRIVATE)), text="Größe? „ja“ 🦒\n'; DROP TABLE x; --")
    with database.transaction() as session:
        id = opened(session, whole)
    with database.reading() as session:
        kept = records.asked(session, id)
        assert records.asked_by_source(session, whole.source_key) == kept
    assert kept.question == whole
    assert (kept.answer, kept.state, kept.feedback, kept.delivered_as) == (None, None, None, None)


def test_what_no_database_can_hold_is_left_out_of_a_text(database: Database) -> None:
    with database.transaction() as session:
        id = opened(session, question(text="a\0b\ud800c"))
    with database.reading() as session:
        assert records.asked(session, id).question.text == "ab?c"


def test_an_answer_is_read_back_as_it_was_recorded(database: Database) -> None:
    with database.transaction() as session:
        id = opened(session)
        given = answer(id)
        assert records.record_answer(session, given, NOON + MINUTE) == given
    with database.reading() as session:
        kept = records.asked(session, id)
    assert kept.answer == given
    assert (kept.state, kept.answered_at) == (State.UNRATED, NOON + MINUTE)


def test_a_second_answer_changes_nothing_and_is_told_the_first(database: Database) -> None:
    with database.transaction() as session:
        id = answered(session)
    with database.transaction() as session:
        second = replace(answer(id), verdict=Verdict.UNRESOLVED, kind=Kind.HOWTO, recommended=None)
        assert records.record_answer(session, second, NOON + DAY).verdict is Verdict.ANSWERED
        given = [e for e in records.events_between(session, NOON - DAY, NOON + 2 * DAY) if e.what == "answer.given"]
    assert len(given) == 1


def test_somebody_elses_question_is_not_kept_inside_an_answer(database: Database) -> None:
    theirs = Passage(BRIEF, PassageKind.CONFIRMED, "what do I do about my boss?")
    own = Passage(BRIEF, PassageKind.BODY, "Start here.")
    with database.transaction() as session:
        id = opened(session)
        given = replace(answer(id), candidates=(Candidate(BRIEF, "Campaign brief", 1.0, (theirs, own)),))
        kept = records.record_answer(session, given, NOON)
    assert kept.candidates[0].passages == (own,)


def test_times_come_back_as_the_same_moment_in_utc(database: Database) -> None:
    berlin = datetime(2026, 11, 23, 13, 30, 15, 123456, tzinfo=timezone(timedelta(hours=1)))
    with database.transaction() as session:
        id = opened(session, question(at=berlin))
    with database.reading() as session:
        kept = records.asked(session, id).question.asked_at
    assert kept == berlin
    assert kept.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="timezone"), database.transaction() as session:
        opened(session, question(at=datetime(2026, 11, 23)))


def test_every_verdict_and_kind_survives(database: Database) -> None:
    pairs = [(verdict, kind) for verdict in Verdict for kind in Kind]
    with database.transaction() as session:
        for n, (verdict, kind) in enumerate(pairs):
            id = opened(session, question(f"k{n}", at=NOON + n * MINUTE))
            records.record_answer(session, replace(answer(id), verdict=verdict, kind=kind), NOON)
    with database.reading() as session:
        kept = [a.answer for a in records.questions_between(session, NOON, NOON + DAY) if a.answer]
    assert [(a.verdict, a.kind) for a in kept] == pairs


def test_the_database_itself_refuses_a_word_that_is_no_verdict(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.connection().execute(text("UPDATE questions SET verdict = 'perhaps'"))


def test_a_redelivery_is_told_which_question_it_is_and_spoils_nothing(database: Database) -> None:
    with database.transaction() as session:
        first = opened(session)
    with database.transaction() as session:
        other = opened(session, question("T1:C1:2.0", where=place("2.0")))
        with pytest.raises(AlreadyAsked) as told:
            opened(session)
        another = opened(session, question("T1:C1:3.0", where=place("3.0")))
    assert told.value.question_id == first
    with database.reading() as session:
        assert {a.id for a in records.recent(session, 9)} == {first, other, another}


def test_taking_a_question_owes_its_answer(database: Database) -> None:
    with database.transaction() as session:
        id = records.open_question(session, question(), claimed_until=NOON + MINUTE)
    with database.reading() as session:
        owed = records.delivery_of(session, DeliveryKind.ANSWER, id)
        events = list(records.events_between(session, NOON, NOON + MINUTE))
    assert owed is not None
    assert (owed.claimed_until, owed.attempts, owed.created_at) == (NOON + MINUTE, 0, NOON)
    assert [(e.who, e.what, e.about) for e in events] == [(MAYA, "question.asked", id)]


def test_a_question_from_a_terminal_owes_no_message(database: Database) -> None:
    with database.transaction() as session:
        id = opened(session, replace(question(), place=None))
    with database.reading() as session:
        assert records.delivery_of(session, DeliveryKind.ANSWER, id) is None
        assert records.asked(session, id).question.place is None


def test_a_thread_knows_its_turns_and_who_began_it(database: Database) -> None:
    with database.transaction() as session:
        root = opened(session, question("a", "first?"))
        second = opened(session, question("b", "second?", at=NOON + MINUTE, where=place("2.0", "1.0")))
        theirs = opened(session, question("c", "mine?", TOMAS, NOON + 2 * MINUTE, place("3.0", "1.0")))
        elsewhere = opened(session, question("d", "else?", at=NOON + 3 * MINUTE, where=place("9.0")))
    with database.reading() as session:
        key = "T1:C1:1.0"
        assert records.earlier_in_thread(session, key, NOON + 2 * MINUTE) == ("first?", "second?")
        assert records.thread_asker(session, key) == MAYA
        assert records.thread_asker(session, "T1:C1:7.0") is None
        follows = {id: records.asked(session, id).follows for id in (root, second, theirs, elsewhere)}
        assert records.asked(session, theirs).question.earlier == ("first?", "second?")
        home = [a.id for a in records.questions_of(session, MAYA, 9)]
    # Another person's question in the thread is another need, not a follow-up.
    assert follows == {root: None, second: root, theirs: None, elsewhere: None}
    assert home == [elsewhere, root]


def test_small_talk_opens_no_question_and_is_in_nobodys_home(database: Database) -> None:
    with database.transaction() as session:
        answered(session, question("a", "hello!"), Verdict.OUT_OF_SCOPE, None)
        real = opened(session, question("b", "which?", at=NOON + MINUTE, where=place("2.0", "1.0")))
    with database.reading() as session:
        assert [a.id for a in records.questions_of(session, MAYA, 9)] == [real]
        assert [a.state for a in records.questions_between(session, NOON, NOON + DAY)] == [None, None]


def test_the_last_press_wins_whichever_arrives_first(database: Database) -> None:
    with database.transaction() as session:
        id = answered(session)
    presses = [(Helpfulness.HELPFUL, 1), (Helpfulness.NOT_HELPFUL, 3), (Helpfulness.HELPFUL, 2)]
    for value, minute in presses:
        with database.transaction() as session:
            records.record_feedback(session, id, MAYA, value, NOON + minute * MINUTE)
    with database.reading() as session:
        assert records.asked(session, id).feedback is Helpfulness.NOT_HELPFUL
        assert records.asked(session, id).state is State.FAILED
    with database.transaction() as session:
        records.record_feedback(session, id, MAYA, None, NOON + 4 * MINUTE)
        assert records.asked(session, id).state is State.UNRATED


def test_only_the_askers_own_press_counts(database: Database) -> None:
    with database.transaction() as session:
        id = answered(session)
        records.record_feedback(session, id, TOMAS, Helpfulness.HELPFUL, NOON)
        assert records.asked(session, id).feedback is None
        assert records.confirmed(session) == ()


def test_the_same_question_again_within_a_week_means_the_first_failed(database: Database) -> None:
    with database.transaction() as session:
        first = answered(session, question("a", "Which skill plans a campaign?"), press=Helpfulness.HELPFUL)
        again = answered(session, question("b", "which SKILL plans  a campaign", at=NOON + 6 * DAY, where=place("2")))
        late = answered(session, question("c", "which skill plans a campaign", at=NOON + 14 * DAY, where=place("3")))
        answered(session, question("d", "which skill plans a campaign", TOMAS, NOON + DAY, place("4")))
    with database.reading() as session:
        states = {a.id: a.state for a in records.questions_of(session, MAYA, 9)}
    assert states == {first: State.FAILED, again: State.UNRATED, late: State.UNRATED}


def test_home_lists_the_newest_first_and_no_more_than_asked_for(database: Database) -> None:
    with database.transaction() as session:
        ids = [opened(session, question(f"k{n}", at=NOON + n * MINUTE, where=place(f"{n}.5"))) for n in range(5)]
    with database.reading() as session:
        assert [a.id for a in records.questions_of(session, MAYA, 3)] == ids[:1:-1]
        assert [a.id for a in records.recent(session, 2)] == ids[:2:-1]
        between = records.questions_between(session, NOON + MINUTE, NOON + 3 * MINUTE)
        assert [a.id for a in between] == ids[1:3]


def test_what_was_confirmed_by_the_asker_or_decided_by_the_owner_is_learned(database: Database) -> None:
    asks = [question(f"k{n}", f"question {n}", at=NOON + n * MINUTE, where=place(f"{n}.5")) for n in range(7)]
    mine = ItemId("answer:mine")
    with database.transaction() as session:
        answered(session, asks[0], press=Helpfulness.HELPFUL)
        answered(session, asks[1], press=Helpfulness.NOT_HELPFUL)
        answered(session, asks[2])
        withdrawn = answered(session, asks[3], press=Helpfulness.HELPFUL)
        for n, state in (
            (4, EscalationState.ANSWERED),
            (5, EscalationState.POINTED),
            (6, EscalationState.ANSWERED),
        ):
            case = escalated(session, asks[n])
            id = mine if state is EscalationState.ANSWERED else BRIEF
            records.decide_escalation(session, case.id, state=state, by=OWNER, at=NOON + DAY, answer_id=id)
        # The answer of the last one did not help its asker after all.
        records.record_feedback(session, case.question_id, MAYA, Helpfulness.NOT_HELPFUL, NOON + 2 * DAY)
        records.withdraw_question(session, withdrawn, NOON + DAY)
    with database.reading() as session:
        learned = records.confirmed(session)
    assert learned == (
        Confirmed("question 0", BRIEF, MAYA),
        Confirmed("question 4", mine, MAYA),
        Confirmed("question 5", BRIEF, MAYA),
    )


def test_the_knowledge_version_changes_with_what_the_ranker_learns_from_and_not_otherwise(
    database: Database,
) -> None:
    def version() -> str:
        with database.reading() as session:
            return records.knowledge_version(session)

    before = version()
    with database.transaction() as session:
        id = answered(session)
    assert version() == before
    with database.transaction() as session:
        records.record_feedback(session, id, MAYA, Helpfulness.HELPFUL, NOON)
    assert version() != before


def test_a_question_that_never_was_is_not_found(database: Database) -> None:
    nobody = QuestionId("0" * 32)
    with database.reading() as session, pytest.raises(NotFound):
        records.asked(session, nobody)
    with pytest.raises(NotFound), database.transaction() as session:
        records.record_feedback(session, nobody, MAYA, Helpfulness.HELPFUL, NOON)
    with pytest.raises(NotFound), database.transaction() as session:
        records.record_answer(session, answer(nobody), NOON)


def test_a_withdrawn_question_says_so_and_owes_nothing(database: Database) -> None:
    with database.transaction() as session:
        case = escalated(session)
        records.withdraw_question(session, case.question_id, NOON + DAY)
    with database.reading() as session:
        assert records.asked(session, case.question_id).state is State.WITHDRAWN
        assert records.escalation(session, case.id).state is EscalationState.DISMISSED
        assert records.open_escalations(session) == ()
    with database.transaction() as session:
        assert records.due_deliveries(session, NOON + 2 * DAY, 9, NOON + 3 * DAY) == ()
