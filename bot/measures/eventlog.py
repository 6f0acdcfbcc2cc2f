"""The event log as columns: read once, extended with what is new, so that a report need not read a row again. Pure.

Moments are microseconds since 1970 in UTC. Whatever has a name (people, items, teams) is kept once and meant by its
place in a list; −1 stands for none. The lists and columns only grow.
"""

from array import array
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from bot.domain import EscalationState, Helpfulness, ItemId, Kind, Verdict

VERDICTS, KINDS, ESCALATIONS = list(Verdict), list(Kind), list(EscalationState)
PRESSES = list(Helpfulness)
NONE = -1

T = TypeVar("T", bound=Hashable)


class Logged(NamedTuple):
    """One event. `data` is what `docs/events.md` says."""

    at: int
    who: str
    what: str
    about: str
    data: Mapping[str, Any]


class Names(Generic[T]):
    """Values and their places."""

    def __init__(self) -> None:
        self.all: list[T] = []
        self._places: dict[T, int] = {}

    def place(self, value: T) -> int:
        """Where it is, or is from now on."""
        found = self._places.get(value)
        if found is None:
            found = self._places[value] = len(self.all)
            self.all.append(value)
        return found

    def find(self, value: T) -> int:
        """Where it is; −1 where it never was."""
        return self._places.get(value, NONE)


class Columns:
    """Rows of whole numbers, kept column by column."""

    def __init__(self, width: int) -> None:
        self.columns = [array("q") for _ in range(width)]
        self._append = [column.append for column in self.columns]

    def add(self, *values: int) -> None:
        for append, value in zip(self._append, values, strict=True):
            append(value)

    def __len__(self) -> int:
        return len(self.columns[0])


class EventLog:
    """What the reports need of every event so far."""

    def __init__(self) -> None:
        self.questions: Names[str] = Names()
        self.people: Names[str] = Names()
        self.items: Names[ItemId] = Names()
        self.teams: Names[tuple[str, ...]] = Names()  # sets of teams that somebody was in
        self.sources: Names[tuple[str, ...]] = Names()
        self.escalations: Names[str] = Names()
        self.asked = Columns(5)  # at, asker, teams, is a follow-up, first question with the same words
        self.answered = Columns(8)  # question, at, verdict, kind, recommended, nearest, sources, overdue sources
        self.told = Columns(2)  # question, at
        self.pressed = Columns(3)  # question, at, press or none
        self.chosen = Columns(3)  # question, at, item
        self.overruled = Columns(3)  # question, at, kind
        self.withdrawn = Columns(2)  # question, at
        self.opened = Columns(3)  # at, question, withheld: one row an escalation
        self.shared = Columns(2)  # escalation, at
        self.decided = Columns(4)  # escalation, at, state, answer
        self.saved = Columns(3)  # answer, at, escalation it was written for
        self.retired = Columns(2)  # answer, at
        self.ringed: list[tuple[int, ItemId, str | None]] = []  # at, tool, its ring
        self._takers: dict[str, Callable[[Logged], None]] = {
            "question.asked": self._take_asked,
            "answer.given": self._take_answer,
            "delivery.told": self._take_told,
            "feedback.given": self._take_press,
            "candidate.chosen": lambda e: self._about_question(self.chosen, e, self._item(e.data["item"])),
            "kind.overruled": lambda e: self._about_question(self.overruled, e, _KIND[e.data["to"]]),
            "question.withdrawn": lambda e: self._about_question(self.withdrawn, e),
            "escalation.opened": self._take_opened,
            "escalation.shared": self._take_shared,
            "answer.saved": self._take_saved,
            "answer.retired": lambda e: self.retired.add(self._item(e.about), e.at),
            "tool.ringed": lambda e: self.ringed.append((e.at, ItemId(e.about), e.data.get("ring"))),
            **{f"escalation.{state.value}": self._take_decision for state in list(EscalationState)[2:]},
        }

    @property
    def kinds_of_event(self) -> list[str]:
        """Every other event says nothing to a report."""
        return list(self._takers)

    def extend(self, events: Iterable[Logged]) -> None:
        """Takes in events in the order in which they were written."""
        takers = self._takers
        for event in events:
            takers[event.what](event)

    def _take_asked(self, event: Logged) -> None:
        data, number = event.data, len(self.asked)
        if self.questions.place(event.about) != number:
            return
        same = self.questions.find(data.get("same_words_as") or "")
        first = number if same == NONE else self.asked.columns[4][same]
        teams = self.teams.place(tuple(data.get("teams") or ()))
        self.asked.add(event.at, self.people.place(event.who), teams, data.get("follows") is not None, first)

    def _take_answer(self, event: Logged) -> None:
        data = event.data
        self._about_question(
            self.answered,
            event,
            _VERDICT[data["verdict"]],
            _KIND[data["kind"]],
            self._item(data["recommended"]),
            self._item(data.get("nearest")),
            self._sources(tuple(data.get("sources") or ())),
            data.get("overdue_sources") or 0,
        )

    def _take_told(self, event: Logged) -> None:
        if event.data["kind"] == "answer":
            self._about_question(self.told, event)

    def _take_press(self, event: Logged) -> None:
        if event.data.get("own", True):
            self._about_question(self.pressed, event, _PRESS[event.data["value"]])

    def _take_opened(self, event: Logged) -> None:
        question = self.questions.find(event.data.get("question", ""))
        if question != NONE and self.escalations.place(event.about) == len(self.opened):
            self.opened.add(event.at, question, bool(event.data["withheld"]))

    def _take_shared(self, event: Logged) -> None:
        if (escalation := self.escalations.find(event.about)) != NONE:
            self.shared.add(escalation, event.at)

    def _take_decision(self, event: Logged) -> None:
        if (escalation := self.escalations.find(event.about)) != NONE:
            state = _ESCALATION[event.what.removeprefix("escalation.")]
            self.decided.add(escalation, event.at, state, self._item(event.data.get("answer")))

    def _take_saved(self, event: Logged) -> None:
        escalation = self.escalations.find(event.data.get("escalation") or "")
        self.saved.add(self._item(event.about), event.at, escalation)

    def _about_question(self, columns: Columns, event: Logged, *values: int) -> None:
        if (question := self.questions.find(event.about)) != NONE:
            columns.add(question, event.at, *values)

    def _sources(self, ids: tuple[str, ...]) -> int:
        place = self.sources.find(ids)
        if place == NONE:
            place = self.sources.place(ids)
            for id in ids:
                self._item(id)
        return place

    def _item(self, id: str | None) -> int:
        return self.items.place(ItemId(id)) if id else NONE


_VERDICT = {verdict.value: place for place, verdict in enumerate(VERDICTS)}
_KIND = {kind.value: place for place, kind in enumerate(KINDS)}
_ESCALATION = {state.value: place for place, state in enumerate(ESCALATIONS)}
_PRESS: dict[str | None, int] = {None: NONE, **{press.value: place for place, press in enumerate(PRESSES)}}
