"""What became of a question, and how widely the bot is used: facts in, numbers out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import EscalationState, Helpfulness, State, Verdict

REASK_WINDOW = timedelta(days=7)


@dataclass(frozen=True)
class Outcome:
    """Everything that is known of one question's fate. Times are aware UTC."""

    asked_at: datetime
    verdict: Verdict | None = None  # None until it is decided
    feedback: Helpfulness | None = None  # the asker's last press
    feedback_at: datetime | None = None
    escalation: EscalationState | None = None
    decided_at: datetime | None = None  # when a person decided the escalation
    reasked_at: datetime | None = None  # when the asker next asked the same after the last answer
    withdrawn: bool = False

    @property
    def settled_at(self) -> datetime:
        """From when on a "no" or the same question again is about the answer the asker has now."""
        return self.decided_at or self.asked_at


def state_of(outcome: Outcome) -> State | None:
    """Where a question stands by the definitions of MEASURES; None for small talk and until it is decided.

    A withheld escalation waits for the asker, not for the owner: it is not yet `escalated`. What the owner
    answered is never `confirmed`, whoever presses what: that word is for help without a person.
    """
    if outcome.verdict is Verdict.OUT_OF_SCOPE:
        return None
    if outcome.withdrawn:
        return State.WITHDRAWN
    if outcome.verdict is None:
        return None
    if outcome.escalation is EscalationState.OPEN:
        return State.ESCALATED
    if _failed(outcome):
        return State.FAILED
    if outcome.escalation in {EscalationState.ANSWERED, EscalationState.POINTED}:
        return State.ANSWERED_BY_OWNER
    return State.CONFIRMED if outcome.feedback is Helpfulness.HELPFUL else State.UNRATED


def _failed(outcome: Outcome) -> bool:
    """The asker said no to the answer they have now, or asked the same again within 7 days of it."""
    reasked = outcome.reasked_at
    if reasked and outcome.settled_at < reasked <= outcome.settled_at + REASK_WINDOW:
        return True
    if outcome.feedback is not Helpfulness.NOT_HELPFUL:
        return False
    answered_by_person = outcome.escalation in {EscalationState.ANSWERED, EscalationState.POINTED}
    # A "no" that led to the owner's answer is about the bot's answer, not about the owner's.
    return not (answered_by_person and outcome.feedback_at and outcome.feedback_at <= outcome.settled_at)
