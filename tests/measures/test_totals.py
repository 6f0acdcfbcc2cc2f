"""What the numbers mean, case by case."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import AdoptionStats, Helpfulness, Kind, Organisation, State, Verdict
from bot.measures.facts import facts
from bot.measures.privacy import View
from bot.measures.scope import Scope
from bot.measures.totals import totals
from tests.measures.history import Case, log_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def _case(n: int, press: Helpfulness | None = None, asker: str = "U1", verdict: Verdict = Verdict.ANSWERED) -> Case:
    at = NOON + n * MINUTE
    presses: list[tuple[datetime, Helpfulness | None]] = [(at + MINUTE, press)] if press else []
    return Case(
        f"q{n}", asker, ("marketing",), at, "?", answered_at=at, verdict=verdict, kind=Kind.WHICH,
        item="skill:a/b", presses=presses,
    )  # fmt: skip


def _scope(cases: Sequence[Case]) -> Scope:
    return Scope(facts(log_of(cases)), NOON - DAY, NOON + 3 * DAY, "UTC", View(names_people=True))


def _count(*cases: Case) -> AdoptionStats:
    return totals(_scope(cases), Organisation())


def test_silence_is_not_success() -> None:
    """The example of MEASURES: 100 answers, 10 yes, 5 no."""
    presses = [Helpfulness.HELPFUL] * 10 + [Helpfulness.NOT_HELPFUL] * 5 + [None] * 85
    stats = _count(*(_case(n, press) for n, press in enumerate(presses)))
    assert stats.self_serve_rate == pytest.approx(0.10)
    assert stats.unrated_share == pytest.approx(0.85)
    assert stats.states[State.FAILED] == 5


def test_follow_ups_and_small_talk_are_no_questions_of_their_own() -> None:
    follow_up = replace(_case(2), follows="q1")
    assert _count(_case(1), follow_up, _case(3, verdict=Verdict.OUT_OF_SCOPE)).questions == 1


def test_nothing_measured_is_not_zero() -> None:
    stats = _count()
    assert stats.self_serve_rate is stats.escalation_rate is stats.time_to_first_answer.p50 is None


def test_a_cell_of_fewer_than_five_people_is_folded() -> None:
    four = [_case(n, asker=f"U{n}") for n in range(4)]
    assert _count(*four).by_team == {"other": 4}
    assert _count(*four, _case(9, asker="U9")).by_team == {"marketing": 5}


def test_what_waits_for_the_askers_leave_has_not_gone_to_the_owner() -> None:
    case = replace(_case(1, verdict=Verdict.UNRESOLVED), opened_at=NOON + 2 * MINUTE, withheld=True)
    assert _count(case).escalation_rate == 0
    assert _count(replace(case, shared_at=NOON + DAY)).escalation_rate == 1


def test_back_in_another_week_is_returning() -> None:
    earlier = replace(_case(1), id="q0", at=NOON - 10 * DAY, answered_at=NOON - 10 * DAY)
    assert _count(_case(1)).returning_askers == 0
    assert _count(_case(1), earlier).returning_askers == 1
