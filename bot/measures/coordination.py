"""The coordination ledger: which sort of step holds which team up, and how often. Never anybody's words. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain import PersonId, StepKind, TeamName
from bot.measures.counting import OTHER
from bot.measures.privacy import fold_small


@dataclass(frozen=True)
class Held:
    """Somebody was held up by a step of this sort."""

    step: StepKind
    teams: tuple[TeamName, ...]  # whoever asked is in these
    asker: PersonId


@dataclass(frozen=True)
class Ledger:
    """How often each team met each sort of step in a period."""

    counts: Mapping[str, Mapping[str, int]]  # team → sort of step, or "other" → times
    left_out: int  # met by fewer than five people, all small cells together


def ledger(held: Iterable[Held]) -> Ledger:
    """Counts a period. Cells with fewer than five people are folded; somebody in two teams counts in both."""
    people: dict[tuple[str, str], set[str]] = {}
    times: Counter[tuple[str, str]] = Counter()
    for one in held:
        for team in one.teams or (TeamName(OTHER),):
            people.setdefault((team, one.step.value), set()).add(one.asker)
            times[team, one.step.value] += 1
    places = fold_small(people)
    counts: dict[str, Counter[str]] = {}
    left_out = 0
    for cell, n in sorted(times.items()):
        if (place := places[cell]) is None:
            left_out += n
        else:
            counts.setdefault(place[0], Counter())[place[1]] += n
    return Ledger({team: dict(found) for team, found in counts.items()}, left_out)
