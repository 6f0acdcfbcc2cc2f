"""Every figure of a report once more, by the words of MEASURES, slowly: loops over plain records, nothing shared."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import EscalationState, Kind, Organisation, State, Verdict
from bot.measures import counting
from tests.measures.history import Case, state

DAY = timedelta(days=1)


class Truth:
    """What a report must say of `cases`, as known at `at`, to somebody from whom nothing is hidden."""

    def __init__(
        self, cases: Sequence[Case], start: datetime, end: datetime, organisation: Organisation,
        saved: Sequence[tuple[datetime, str]] = (), team: str | None = None, at: datetime | None = None,
    ) -> None:  # fmt: skip
        self.zone = ZoneInfo(organisation.time_zone)
        self.organisation, self.team = organisation, team
        self.start, self.end = start, end
        known = [one for case in cases if (one := case.by(at) if at else case)]
        self.saved = [one for one in saved if at is None or one[0] <= at]
        self.state = _states(known)
        self.reasked = _reasked(known)
        self.all = [case for case in known if case.follows is None and case.verdict is not Verdict.OUT_OF_SCOPE]
        if team:
            self.all = [case for case in self.all if team in case.teams]
        self.period = self.between(start, end)

    def between(self, start: datetime, end: datetime) -> list[Case]:
        return [case for case in self.all if start <= case.at < end]

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)

    def back(self, days: int) -> datetime:
        local = self.end.astimezone(self.zone)
        return datetime.combine(local.date() - days * DAY, local.time(), self.zone)

    def item(self, case: Case) -> str | None:
        return case.chosen[1] if case.chosen else case.item

    def people(self, cases: Sequence[Case]) -> int:
        return len({case.asker for case in cases})

    # ------------------------------------------------------------ the strip

    def figures(self) -> dict[str, tuple[float | None, int]]:
        rows = self.period
        states = Counter(self.state[case.id] for case in rows)
        decided = sum(states[one] for one in (State.CONFIRMED, State.UNRATED, State.FAILED, State.ANSWERED_BY_OWNER))
        served = [case for case in rows if case.verdict in (Verdict.ANSWERED, Verdict.TENTATIVE)]
        topics = {(case.asker, self.item(case) or case.nearest) for case in rows if self.item(case) or case.nearest}
        first = counting.spread((case.told_at - case.at).total_seconds() for case in rows if case.told_at)
        owner = counting.spread(hours for case in rows if (hours := self.hours(case)) is not None)
        weeks = [self.between(self.back(7 * (n + 1)), self.back(7 * n)) for n in range(4)]
        asked_in = Counter(person for week in weeks for person in {case.asker for case in week})
        answers = [answer for at, answer in self.saved if at < self.end]
        since = {answer: at for at, answer in self.saved}
        again = [a for a in answers if any(self.item(case) == a and case.at > since[a] for case in rows)]
        return {
            "questions": (len(rows), len(rows)),
            "askers": (self.people(rows), self.people(rows)),
            "returning_askers": (sum(n >= 2 for n in asked_in.values()), len(asked_in)),
            "adoption_7": self.adoption(7),
            "adoption_28": self.adoption(28),
            "self_serve_rate": _share(states[State.CONFIRMED], decided),
            "unrated_share": _share(states[State.UNRATED], decided),
            "failed_share": _share(states[State.FAILED], decided),
            "escalation_rate": _share(sum(_before_owner(case) is not None for case in rows), len(rows)),
            "reask_rate": _share(sum(case.id in self.reasked for case in rows), len(rows)),
            "stale_answer_rate": _share(sum(case.overdue > 0 for case in served), len(served)),
            "reuse_rate": _share(len(again), len(answers)),
            "first_answer_p50": (first.p50, first.n),
            "first_answer_p90": (first.p90, first.n),
            "owner_answer_p50": (owner.p50, owner.n),
            "owner_answer_p90": (owner.p90, owner.n),
            "breadth": _share(len(topics), self.people(rows)),
        }

    def hours(self, case: Case) -> float | None:
        since = _before_owner(case)
        if case.decision is not EscalationState.ANSWERED or since is None or case.decided_at is None:
            return None
        organisation = self.organisation
        return counting.working_hours(since, case.decided_at, organisation.working_hours, organisation.time_zone)

    def adoption(self, days: int) -> tuple[float | None, int]:
        teams = [t for t in self.organisation.teams.values() if t.headcount and self.team in (None, t.name)]
        whole, names = sum(t.headcount or 0 for t in teams), {t.name for t in self.organisation.teams.values()}
        people = self.people([case for case in self.between(self.back(days), self.end) if names & set(case.teams)])
        return _share(people, whole)

    # ------------------------------------------------------------ weeks and people

    def mondays(self) -> list[date]:
        day = self.start.astimezone(self.zone).date()
        day -= day.weekday() * DAY
        found = []
        while self.midnight(day) < self.end:
            found.append(day)
            day += 7 * DAY
        return found

    def returning(self, monday: date) -> set[str]:
        weeks = [
            self.between(self.midnight(monday - 7 * n * DAY), min(self.end, self.midnight(monday - 7 * (n - 1) * DAY)))
            for n in range(4)
        ]
        asked_in = Counter(person for week in weeks for person in {case.asker for case in week})
        return {person for person, n in asked_in.items() if n >= 2}

    def weeks(self) -> list[dict[str, Any]]:
        found = []
        for monday in self.mondays():
            rows = [c for c in self.period if self.midnight(monday) <= c.at < self.midnight(monday + 7 * DAY)]
            states = Counter(self.state[case.id] for case in rows)
            found.append({
                "start": monday, "active": self.people(rows), "returning": len(self.returning(monday)),
                "questions": len(rows), "states": {one: states[one] for one in State}, "undecided": states[None],
                "first_answer": counting.spread((c.told_at - c.at).total_seconds() for c in rows if c.told_at),
                "owner_answer": counting.spread(hours for c in rows if (hours := self.hours(c)) is not None),
            })  # fmt: skip
        return found

    def funnel(self) -> list[int]:
        asked = {case.asker for case in self.period}
        returned = asked & set().union(*(self.returning(monday) for monday in self.mondays()))
        to_skill = [case for case in self.period if (self.item(case) or "").startswith("skill:")]
        used = returned & {case.asker for case in to_skill}
        confirmed = used & {case.asker for case in to_skill if self.state[case.id] is State.CONFIRMED}
        return [len(stage) for stage in (asked, returned, used, confirmed)]

    def depth(self) -> list[int]:
        counts = Counter(case.asker for case in self.between(self.back(28), self.end))
        return [sum(low <= n <= high for n in counts.values()) for low, high in ((1, 2), (3, 7), (8, 10**9))]

    def of(self, team: str, rows: Sequence[Case]) -> list[Case]:
        return [case for case in rows if team in (case.teams or ("other",))]

    def heat(self, team: str) -> list[int]:
        weeks = [(self.midnight(monday), self.midnight(monday + 7 * DAY)) for monday in self.mondays()]
        rows = self.of(team, self.period)
        return [self.people([case for case in rows if start <= case.at < end]) for start, end in weeks]

    def spans(self, team: str) -> list[int]:
        return [self.people(self.of(team, self.between(self.back(days), self.end))) for days in (7, 28)]

    def kinds(self, team: str) -> list[int]:
        rows = [case for case in self.of(team, self.period) if case.kind]
        process, mixed = (sum(case.kind is kind for case in rows) for kind in (Kind.PROCESS, Kind.MIXED))
        return [len(rows), process, mixed, len(rows) - process - mixed]

    # ------------------------------------------------------------ things

    def use(self) -> dict[str, list[int]]:
        rows: dict[str, list[Case]] = defaultdict(list)
        for case in self.period:
            if item := self.item(case):
                rows[item].append(case)
        return {
            item: [len(own), sum(self.state[c.id] is State.CONFIRMED for c in own), self.people(own)]
            for item, own in rows.items()
        }

    def about_tool(self, tool: str) -> int:
        return sum(tool in (self.item(case), *case.sources) for case in self.period)

    def stop(self) -> dict[str, list[int]]:
        bad = (State.FAILED, State.ESCALATED, State.ANSWERED_BY_OWNER)
        return {
            item: [n, sum(self.state[c.id] in bad for c in self.period if self.item(c) == item)]
            for item, (n, confirmed, _) in self.use().items()
            if not confirmed and item.startswith(("skill:", "tool:"))
        }

    def open_for(self, covers: Callable[[str | None], bool], now: datetime) -> tuple[int, float | None]:
        rows = [case for case in self.all if _waits(case) and covers(case.nearest)]
        zone, hours = self.organisation.time_zone, self.organisation.working_hours
        ages = [counting.working_hours(_before_owner(case) or now, now, hours, zone) for case in rows]
        return len(rows), max(ages, default=None)

    def closed(self) -> dict[str, list[int]]:
        found = {}
        told = [c for c in self.all if c.decided_at and self.start <= c.decided_at < self.end and c.answer]
        for answer in {case.answer for case in told}:
            own = [case for case in told if case.answer == answer]
            since = min(case.decided_at for case in own if case.decided_at)
            again = [
                c for c in self.period
                if c.at > since and self.item(c) == answer and c.verdict is not Verdict.UNRESOLVED and not c.decided_at
            ]  # fmt: skip
            found[answer or ""] = [self.people(own), len(again)]
        return found


def _before_owner(case: Case) -> datetime | None:
    return case.shared_at or (None if case.withheld else case.opened_at)


def _waits(case: Case) -> bool:
    return case.opened_at is not None and case.decision is None and _before_owner(case) is not None


def _share(part: float, whole: int) -> tuple[float | None, int]:
    return (part / whole, whole) if whole else (None, 0)


def _reasked_at(case: Case, cases: Sequence[Case]) -> datetime | None:
    settled = case.decided_at or case.at
    same = [c.at for c in cases if (c.same_as or c.id) == (case.same_as or case.id) and not c.withdrawn_at]
    return min((at for at in same if at > settled), default=None)


def _groups(cases: Sequence[Case]) -> dict[str, list[Case]]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.same_as or case.id].append(case)
    return groups


def _states(cases: Sequence[Case]) -> dict[str, object]:
    return {case.id: state(case, _reasked_at(case, own)) for own in _groups(cases).values() for case in own}


def _reasked(cases: Sequence[Case]) -> set[str]:
    found = set()
    for own in _groups(cases).values():
        for case in own:
            at, settled = _reasked_at(case, own), case.decided_at or case.at
            if at and at <= settled + 7 * DAY:
                found.add(case.id)
    return found
