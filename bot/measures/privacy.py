"""Numbers that name nobody: what too few people stand behind goes into a larger cell. Pure."""

from collections.abc import Iterable, Mapping, Set

SMALLEST_CELL = 5  # people
OTHER = "other"

Cell = tuple[str, str]


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
