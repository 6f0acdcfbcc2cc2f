from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain import (
    Answer,
    AskedQuestion,
    Door,
    ItemId,
    Kind,
    PersonId,
    Question,
    QuestionId,
    State,
    TeamName,
    Verdict,
    Wording,
)
from bot.measures import counting

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _asked(n: int, state: State | None, *, asker: str = "U1", verdict: Verdict = Verdict.ANSWERED) -> AskedQuestion:
    question = Question(f"k{n}", "?", PersonId(asker), NOON, Door.SLACK, teams=(TeamName("marketing"),))
    answer = Answer(QuestionId(f"q{n}"), verdict, Kind.WHICH, Wording("Use it."), ItemId("skill:a/b"), (), (), 0.9, 12)
    return AskedQuestion(QuestionId(f"q{n}"), question, None, answer, "C1:1", None, state)


def _count(asked: list[AskedQuestion], **more: object) -> counting.AdoptionStats:
    facts = {"earlier_askers": (), "escalated": 0, "first_answer_seconds": (), "owner_answer_hours": ()}
    return counting.count(asked, **{**facts, **more})  # type: ignore[arg-type]


def test_silence_is_not_success() -> None:
    """The example of MEASURES: 100 answers, 10 yes, 5 no."""
    states = [State.CONFIRMED] * 10 + [State.FAILED] * 5 + [State.UNRATED] * 85
    stats = _count([_asked(n, state) for n, state in enumerate(states)])
    assert stats.self_serve_rate == pytest.approx(0.10)
    assert stats.unrated_share == pytest.approx(0.85)
    assert stats.states[State.FAILED] == 5


def test_follow_ups_and_small_talk_are_no_questions_of_their_own() -> None:
    follow_up = replace(_asked(2, State.UNRATED), follows=QuestionId("q1"))
    small_talk = _asked(3, None, verdict=Verdict.OUT_OF_SCOPE)
    assert _count([_asked(1, State.UNRATED), follow_up, small_talk]).questions == 1


def test_nothing_measured_is_not_zero() -> None:
    stats = _count([])
    assert stats.self_serve_rate is None
    assert stats.escalation_rate is None
    assert stats.time_to_first_answer.p50 is None


def test_a_cell_of_fewer_than_five_people_is_folded() -> None:
    four = [_asked(n, State.UNRATED, asker=f"U{n}") for n in range(4)]
    assert _count(four).by_team == {"other": 4}
    assert _count([*four, _asked(9, State.UNRATED, asker="U9")]).by_team == {"marketing": 5}


def test_the_middle_and_the_slow_end() -> None:
    spread = counting.spread(range(1, 12))
    assert (spread.p50, spread.p90, spread.n) == (6, 10, 11)
    assert counting.spread([3.0]) == counting.Spread(3.0, 3.0, 1)


HOURS = "mon-fri 09:00-17:30"


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T09:00+01:00", "2026-11-23T17:30+01:00", 8.5),  # one whole Monday
        ("2026-11-20T17:00+01:00", "2026-11-23T09:30+01:00", 1.0),  # over a weekend
        ("2026-11-21T10:00+01:00", "2026-11-22T10:00+01:00", 0.0),  # a weekend
        ("2026-10-23T16:30+02:00", "2026-10-26T10:00+01:00", 2.0),  # over the end of summer time
        ("2026-11-23T03:00+01:00", "2026-11-23T08:00+01:00", 0.0),  # before anybody works
    ],
)
def test_only_working_hours_count(start: str, end: str, hours: float) -> None:
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    assert counting.working_hours(first, last, HOURS, "Europe/Berlin") == pytest.approx(hours)
