"""The reports' columns and the rows tell the same of every question, whatever was done to it."""

import random
from datetime import timedelta

from bot.domain import EscalationState, Helpfulness, ItemId, Kind, PersonId, QuestionId, Ring, Verdict
from bot.errors import AlreadyDecided, NotFound
from bot.measures.eventlog import KINDS
from bot.measures.facts import STATES
from bot.store import records
from bot.store.database import Database
from bot.store.ledger import facts_at
from tests.store.examples import BRIEF, MINUTE, NOON, OWNER, answer, opened, question

PEOPLE = [PersonId(f"U{n}") for n in range(4)]


def _states(database: Database) -> dict[str, object]:
    facts = facts_at(database)
    return {id: STATES[s] if s >= 0 else None for id, s in zip(facts.questions, facts.state.tolist(), strict=True)}


def _rows(database: Database) -> dict[str, object]:
    with database.reading() as session:
        every = records.questions_between(session, NOON - timedelta(days=9), NOON + timedelta(days=999))
        return {asked.id: asked.state for asked in every}


def _do(session: records.Session, chance: random.Random, ids: list[QuestionId], step: int) -> None:
    """Anything that may happen next."""
    at = NOON + step * timedelta(hours=7)
    if not ids or chance.random() < 0.3:
        text = chance.choice(["Which skill?", "Who books?", "What now?"])
        ids.append(opened(session, question(f"T1:C1:{step}", text, chance.choice(PEOPLE), at)))
        return
    id = chance.choice(ids)
    asker = records.asked(session, id).question.asker
    case = records.escalation_of(session, id)
    do = chance.randrange(7)
    if do < 2:
        verdict = chance.choice(list(Verdict))
        records.record_answer(session, answer(id, verdict, BRIEF), at)
    elif do == 2:
        records.record_feedback(session, id, chance.choice([asker, OWNER]), chance.choice([*Helpfulness, None]), at)
    elif do == 3:
        records.open_escalation(session, id, "", at, shared_text=f"{id}", withheld=chance.random() < 0.5)
    elif do == 4 and case:
        records.share_escalation(session, case.id, f"{id}", at)
    elif do == 5 and case:
        decision = chance.choice(list(EscalationState)[2:])
        records.decide_escalation(session, case.id, state=decision, by=OWNER, at=at, answer_id=ItemId("answer:a"))
    elif do == 6 and chance.random() < 0.2:
        records.withdraw_question(session, id, at)


def test_columns_and_rows_agree_whatever_happens(sqlite_database: Database) -> None:
    chance, ids = random.Random(1), list[QuestionId]()
    for step in range(120):
        try:
            with sqlite_database.transaction() as session:
                _do(session, chance, ids, step)
        except (AlreadyDecided, NotFound):
            continue
        if step % 10 == 9:
            assert _states(sqlite_database) == _rows(sqlite_database)
    seen = set(_states(sqlite_database).values())
    assert len(seen) >= 5


def test_what_was_told_and_chosen_is_in_the_columns(database: Database) -> None:
    with database.transaction() as session:
        id = opened(session)
        records.record_answer(session, answer(id, Verdict.TENTATIVE, None), NOON + MINUTE)
    before = facts_at(database)
    with database.transaction() as session:
        delivery = records.claim_delivery(session, _owed(session, id), NOON + MINUTE, NOON + 2 * MINUTE)
        assert delivery
        records.mark_delivered(session, delivery.id, "1.0", NOON + 3 * MINUTE)
        records.record_choice(session, id, ItemId("tool:x"), NOON + 4 * MINUTE)
    facts = facts_at(database)
    assert facts is not before and facts_at(database) is facts
    assert (facts.told_at - facts.asked_at).tolist() == [3 * 60 * 1_000_000]
    assert facts.items[facts.item[0]] == "tool:x" and facts.overdue.tolist() == [1]
    assert facts.team_sets[facts.teams[0]] == ("marketing",)
    earlier = facts_at(database, NOON + 2 * MINUTE)
    assert earlier.item.tolist() == [-1] and earlier.told_at.tolist() != facts.told_at.tolist()


def test_a_kind_that_the_owner_overruled_counts_as_what_they_said(database: Database) -> None:
    with database.transaction() as session:
        id = opened(session)
        records.record_answer(session, answer(id), NOON + MINUTE)
        records.overrule_kind(session, id, Kind.PROCESS, OWNER, NOON + 3 * MINUTE)
    assert [KINDS[kind] for kind in facts_at(database).kind] == [Kind.PROCESS]
    assert [KINDS[kind] for kind in facts_at(database, NOON + 2 * MINUTE).kind] == [Kind.WHICH]


def _owed(session: records.Session, id: QuestionId):  # type: ignore[no-untyped-def]
    from bot.domain import DeliveryKind

    found = records.delivery_of(session, DeliveryKind.ANSWER, id)
    assert found
    return found.id


def test_erasing_a_person_takes_their_name_and_nothing_else(database: Database) -> None:
    with database.transaction() as session:
        id = opened(session)
        records.record_answer(session, answer(id), NOON + MINUTE)
        records.record_feedback(session, id, question().asker, Helpfulness.HELPFUL, NOON + 2 * MINUTE)
    before = _states(database)
    with database.transaction() as session:
        records.erase_person(session, question().asker, NOON + 3 * MINUTE)
    facts = facts_at(database)
    assert _states(database) == before and [facts.people[p] for p in facts.asker] == ["erased"]


def test_events_of_an_earlier_version_are_completed_from_their_rows(database: Database) -> None:
    from sqlalchemy import text

    with database.transaction() as session:
        first = opened(session)
        again = opened(session, question("T1:C1:2.0", at=NOON + MINUTE))
        records.record_answer(session, answer(first), NOON + MINUTE)
        records.open_escalation(session, first, "", NOON + MINUTE, shared_text="x", withheld=False)
        session.execute(text("UPDATE events SET data = '{\"door\": \"slack\"}' WHERE what = 'question.asked'"))
        session.execute(text("UPDATE events SET data = '{\"withheld\": false}' WHERE what = 'escalation.opened'"))
    facts = facts_at(database)
    assert facts.same_words.tolist() == [0, 0] and facts.questions == [first, again]
    assert {facts.team_sets[place] for place in facts.teams} == {("marketing",)}
    assert facts.escalation.tolist() == [0, -1]


def test_a_ring_is_noted_once_until_it_moves(database: Database) -> None:
    tool = ItemId("tool:hubspot")
    for day, ring in enumerate([Ring.TRIAL, Ring.TRIAL, None, Ring.ADOPT]):
        with database.transaction() as session:
            records.note_rings(session, {tool: ring, ItemId("tool:other"): Ring.HOLD}, NOON + day * timedelta(days=1))
    moved = [ring for _, id, ring in facts_at(database).rings if id == tool]
    assert moved == ["trial", None, "adopt"] and len(facts_at(database).rings) == 4
