"""The questions that a report is about, and counting people among them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.domain import ItemId, Spread, State, TeamName
from bot.measures.clock import days_back, micros, midnight, moment, mondays, period_before
from bot.measures.counting import OTHER
from bot.measures.eventlog import NONE
from bot.measures.facts import STATES, Facts, Flags, Ints
from bot.measures.privacy import View

CONFIRMED, UNRATED, ESCALATED, BY_OWNER, FAILED, WITHDRAWN = (
    STATES.index(state)
    for state in (
        State.CONFIRMED,
        State.UNRATED,
        State.ESCALATED,
        State.ANSWERED_BY_OWNER,
        State.FAILED,
        State.WITHDRAWN,
    )
)
YEAR = 366 * 86_400 * 1_000_000  # microseconds
# What still waits for the owner is not decided yet. Unrated is: silence is no success, and no failure either.
DECIDED = (CONFIRMED, UNRATED, BY_OWNER, FAILED)


@dataclass(frozen=True)
class Scope:
    """A period and a team or everyone. Places are places of questions in `facts`."""

    facts: Facts
    start: datetime
    end: datetime
    zone: str
    view: View
    team: TeamName | None = None

    @cached_property
    def mine(self) -> Flags:
        """Every counted question of the team, whenever it was asked."""
        counted = self.facts.counted
        return counted if self.team is None else counted & self.of_team(self.team, np.arange(len(counted)))

    @cached_property
    def rows(self) -> Ints:
        """The places of the period's questions."""
        return self.between(self.start, self.end)

    def between(self, start: datetime, end: datetime) -> Ints:
        """The places of the questions asked from `start` on and before `end`."""
        at = self.facts.asked_at
        return np.flatnonzero(self.mine & (at >= micros(start)) & (at < micros(end)))

    def of_team(self, team: str, rows: Ints) -> Flags:
        """Which of these had an asker who was in the team when asking; "other": in none."""
        sets = self.facts.team_sets
        within = np.array([team in (names or (OTHER,)) for names in sets], bool)
        return within[self.facts.teams[rows]] if len(sets) else np.zeros(len(rows), bool)

    def teams_of_five(self, rows: Ints, group: Ints, count: int) -> list[tuple[str, ...]]:
        """For each of `count` groups of rows the teams of which enough people are in it to be named."""
        named: list[list[str]] = [[] for _ in range(count)]
        size = max(1, len(self.facts.people))
        for team in sorted({name for names in self.facts.team_sets for name in names}):
            within = self.of_team(team, rows)
            pairs = np.unique(group[within] * size + self.facts.asker[rows[within]])
            people = np.bincount(pairs // size, minlength=count)
            for place in np.flatnonzero(people).tolist():
                if not self.view.hides(int(people[place])):
                    named[place].append(team)
        return [tuple(teams) for teams in named]

    def last(self, days: int) -> Ints:
        """The places of the last days of the period, and of before where it is shorter."""
        return self.between(days_back(self.end, days, self.zone), self.end)

    def people(self, rows: Ints) -> int:
        """Distinct askers."""
        return int(np.count_nonzero(self.present(rows)))

    def present(self, rows: Ints) -> Flags:
        """For each person, whether they asked one of these."""
        found = np.zeros(len(self.facts.people), bool)
        found[self.facts.asker[rows]] = True
        return found

    def weeks(self) -> list[date]:
        """The Mondays of the period's weeks; of a period without bounds those within a year of a question."""
        asked = self.facts.asked_at
        first, last = (int(asked.min()), int(asked.max())) if len(asked) else (micros(self.start),) * 2
        begin, end = max(micros(self.start), first - YEAR), min(micros(self.end), last + YEAR)
        begin = min(begin, micros(self.end) - 1)
        return mondays(moment(begin), moment(max(begin + 1, end)), self.zone)

    def week_of(self, rows: Ints, weeks: Sequence[date]) -> Ints:
        """For each the place of its week; −1 before the first."""
        edges = np.array([micros(midnight(day, self.zone)) for day in weeks], np.int64)
        return np.searchsorted(edges, self.facts.asked_at[rows], side="right") - 1

    def before(self) -> "Scope":
        """The period before, as long as this one."""
        return Scope(
            self.facts,
            period_before(self.start, self.end, self.zone),
            self.start,
            self.zone,
            self.view,
            self.team,
        )

    def places(self, prefix: str) -> Flags:
        """For each item and, last, for none: whether its id begins so. To be looked up by place, −1 included."""
        return np.array([*(item.startswith(prefix) for item in self.facts.items), False], bool)

    def item(self, place: int) -> ItemId:
        """The id of an item."""
        return self.facts.items[place]


def spreads(group: Ints, values: npt.NDArray[np.float64], count: int) -> list[Spread]:
    """Median and 90th percentile of each of `count` groups, between the closest ranks, as `counting.spread`."""
    order = np.lexsort((values, group))
    group, values = group[order], values[order]
    starts = np.searchsorted(group, np.arange(count))
    sizes = np.searchsorted(group, np.arange(count), side="right") - starts
    found = []
    for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
        ranked = values[start : start + size]
        found.append(Spread(_quantile(ranked, 0.5), _quantile(ranked, 0.9), size) if size else Spread())
    return found


def _quantile(ranked: npt.NDArray[np.float64], share: float) -> float:
    rank = share * (len(ranked) - 1)
    low = int(rank)
    high = min(low + 1, len(ranked) - 1)
    return float(ranked[low] + (rank - low) * (ranked[high] - ranked[low]))


def distinct_pairs(first: Ints, second: Ints) -> int:
    """How many different pairs there are, those without a second left out."""
    there = second != NONE
    return len(np.unique(first[there] * (int(second.max(initial=0)) + 1) + second[there]))
