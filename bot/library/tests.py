"""knowledge/tests/<slug>.md: test cards, what somebody saw when they tried a tool at a task."""

from pathlib import PurePosixPath

from bot.domain import Finding, ItemId, TestResult, ToolTest, TrialDecision
from bot.library.fields import Fields
from bot.library.files import Source
from bot.library.findings import Report
from bot.library.frontmatter import parse_frontmatter
from bot.library.markdown import in_words
from bot.library.skills import tool_reference

KEYS = (
    "tool", "task", "version", "tested", "result", "tester", "expires", "review_every", "trial_until", "decision",
    "source",
)  # fmt: skip
_RESULTS = {result.value: result for result in TestResult}
# "none yet" is what a trial that goes on says; it is the same as no decision.
_DECISIONS: dict[str, TrialDecision | None] = {
    **{decision.value: decision for decision in TrialDecision},
    "none yet": None,
    "none": None,
}


def parse_test(source: Source) -> tuple[ToolTest, tuple[Finding, ...]]:
    """One test card. Always gives a card; without a readable date and result it says nothing about the tool."""
    report = Report(source.path)
    front = parse_frontmatter(source.text, report)
    fields = Fields(front.values, front.lines, report)
    stem = PurePosixPath(source.path).stem
    test = ToolTest(
        id=ItemId(f"test:{stem}"),
        tool=tool_reference(fields.text("tool")),
        task=fields.text("task") or in_words(stem).lower(),
        version=fields.text("version"),
        tested=fields.day("tested"),
        result=fields.choice("result", _RESULTS, "result-unknown"),
        tester=fields.text("tester") or None,
        every=fields.duration("review_every"),
        expires=fields.day("expires"),
        trial_until=fields.day("trial_until"),
        decision=fields.choice("decision", _DECISIONS, "decision-unknown"),
        source=fields.text("source"),
        text=front.body.strip(),
        path=source.path,
    )
    _check(test, fields)
    return test, source.findings + report.findings


def _check(test: ToolTest, fields: Fields) -> None:
    report = fields.report
    fields.check_keys(KEYS, "key-unknown", f"Known keys are: {', '.join(KEYS)}.")
    if not fields.text("tool"):
        report.error("test-without-tool", "The test card names no tool; it is not used.", "Add tool: its id.", 1)
    if not fields.text("task"):
        report.warning("test-without-task", f"It does not say at what; {test.task!r} it is.", "Add task:.", 1)
    if test.result and not test.tested:
        problem = "There is a result, but no day on which it was seen; it is not used."
        report.error("test-without-date", problem, "Add tested: the day.", fields.line("result"))
    if test.tested and not test.result and not fields.text("result"):
        problem = "It was tested, but with what result is not said; it is not used."
        report.error("test-without-result", problem, f"Add result: {', '.join(_RESULTS)}.", fields.line("tested"))
    if not test.tested and not test.trial_until:
        problem = "Nothing was tested yet, and no trial goes on."
        report.warning("test-empty", problem, "Add tested and result, or trial_until.", 1)
    if test.tested and not test.tester:
        report.warning("tester-missing", "Nobody stands behind the result.", "Add tester:.", fields.line("tested"))
    if not test.text:
        report.warning("test-without-text", "It does not say what was seen.", "Write it below the frontmatter.")
