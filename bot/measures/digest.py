"""The week in short: three sentences, the weeks behind a picture, what changed, what to decide. Pure; no markup.

Made from leaders' reports alone, so whatever they do not show cannot be said here.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import dropwhile

from bot.domain import ItemId, State
from bot.measures.report import Closed, Figure, Gap, GapState, Mandate, Report, StopItem, Week

FEW = "Fewer than five people asked in these seven days, so no figures are shown."
CAUTION = (
    "Unrated is neither success nor failure: nobody knows. States change when people press later. Groups of fewer than"
    " five people are not shown."
)
NOTHING_CHANGED = "No question was answered by the owner in these seven days."
NOTHING_TO_DECIDE = "Nothing waits for a decision."
_CHANGES, _GAPS = 3, 3  # lines of each that a busy person reads
WHOLE_WEEK = 7  # days


@dataclass(frozen=True)
class Digest:
    """Seven days up to `last`. `weeks` are whole calendar weeks that may be shown, oldest first."""

    first: date
    last: date
    sentences: tuple[str, ...]
    changed: tuple[str, ...]
    decisions: tuple[str, ...]
    weeks: tuple[Week, ...] = ()
    hidden: int = 0  # whole weeks in which fewer than five people asked
    states: Mapping[State, int] = field(default_factory=dict)  # of the seven days' questions; empty: not shown

    @property
    def trend(self) -> bool:
        """Whether a line may be drawn through the weeks."""
        return len(self.weeks) >= 4


def digest(week: Report, longer: Report, public: Collection[ItemId]) -> Digest:
    """Of the seven days of `week`; `longer` ends with them and has the weeks of the picture and the gaps.

    `public` are the answers that everyone may read: only these are named.
    """
    whole = whole_weeks(longer.weeks)
    shown = tuple(one for one in whole if one.states is not None)
    return Digest(
        first=week.start.date(),
        last=(week.end - timedelta(microseconds=1)).date(),
        sentences=(FEW,) if week.people is None else (_asked(week), _became(week), _to_owner(week)),
        changed=tuple(_changed(week.closed, public)) or (NOTHING_CHANGED,),
        decisions=tuple(_decisions(longer)) or (NOTHING_TO_DECIDE,),
        weeks=shown,
        hidden=len(whole) - len(shown),
        states=week.states or {},
    )


def whole_weeks(weeks: Sequence[Week]) -> list[Week]:
    """Those of seven days, from the first one on in which anybody asked: what was before the bot is no trend."""
    whole = [week for week in weeks if week.days == WHOLE_WEEK]
    return list(dropwhile(lambda week: week.questions == 0, whole))


# ---------------------------------------------------------------- three sentences


def _asked(week: Report) -> str:
    people, questions = week.figures["askers"], week.figures["questions"]
    if not questions.value:
        return f"Nobody asked anything; {_week_before(people, questions)}."
    asked = f"{_people(people.value)} asked {_count(questions.value, 'question', 'questions')}"
    return f"{asked}; {_week_before(people, questions)}."


def _week_before(people: Figure, questions: Figure) -> str:
    if people.before is None:
        return "in the week before it were fewer than five people"
    if not people.before:
        return "nobody did in the week before"
    return (
        f"in the week before it {_was(people.before)} {_people(people.before)} with"
        f" {_count(questions.before, 'question', 'questions')}"
    )


def _became(week: Report) -> str:
    decided, states = week.figures["self_serve_rate"].n, week.states or {}
    if not decided:
        return "None of these questions is decided yet."

    def part(state: State) -> str:
        return f"{states.get(state, 0)} ({states.get(state, 0) / decided:.0%})"

    return (
        f"Of {_count(decided, 'decided question', 'decided questions')} the asker confirmed {part(State.CONFIRMED)}"
        f" without a person, {part(State.FAILED)} failed, the owner answered {part(State.ANSWERED_BY_OWNER)}, and"
        f" {part(State.UNRATED)} stayed unrated."
    )


def _to_owner(week: Report) -> str:
    rate, half = week.figures["escalation_rate"], week.figures["owner_answer_p50"]
    sent = round((rate.value or 0) * rate.n)
    if not sent:
        return f"None of {rate.n} questions had to go to the owner."
    said = f"{sent} of {rate.n} questions went to the owner ({rate.value:.0%})"
    if half.value is None:
        return f"{said}; none of them has the owner's answer yet."
    took = f"half of the {half.n} answered by now took at most {half.value:.1f} working hours"
    return f"{said}; {took} (promised: {week.promise.red:g})."


# ---------------------------------------------------------------- what changed, what to decide


def _changed(closed: Collection[Closed], public: Collection[ItemId]) -> Iterator[str]:
    named = [one for one in closed if one.answer in public]
    for one in named[:_CHANGES]:
        asked = f" for {one.askers} people who asked" if one.askers else ""
        again = f"; it has answered {_count(one.served_again, 'question', 'questions')} since" * bool(one.served_again)
        yield f"“{one.title}” was answered on {day(one.on)}{asked}{again}."
    more = len(closed) - len(named[:_CHANGES])
    if more and named:
        yield f"{_count(more, 'more answer was', 'more answers were')} given by the owner."
    elif more:
        yield f"{_count(more, 'answer was', 'answers were')} given by the owner, not for everyone to read."


def _decisions(report: Report) -> Iterator[str]:
    waiting = next((one for one in report.mandate if one.subject == "signpost" and one.open_items), None)
    if waiting:
        yield _waiting(waiting, report)
    if ownerless := [one.title for one in report.mandate if not one.has_owner]:
        yield f"{_listed(ownerless)} {'has' if len(ownerless) == 1 else 'have'} no owner: name one."
    for gap in [one for one in report.gaps if one.state is GapState.OPEN and one.people][:_GAPS]:
        yield _gap(gap)
    for one in report.stop[:1]:
        if one.questions and one.failed:
            yield _stop(one)


def _waiting(all_open: Mandate, report: Report) -> str:
    oldest = all_open.oldest_hours or 0
    late = ": past what was promised" if oldest >= report.promise.red else ""
    return (
        f"{_count(all_open.open_items, 'question waits', 'questions wait')} for the owner, the oldest for {oldest:.0f}"
        f" working hours (promised: {report.promise.red:g}){late}."
    )


def _gap(gap: Gap) -> str:
    return (
        f"{_people(gap.people)} needed something near “{gap.name}” and did not get it, the last on"
        f" {day(gap.last_asked)}: write it, or decline it with a reason."
    )


def _stop(one: StopItem) -> str:
    return (
        f"“{one.title}” was recommended {one.questions} times in eight weeks and never confirmed; {one.failed} of them"
        " failed or went to the owner: mend it or stop it."
    )


# ---------------------------------------------------------------- words


def day(when: date) -> str:
    """18 Nov."""
    return f"{when.day} {when:%b}"


def _people(number: float | None) -> str:
    return _count(number, "person", "people")


def _was(number: float) -> str:
    return "was" if number == 1 else "were"


def _count(number: float | None, one: str, many: str) -> str:
    return f"{number or 0:.0f} {one if number == 1 else many}"


def _listed(names: list[str], most: int = 4) -> str:
    shown, more = names[:most], len(names) - most
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
