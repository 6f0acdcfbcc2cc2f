"""The tools by ring, with what people ask of them, how they did, and what moved. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.domain import Event, ItemId, Library, Ring, ToolNote, ToolTest
from bot.reasoning import testing


@dataclass(frozen=True)
class Blip:
    """One tool on the radar."""

    id: ItemId
    title: str
    owner: str | None
    questions: int  # answers that stood on it in the period
    test: ToolTest | None = None  # the last one
    overdue_days: int = 0  # of that test
    trial_until: date | None = None  # of a trial that goes on, or that waits for its decision
    undecided: bool = False  # that trial is over, and nobody has decided


@dataclass(frozen=True)
class Move:
    """A tool that changed its ring in the period. `before` is None where it is new."""

    id: ItemId
    title: str
    before: Ring | None
    after: Ring
    at: datetime


@dataclass(frozen=True)
class Radar:
    """`rings` in the radar's order, each with its tools by name; `unplaced` have no ring. What moved: latest first."""

    rings: Mapping[Ring, Sequence[Blip]]
    unplaced: Sequence[Blip] = ()
    moved: Sequence[Move] = field(default_factory=tuple)


def radar(
    library: Library,
    questions: Mapping[ItemId, int],
    ringed: Sequence[Event],
    today: date,
    since: datetime,
) -> Radar:
    """`questions`: how many answers stood on each tool since then; `ringed`: the rings seen ever, oldest first."""
    tests = testing.by_tool(library.tests.values(), library.tools)
    notes = sorted(library.tools.values(), key=lambda note: note.title.casefold())
    blips = {note.id: _blip(note, tests.get(note.id, ()), questions.get(note.id, 0), today) for note in notes}
    rings = {ring: [blips[note.id] for note in notes if note.ring is ring] for ring in Ring}
    unplaced = [blips[note.id] for note in notes if note.ring is None]
    return Radar(rings, unplaced, _moves(library.tools, ringed, since))


def _blip(note: ToolNote, cards: tuple[ToolTest, ...], questions: int, today: date) -> Blip:
    tests = {note.id: cards}
    last = testing.latest(tests, note.id)
    over = testing.undecided(tests, note.id, today)
    trial = over or testing.trial(tests, note.id, today)
    late = testing.overdue_days(last, note, today) if last else 0
    until = trial.trial_until if trial else None
    return Blip(note.id, note.title, note.owner, questions, last, late, until, over is not None)


def _moves(tools: Mapping[ItemId, ToolNote], events: Sequence[Event], since: datetime) -> tuple[Move, ...]:
    """Latest first. The first look at a library moves nothing; a tool that comes later is new."""
    found, rings = [], dict[ItemId, Ring | None]()
    for event in events:
        tool, ring = ItemId(event.about), event.data.get("ring")
        was, now = rings.get(tool), Ring(str(ring)) if ring else None
        is_first_look = event.at == events[0].at
        if now and now is not was and not is_first_look and event.at >= since and tool in tools:
            found.append(Move(tool, tools[tool].title, was, now, event.at))
        rings[tool] = now
    return tuple(reversed(found))


def as_json(found: Radar) -> dict[str, Any]:
    """The object of `signpost radar --json`."""
    return {
        "rings": {ring.value: [_as_json(blip) for blip in blips] for ring, blips in found.rings.items()},
        "unplaced": [_as_json(blip) for blip in found.unplaced],
        "moved": [
            {"id": m.id, "from": m.before, "to": m.after, "at": m.at.isoformat(timespec="seconds")} for m in found.moved
        ],
    }


def _as_json(blip: Blip) -> dict[str, Any]:
    test = blip.test
    return {
        "id": blip.id,
        "title": blip.title,
        "owner": blip.owner,
        "questions": blip.questions,
        "test": test and _card(test, blip.overdue_days),
        "trial_until": blip.trial_until and blip.trial_until.isoformat(),
        "undecided": blip.undecided,
    }


def _card(test: ToolTest, overdue_days: int) -> dict[str, Any]:
    return {
        "id": test.id,
        "task": test.task,
        "version": test.version,
        "tested": test.tested and test.tested.isoformat(),
        "result": test.result,
        "tester": test.tester,
        "overdue_days": overdue_days,
        "path": test.path,
    }


def lines(found: Radar) -> list[str]:
    """The radar in words, a line each, for a terminal."""
    told = []
    for name, blips in [*((ring.value, blips) for ring, blips in found.rings.items()), ("no ring", found.unplaced)]:
        told += [f"{name} ({len(blips)})", *(f"  {blip.title}: {in_words(blip)}" for blip in blips)] if blips else []
    moved = [f"  {moved_in_words(move)}" for move in found.moved] or ["  nothing in the last 90 days"]
    return [*told, "moved", *moved]


def in_words(blip: Blip, tester: str = "") -> str:
    """What is known of a tool in half a line: questions, last test, trial. `tester`: the name to show."""
    parts = [f"{blip.questions} {'question' if blip.questions == 1 else 'questions'}"]
    if blip.test:
        by = f" by {tester or blip.test.tester}" if tester or blip.test.tester else ""
        late = ", needs a re-test" if blip.overdue_days else ""
        parts.append(f"{testing.said_of(blip.test)}, tested {blip.test.tested}{by}{late}")
    if blip.trial_until:
        parts.append(
            f"trial ended {blip.trial_until}, not decided" if blip.undecided else f"trial until {blip.trial_until}"
        )
    return "; ".join(parts)


def moved_in_words(move: Move) -> str:
    """From where to where, and when."""
    return f"{move.title}: {move.before or 'new'} → {move.after} ({move.at:%Y-%m-%d})"
