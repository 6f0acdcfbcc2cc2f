"""The numbers of one period, counted from facts; definitions in MEASURES."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from statistics import quantiles
from zoneinfo import ZoneInfo

from bot.domain import AdoptionStats, AskedQuestion, ItemId, ItemKind, PersonId, Spread, State, Verdict

SMALLEST_CELL = 5  # people: a smaller group is folded into "other"
OTHER = "other"


def count(
    asked: Sequence[AskedQuestion],
    *,
    earlier_askers: Collection[PersonId],
    escalated: int,
    first_answer_seconds: Iterable[float],
    owner_answer_hours: Iterable[float],
) -> AdoptionStats:
    """Counts `asked` (one period, follow-ups and small talk included: they are left out here).

    `earlier_askers` asked in another week of the four before the period's end; `escalated` of the questions
    went to the owner.
    """
    questions = [a for a in asked if is_counted(a)]
    states = Counter(a.state for a in questions if a.state)
    askers = {a.question.asker for a in questions}
    # What still waits for the owner is not decided yet. Unrated is in the denominator, never in the numerator:
    # silence is no success.
    decided = states.total() - states[State.WITHDRAWN] - states[State.ESCALATED]
    return AdoptionStats(
        questions=len(questions),
        askers=len(askers),
        returning_askers=len(askers & set(earlier_askers)),
        states={state: states[state] for state in State},
        self_serve_rate=share(states[State.CONFIRMED], decided),
        unrated_share=share(states[State.UNRATED], decided),
        escalation_rate=share(escalated, len(questions)),
        time_to_first_answer=spread(first_answer_seconds),
        time_to_owner_answer=spread(owner_answer_hours),
        by_team=_by_team(questions),
        by_kind=Counter(a.answer.kind for a in questions if a.answer),
        skills=_recommended(questions, ItemKind.SKILL),
        tools=_recommended(questions, ItemKind.TOOL),
    )


def is_counted(asked: AskedQuestion) -> bool:
    """One asker's need: no follow-up of another question, no small talk, nothing taken back."""
    return asked.follows is None and not (asked.answer and asked.answer.verdict is Verdict.OUT_OF_SCOPE)


def share(part: int, whole: int) -> float | None:
    """A rate of 0–1; None where there is nothing to take a share of."""
    return part / whole if whole else None


def spread(durations: Iterable[float]) -> Spread:
    """Median and 90th percentile, by linear interpolation between the closest ranks."""
    values = sorted(durations)
    if len(values) < 2:
        return Spread(values[0], values[0], 1) if values else Spread()
    cuts = quantiles(values, n=10, method="inclusive")
    return Spread(cuts[4], cuts[8], len(values))


def _by_team(questions: Iterable[AskedQuestion]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    people: dict[str, set[PersonId]] = {}
    for asked in questions:
        for team in asked.question.teams or (OTHER,):
            counts[team] += 1
            people.setdefault(team, set()).add(asked.question.asker)
    folded: Counter[str] = Counter()
    for team, n in counts.items():
        folded[team if len(people[team]) >= SMALLEST_CELL else OTHER] += n
    return dict(folded)


def _recommended(questions: Iterable[AskedQuestion], kind: ItemKind) -> Mapping[ItemId, int]:
    ids = (a.answer.recommended for a in questions if a.answer and a.answer.recommended)
    return Counter(i for i in ids if i.startswith(kind.value + ":"))


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def working_hours(start: datetime, end: datetime, hours: str, zone: str) -> float:
    """Hours between two moments that lie within e.g. "mon-fri 09:00-17:30" of a time zone.

    Raises ValueError for hours that cannot be read.
    """
    days, opens, closes = _hours(hours)
    tz = ZoneInfo(zone)
    first, last = start.astimezone(tz), end.astimezone(tz)
    total = timedelta()
    day = first.date()
    while day <= last.date():
        if day.weekday() in days:
            opening = max(start, datetime.combine(day, opens, tz))
            closing = min(end, datetime.combine(day, closes, tz))
            total += max(timedelta(), closing.astimezone(ZoneInfo("UTC")) - opening.astimezone(ZoneInfo("UTC")))
        day += timedelta(days=1)
    return total.total_seconds() / 3600


def _hours(text: str) -> tuple[frozenset[int], time, time]:
    days, _, span = text.strip().lower().partition(" ")
    first, _, last = days.partition("-")
    begin, finish = _DAYS.index(first), _DAYS.index(last or first)
    opens, _, closes = span.partition("-")
    return frozenset(range(begin, finish + 1)), time.fromisoformat(opens), time.fromisoformat(closes)
