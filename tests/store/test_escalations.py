from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import (
    DeliveryKind,
    Escalation,
    EscalationState,
    Helpfulness,
    ItemId,
    PersonId,
    Question,
    State,
    Verdict,
)
from bot.errors import AlreadyDecided, NotFound
from bot.store import records
from bot.store.database import Database
from tests.store.examples import (
    MAYA,
    MINUTE,
    NOON,
    OWNER,
    TOMAS,
    answered,
    curated,
    escalated,
    place,
    question,
)

DAY = timedelta(days=1)
ANSWER = ItemId("answer:photographer")


def _owed(session: records.Session, about: str) -> set[DeliveryKind]:
    return {kind for kind in DeliveryKind if records.delivery_of(session, kind, about)}


def test_a_question_has_one_escalation_however_often_it_is_handed_over(database: Database) -> None:
    with database.transaction() as session:
        first = escalated(session)
        second = records.open_escalation(
            session, first.question_id, "again", NOON + DAY, shared_text="else", withheld=True
        )
        assert second == first
        assert records.escalation_of(session, first.question_id) == first
        assert _owed(session, first.id) == {DeliveryKind.CARD}
        kept = records.asked(session, first.question_id)
    assert kept.state is State.ESCALATED
    assert kept.answer and kept.answer.escalation_id == first.id


def _asked_by(asker: PersonId, ts: str, text: str = "Which skill plans a campaign?") -> Question:
    return question(f"T1:C1:{ts}", text, asker, where=place(ts))


def test_the_same_words_of_several_people_make_one_card_and_are_decided_together(database: Database) -> None:
    with database.transaction() as session:
        first = escalated(session, _asked_by(MAYA, "1.0"))
        second = escalated(session, _asked_by(TOMAS, "2.0", "which skill plans a campaign"))
        other = escalated(session, _asked_by(TOMAS, "3.0", "Which one plans a trip?"))
        assert _owed(session, second.id) == set()
        assert _owed(session, first.id) == {DeliveryKind.CARD, DeliveryKind.CARD_UPDATE}
        assert [records.askers_of(session, one.id) for one in (first, other)] == [2, 1]
    with database.transaction() as session:
        _decide(session, second, EscalationState.ANSWERED, ANSWER)
    with database.transaction() as session:
        told = records.escalation(session, first.id)
        assert (told.state, told.answer_id) == (EscalationState.ANSWERED, ANSWER)
        assert DeliveryKind.OUTCOME in _owed(session, first.id) & _owed(session, second.id)
        assert records.escalation(session, other.id).state is EscalationState.OPEN
        assert records.askers_of(session, first.id) == 2


def test_a_card_goes_over_to_the_next_when_its_asker_takes_the_question_back(database: Database) -> None:
    with database.transaction() as session:
        first = escalated(session, _asked_by(MAYA, "1.0"))
        second = escalated(session, _asked_by(TOMAS, "2.0"))
        records.erase_person(session, MAYA, NOON + DAY)
        assert _owed(session, second.id) == {DeliveryKind.CARD}
        assert records.escalation(session, first.id).state is EscalationState.DISMISSED


def test_what_was_asked_in_private_waits_for_the_askers_leave(database: Database) -> None:
    with database.transaction() as session:
        withheld = escalated(session, withheld=True)
        assert (withheld.state, withheld.shared_text) == (EscalationState.WITHHELD, "")
        assert _owed(session, withheld.id) == set()
        assert records.open_escalations(session) == ()
        with pytest.raises(NotFound, match="not let you see"):
            _decide(session, withheld, EscalationState.DISMISSED)
        shared = records.share_escalation(session, withheld.id, "In other words", NOON + DAY)
        again = records.share_escalation(session, withheld.id, "Something else", NOON + DAY)
        assert (
            shared
            == again
            == replace(withheld, state=EscalationState.OPEN, shared_text="In other words", opened_at=NOON + DAY)
        )
        assert _owed(session, withheld.id) == {DeliveryKind.CARD}


def test_a_decision_is_told_to_the_asker_and_on_the_card(database: Database) -> None:
    with database.transaction() as session:
        case = escalated(session)
        records.mark_announced(session, case.id, "C9:1.0")
        kept = records.save_answer(session, curated(), NOON + DAY, OWNER, from_escalation=case.id)
        decided = _decide(session, case, EscalationState.ANSWERED, kept.id)
    with database.reading() as session:
        assert records.escalation(session, case.id) == decided
        assert decided == replace(
            case,
            state=EscalationState.ANSWERED,
            decided_at=NOON + DAY,
            decided_by=OWNER,
            answer_id=kept.id,
            announced_as="C9:1.0",
        )
        assert _owed(session, case.id) == {DeliveryKind.CARD, DeliveryKind.OUTCOME, DeliveryKind.CARD_UPDATE}
        assert records.asked(session, case.question_id).state is State.ANSWERED_BY_OWNER


def test_who_asked_in_a_terminal_is_owed_no_message(database: Database) -> None:
    with database.transaction() as session:
        case = escalated(session, replace(question(), place=None))
        _decide(session, case, EscalationState.DISMISSED)
        assert _owed(session, case.id) == {DeliveryKind.CARD, DeliveryKind.CARD_UPDATE}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (EscalationState.ANSWERED, "answered this question"),
        (EscalationState.POINTED, "pointed this question"),
        (EscalationState.DISMISSED, "dismissed this question"),
    ],
)
def test_the_second_to_decide_is_told_who_was_first(database: Database, state: EscalationState, words: str) -> None:
    with database.transaction() as session:
        case = escalated(session)
        first = _decide(session, case, state, ANSWER)
    with (
        pytest.raises(AlreadyDecided, match=f"<@{OWNER}> already {words}"),
        database.transaction() as session,
    ):
        records.decide_escalation(session, case.id, state=EscalationState.DISMISSED, by=TOMAS, at=NOON + 2 * DAY)
    with database.reading() as session:
        assert records.escalation(session, case.id) == first


def test_a_decision_without_an_answer_or_that_decides_nothing_is_a_mistake(database: Database) -> None:
    with database.transaction() as session:
        case = escalated(session)
        for state in (EscalationState.OPEN, EscalationState.WITHHELD, EscalationState.ANSWERED):
            with pytest.raises(ValueError, match="cannot be decided"):
                records.decide_escalation(session, case.id, state=state, by=OWNER, at=NOON)


def test_who_comes_too_late_hears_that_the_question_was_taken_back(database: Database) -> None:
    with database.transaction() as session:
        case = escalated(session)
        records.withdraw_question(session, case.question_id, NOON + MINUTE)
        with pytest.raises(AlreadyDecided, match="took this question back"):
            _decide(session, case, EscalationState.DISMISSED)


def test_a_card_that_shows_the_words_is_corrected_when_they_are_taken_back(database: Database) -> None:
    with database.transaction() as session:
        case = escalated(session)
        card = records.delivery_of(session, DeliveryKind.CARD, case.id)
        assert card
        records.begin_attempt(session, card.id)
        records.mark_delivered(session, card.id, "C9:1.0", NOON + MINUTE)
        records.mark_announced(session, case.id, "C9:1.0")
        records.withdraw_question(session, case.question_id, NOON + DAY)
        assert [d.kind for d in records.due_deliveries(session, NOON + DAY, 9, NOON + DAY)] == [
            DeliveryKind.CARD_UPDATE
        ]


def test_open_escalations_come_oldest_first_with_their_questions(database: Database) -> None:
    with database.transaction() as session:
        asks = [question(f"k{n}", f"question {n}", at=NOON - n * DAY, where=place(f"{n}.5")) for n in range(3)]
        cases = [escalated(session, asked) for asked in asks]
        _decide(session, cases[1], EscalationState.DISMISSED)
    with database.reading() as session:
        waiting = records.open_escalations(session)
        assert [(e.id, a.id, a.question.text) for e, a in waiting] == [
            (cases[2].id, cases[2].question_id, "question 2"),
            (cases[0].id, cases[0].question_id, "question 0"),
        ]
        between = records.escalations_between(session, NOON - DAY, NOON + MINUTE)
        assert [e.id for e in between] == [cases[1].id, cases[0].id]


def test_a_no_before_the_owner_answered_is_not_about_the_owners_answer(database: Database) -> None:
    with database.transaction() as session:
        id = answered(session, verdict=Verdict.ANSWERED, press=Helpfulness.NOT_HELPFUL)
        case = records.open_escalation(session, id, "asked for", NOON, shared_text="x", withheld=False)
        assert records.asked(session, id).state is State.ESCALATED
        _decide(session, case, EscalationState.ANSWERED, ANSWER)
        assert records.asked(session, id).state is State.ANSWERED_BY_OWNER
        records.record_feedback(session, id, MAYA, Helpfulness.NOT_HELPFUL, NOON + 2 * DAY)
        assert records.asked(session, id).state is State.FAILED


def _decide(session: records.Session, case: Escalation, state: EscalationState, id: ItemId = ANSWER) -> Escalation:
    dismissed = state is EscalationState.DISMISSED
    return records.decide_escalation(
        session, case.id, state=state, by=OWNER, at=NOON + DAY, answer_id=None if dismissed else id
    )
