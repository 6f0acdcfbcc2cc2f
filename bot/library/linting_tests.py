"""The faults of test cards that only show beside the notes, or with time."""

from collections.abc import Callable, Iterator
from datetime import date

from bot.domain import Finding, Library, Ring, Severity, ToolNote, ToolTest, TrialDecision
from bot.reasoning import testing

Line = Callable[[str, tuple[str | int, ...]], int | None]  # of a key in a file
_RINGS = {TrialDecision.ADOPT: Ring.ADOPT, TrialDecision.HOLD: Ring.HOLD}


def lint_tests(library: Library, today: date | None, line: Line) -> Iterator[Finding]:
    """Cards of tools that are not there; with `today` also overdue ones, and trials that wait for a decision."""
    for test in library.tests.values():
        note = library.tools.get(test.tool)
        if note is None and test.tool != "tool:":
            problem = f"There is no tool {test.tool.removeprefix('tool:')[:80]!r}."
            mend = "Write the name of a file in knowledge/tools, or add that note."
            yield Finding(test.path, line(test.path, ("tool",)), Severity.ERROR, "tool-unknown", problem, mend)
        for code, problem, mend, key in _warnings(library, test, note, today) if note else ():
            yield Finding(test.path, line(test.path, (key,)), Severity.WARNING, code, problem, mend)


def _warnings(library: Library, test: ToolTest, note: ToolNote, today: date | None) -> Iterator[tuple[str, ...]]:
    newer = [one for one in library.tests.values() if one.tool == test.tool and one.task == test.task]
    replaced = any((one.tested or date.min) > (test.tested or date.min) for one in newer)
    if today and not replaced and testing.is_overdue(test, note, today):
        days = testing.overdue_days(test, note, today)
        problem = f"The test is {days} {'day' if days == 1 else 'days'} overdue."
        yield "test-overdue", problem, "Test again and set tested, or add a newer card.", "tested"
    if today and testing.is_undecided(test, today):
        problem = f"The trial ended on {test.trial_until}, and nothing was decided."
        yield (
            "trial-undecided",
            problem,
            "Set decision: adopt, hold, or extend with a new end.",
            "trial_until",
        )
    wanted = _RINGS.get(test.decision) if test.decision else None
    if wanted and note.ring is Ring.TRIAL:
        problem = f"It was decided to {test.decision}, but the note of {note.title} still says trial."
        yield "trial-decided", problem, f"Set ring: {wanted} in {note.path}.", "decision"
