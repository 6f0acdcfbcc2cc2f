import json
from datetime import timedelta

from bot.domain import EscalationState, Helpfulness
from bot.store import records
from bot.store.database import Database
from tests.store.examples import BRIEF, MINUTE, NOON, OWNER, answered, curated, escalated, place, question

QUESTION_KEYS = [
    "id", "source_key", "door", "asked_at", "kind", "verdict", "recommended", "delivered_as", "feedback", "state",
]  # fmt: skip


def test_everything_that_is_kept_comes_out_as_json(database: Database) -> None:
    with database.transaction() as session:
        helped = answered(session, question(text="private words"), press=Helpfulness.HELPFUL)
        case = escalated(session, question("b", "more private words", at=NOON + MINUTE, where=place("2.0")))
        kept = records.save_answer(session, curated(), NOON, OWNER, from_escalation=case.id)
        records.decide_escalation(
            session, case.id, state=EscalationState.ANSWERED, by=OWNER, at=NOON + timedelta(1), answer_id=kept.id
        )
        records.retire_answer(session, kept.id, NOON, OWNER)
    with database.reading() as session:
        exports = (
            records.export_questions(session),
            records.export_escalations(session),
            records.export_answers(session),
            records.export_events(session),
        )
        lines = [[json.dumps(row) for row in rows] for rows in exports]
    questions, escalations, answers, events = [[json.loads(line) for line in rows] for rows in lines]
    assert "private words" not in str(lines)
    assert list(questions[0]) == QUESTION_KEYS
    assert questions[0] == {
        "id": helped,
        "source_key": "T1:C1:1.0",
        "door": "slack",
        "asked_at": "2026-11-23T12:00:00+00:00",
        "kind": "which",
        "verdict": "answered",
        "recommended": BRIEF,
        "delivered_as": None,
        "feedback": "helpful",
        "state": "confirmed",
    }
    assert [q["state"] for q in questions] == ["confirmed", "answered_by_owner"]
    assert escalations[0]["answer_id"] == answers[0]["id"] == kept.id
    assert answers[0]["retired_at"] == "2026-11-23T12:00:00+00:00"
    assert {"question.asked", "answer.given", "feedback.given", "escalation.opened", "answer.saved"} <= {
        event["what"] for event in events
    }
