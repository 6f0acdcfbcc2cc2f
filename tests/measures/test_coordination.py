"""The coordination ledger counts steps by team and names nobody."""

from bot.domain import PersonId, StepKind, TeamName
from bot.measures.coordination import Held, ledger
from bot.measures.privacy import fold_small

SALES, LEGAL = TeamName("sales"), TeamName("legal")


def held(step: StepKind, team: TeamName, *people: str) -> list[Held]:
    return [Held(step, (team,), PersonId(person)) for person in people]


def test_five_people_make_a_cell_and_fewer_are_folded() -> None:
    met = held(StepKind.APPROVAL, SALES, *"abcdef") + held(StepKind.MEETING, SALES, "a", "b")
    met += held(StepKind.WAITING, LEGAL, "x")
    found = ledger(met)
    assert found.counts == {"sales": {"approval": 6}}
    assert found.left_out == 3


def test_small_cells_that_are_five_people_together_stand_under_other() -> None:
    met = held(StepKind.APPROVAL, SALES, *"abc") + held(StepKind.MEETING, SALES, *"cde")
    assert ledger(met).counts == {"sales": {"other": 6}}


def test_one_person_many_times_is_one_person() -> None:
    assert ledger(held(StepKind.APPROVAL, SALES, *"aaaaaaaa")).counts == {}


def test_every_place_that_is_shown_holds_at_least_five_people() -> None:
    cells = {(row, column): set("abcdefghij"[: n + i]) for i, row in enumerate("pqr") for n, column in enumerate("xyz")}
    places = fold_small(cells)
    for place in set(places.values()) - {None}:
        assert len(set().union(*(cells[c] for c, now in places.items() if now == place))) >= 5
