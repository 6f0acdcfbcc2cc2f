"""Who may see what: the one place where cells of few people are folded. Pure.

A cell is a group of people that a picture tells apart: a team, a week, a team's week, the askers of a tool. What became
of a shown group's questions is shown with it. A cell of fewer than five people goes into "other"; while what is folded
together is itself fewer than five, the next smallest goes with it, so that nothing can be worked out by subtracting
what is shown from a total. What stays below five is not shown at all.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TypeVar

from bot.measures.counting import OTHER, SMALLEST_CELL

K = TypeVar("K", bound=object)
Cell = tuple[str, str]  # row, column


@dataclass(frozen=True)
class View:
    """Whose eyes the report is for."""

    names_people: bool = False  # the owner: sees everything of those who asked them

    def count(self, people: int) -> int | None:
        """A number of people, if it may be shown. Nobody at all is no cell."""
        return None if self.hides(people) else people

    def hides(self, people: int) -> bool:
        """Whether a cell of so many people must not be shown."""
        return not self.names_people and 0 < people < SMALLEST_CELL

    def folded(self, people: Mapping[K, int], union: Callable[[Collection[K]], int]) -> frozenset[K]:
        """The cells that go into "other". `union`: how many people are in any of these cells.

        What is called "other" from the start (people of no team) is folded already.
        """
        if self.names_people:
            return frozenset(key for key in people if key == OTHER)
        folded = {key for key, count in people.items() if 0 < count < SMALLEST_CELL or (key == OTHER and count)}
        rest = sorted(
            (key for key, count in people.items() if count and key not in folded), key=lambda k: (people[k], str(k))
        )
        # One small cell beside many people of no team could still be told by whoever knows how many those are.
        known_rest = not any(key == OTHER and 0 < count < SMALLEST_CELL for key, count in people.items())
        while folded and rest:
            alone = known_rest and len([key for key in folded if key != OTHER]) == 1
            if union(folded) >= SMALLEST_CELL and not alone:
                break
            folded.add(rest.pop(0))
        return frozenset(folded)


def fold_small(cells: Mapping[Cell, Set[str]], smallest: int = SMALLEST_CELL) -> Mapping[Cell, Cell | None]:
    """Where each cell (row, column) is counted, by who stands in it; None where even all the small ones are too few.

    A row with fewer than `smallest` people goes into the row "other"; a cell that is still small goes, within its
    row, into the column "other" with the other small ones, and from there into ("other", "other").
    """
    rows = {row: _together(people for (r, _), people in cells.items() if r == row) for row, _ in cells}
    places: dict[Cell, Cell | None] = {
        cell: (cell[0] if len(rows[cell[0]]) >= smallest else OTHER, cell[1]) for cell in cells
    }
    for into in (lambda place: (place[0], OTHER), lambda _: (OTHER, OTHER), lambda _: None):
        for place in set(places.values()) - {None}:
            held = [cell for cell, now in places.items() if now == place]
            if len(_together(cells[cell] for cell in held)) < smallest:
                places.update(dict.fromkeys(held, into(place)))
    return places


def _together(groups: Iterable[Set[str]]) -> set[str]:
    return set().union(*groups)
