from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import EscalationState, Helpfulness, State, Verdict
from bot.measures.adoption import Outcome, state_of

ASKED = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAIN = Outcome(ASKED, Verdict.ANSWERED)
YES = replace(PLAIN, feedback=Helpfulness.HELPFUL, feedback_at=ASKED + HOUR)
NO = replace(PLAIN, feedback=Helpfulness.NOT_HELPFUL, feedback_at=ASKED + HOUR)
BY_OWNER = replace(PLAIN, escalation=EscalationState.ANSWERED, decided_at=ASKED + DAY)
DISMISSED = replace(PLAIN, escalation=EscalationState.DISMISSED, decided_at=ASKED + DAY)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (replace(PLAIN, verdict=None), None),
        (replace(PLAIN, verdict=Verdict.OUT_OF_SCOPE), None),
        (replace(YES, verdict=Verdict.OUT_OF_SCOPE, withdrawn=True), None),
        (PLAIN, State.UNRATED),
        (YES, State.CONFIRMED),
        (NO, State.FAILED),
        (replace(YES, withdrawn=True), State.WITHDRAWN),
        (replace(PLAIN, verdict=None, withdrawn=True), State.WITHDRAWN),
        (replace(NO, escalation=EscalationState.OPEN), State.ESCALATED),
        (replace(PLAIN, escalation=EscalationState.WITHHELD), State.UNRATED),
        (BY_OWNER, State.ANSWERED_BY_OWNER),
        (replace(BY_OWNER, escalation=EscalationState.POINTED), State.ANSWERED_BY_OWNER),
        (replace(BY_OWNER, feedback=Helpfulness.HELPFUL, feedback_at=ASKED + 2 * DAY), State.ANSWERED_BY_OWNER),
        (replace(BY_OWNER, feedback=Helpfulness.NOT_HELPFUL, feedback_at=ASKED + HOUR), State.ANSWERED_BY_OWNER),
        (replace(BY_OWNER, feedback=Helpfulness.NOT_HELPFUL, feedback_at=ASKED + 2 * DAY), State.FAILED),
        (DISMISSED, State.UNRATED),
        (replace(DISMISSED, feedback=Helpfulness.NOT_HELPFUL, feedback_at=ASKED), State.FAILED),
        (replace(YES, reasked_at=ASKED + 7 * DAY), State.FAILED),
        (replace(YES, reasked_at=ASKED + 7 * DAY + HOUR), State.CONFIRMED),
        (replace(BY_OWNER, reasked_at=ASKED + HOUR), State.ANSWERED_BY_OWNER),
        (replace(BY_OWNER, reasked_at=ASKED + 8 * DAY), State.FAILED),
    ],
)
def test_a_question_stands_where_measures_says(outcome: Outcome, state: State | None) -> None:
    assert state_of(outcome) is state
