"""What test cards say of a tool: how it did, whether that still counts, and whether a trial waits for its decision.

Pure. A card without a day and a result says nothing but when a trial ends.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from bot.domain import Evidence, ItemId, ItemKind, TestResult, Tests, ToolNote, ToolTest, TrialDecision

RECENT = timedelta(days=90)  # so long nobody needs to test again
_SAID = {TestResult.WORKS: "works", TestResult.PARTIAL: "partly works", TestResult.FAILS: "fails"}


def by_tool(tests: Iterable[ToolTest], tools: Mapping[ItemId, ToolNote]) -> Tests:
    """The cards of each known tool, the latest test first, a card without a test last."""
    found: dict[ItemId, list[ToolTest]] = {}
    for test in tests:
        if test.tool in tools:
            found.setdefault(test.tool, []).append(test)
    return {tool: tuple(sorted(cards, key=_newest_first)) for tool, cards in found.items()}


def _newest_first(test: ToolTest) -> tuple[int, str]:
    return -test.tested.toordinal() if test.tested and test.result else 0, test.id


def latest(tests: Tests, tool: ItemId) -> ToolTest | None:
    """The last test of a tool that has a result; it speaks for the tool."""
    return next((test for test in tests.get(tool, ()) if test.tested and test.result), None)


def due_on(test: ToolTest, note: ToolNote | None) -> date | None:
    """The last day on which it counts: its own, else its test's day and its own or its note's rhythm."""
    every = test.every or (note.review.every if note else None)
    return test.expires or (test.tested + every if test.tested and every else None)


def overdue_days(test: ToolTest, note: ToolNote | None, today: date) -> int:
    """Whole days past the last day on which it counts; 0 while it does."""
    due = due_on(test, note)
    return max(0, (today - due).days) if due and test.result else 0


def is_overdue(test: ToolTest, note: ToolNote | None, today: date) -> bool:
    """Whether it has to be done again before anybody builds on it."""
    return overdue_days(test, note, today) > 0


def is_recent(test: ToolTest, today: date) -> bool:
    """Whether it is so fresh that nobody needs to do it again."""
    return bool(test.tested and test.result and today - RECENT <= test.tested <= today)


def is_running(test: ToolTest, today: date) -> bool:
    """Whether a trial goes on; its last day still belongs to it."""
    return _is_open(test) and bool(test.trial_until and test.trial_until >= today)


def is_undecided(test: ToolTest, today: date) -> bool:
    """Whether a trial is over and nobody has decided what it led to."""
    return _is_open(test) and bool(test.trial_until and test.trial_until < today)


def _is_open(test: ToolTest) -> bool:
    return test.decision in {None, TrialDecision.EXTEND}


def undecided(tests: Tests, tool: ItemId, today: date) -> ToolTest | None:
    """A tool's trial that waits for its decision, where no other trial of it still goes on."""
    cards = tests.get(tool, ())
    if any(is_running(test, today) for test in cards):
        return None
    return next((test for test in cards if is_undecided(test, today)), None)


def trial(tests: Tests, tool: ItemId, today: date) -> ToolTest | None:
    """The trial of a tool that goes on; of several the one that ends last."""
    running = [test for test in tests.get(tool, ()) if is_running(test, today)]
    return max(running, key=lambda test: (test.trial_until or today, test.id), default=None)


def reminder_about(test: ToolTest) -> str:
    """What a reminder of this trial's end is about: another end is another reminder."""
    return f"{test.id}@{test.trial_until}"


def reminded_of(about: str) -> ItemId | None:
    """The card that a reminder is about; None where it is about something else."""
    return ItemId(about.rpartition("@")[0]) if about.startswith(f"{ItemKind.TEST}:") else None


def standing(tests: Tests, tool: ItemId, note: ToolNote | None, today: date) -> tuple[str, ...]:
    """What somebody who builds on a tool should know of its tests and trials, a sentence each."""
    title = note.title if note else tool.removeprefix("tool:")
    lines = []
    last = latest(tests, tool)
    if last and is_overdue(last, note, today):
        lines.append(f"{title} needs a re-test: what was seen on {last.tested} has run out.")
    elif last and last.result is not TestResult.WORKS:
        lines.append(f"{title} {said_of(last)}.")
    if ended := undecided(tests, tool, today):
        lines.append(f"The trial of {title} ended on {ended.trial_until}, and nobody has decided yet.")
    elif running := trial(tests, tool, today):
        lines.append(f"{title} is on trial until {running.trial_until}.")
    return tuple(lines)


def said_of(test: ToolTest) -> str:
    """The result at the task, as it follows a name: "partly works for lists (version 4.2)"."""
    result = _SAID[test.result] if test.result else "not tested yet"
    version = f" (version {test.version})" if test.version else ""
    return f"{result} for {test.task.rstrip('.')}{version}"


def evidence_of(test: ToolTest, note: ToolNote | None, version: str, today: date) -> Evidence:
    """The card as a source of an answer: `owner` is who tested, `reviewed` the day."""
    return Evidence(
        id=test.id,
        kind=ItemKind.TEST,
        title=said_of(test),
        layer=None,
        owner=test.tester,
        reviewed=test.tested,
        overdue_days=overdue_days(test, note, today),
        link=test.source or test.path,
        version=version,
    )
