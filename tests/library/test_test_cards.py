"""Test cards: read whatever is in them, and found wanting in one sentence each."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Finding, TestResult, ToolTest, TrialDecision
from bot.library.files import Source
from bot.library.lint import lint
from bot.library.loading import load
from bot.library.tests import parse_test

CARD = """---
tool: Gridloom
task: cleaning lists
version: "8.2"
tested: 2026-10-03
result: Works
tester: U0MAYA
review_every: 90d
expires: 2027-01-01
trial_until: 2026-12-15
decision: none yet
source: https://example.com/x
---
It worked.
"""
NOTE = "---\ntool: Gridloom\nring: {ring}\nowner: U1\nreviewed: 2026-11-01\nreview_every: 90d\nuse_for: lists\n---\n"
TODAY = date(2026, 11, 24)


def card(text: str) -> tuple[ToolTest, dict[str, Finding]]:
    test, findings = parse_test(Source("knowledge/tests/lists.md", text))
    return test, {finding.code: finding for finding in findings}


def faults(root: Path, text: str, ring: str = "adopt") -> set[str]:
    for name, content in (("tools/gridloom.md", NOTE.format(ring=ring)), ("tests/lists.md", text)):
        path = root / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    library = load(root)
    return {finding.code for finding in lint(library, root, TODAY) if "/tests/" in finding.path}


def test_a_card_is_read_whole() -> None:
    test, findings = card(CARD)
    assert findings == {}
    assert (test.id, test.tool, test.task, test.version) == ("test:lists", "tool:Gridloom", "cleaning lists", "8.2")
    assert (test.tested, test.result, test.tester) == (date(2026, 10, 3), TestResult.WORKS, "U0MAYA")
    assert (test.every, test.expires) == (timedelta(days=90), date(2027, 1, 1))
    assert (test.trial_until, test.decision) == (date(2026, 12, 15), None)
    assert test.text == "It worked."


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("tool: Gridloom\n", "", "test-without-tool"),
        ("task: cleaning lists\n", "", "test-without-task"),
        ("result: Works", "result: great", "result-unknown"),
        ("tested: 2026-10-03", "tested: last week", "bad-date"),
        ("tested: 2026-10-03\n", "", "test-without-date"),
        ("result: Works\n", "", "test-without-result"),
        ("tester: U0MAYA\n", "", "tester-missing"),
        ("decision: none yet", "decision: perhaps", "decision-unknown"),
        ("version:", "edition:", "key-unknown"),
        ("It worked.\n", "", "test-without-text"),
    ],
)
def test_a_fault_costs_its_key_and_is_said(old: str, new: str, code: str) -> None:
    assert old in CARD
    test, findings = card(CARD.replace(old, new))
    assert code in findings
    assert findings[code].mend
    assert test.id == "test:lists"


def test_a_card_without_test_or_trial_says_nothing() -> None:
    assert "test-empty" in card("---\ntool: gridloom\ntask: lists\n---\nSoon.\n")[1]


@given(st.text())
def test_any_text_gives_a_card(text: str) -> None:
    assert card(text)[0].id == "test:lists"
    assert card(f"---\n{text}\n---\n{text}")[0].id == "test:lists"


def test_a_card_points_at_its_tool_by_any_name(tmp_path: Path) -> None:
    assert faults(tmp_path, CARD) == set()
    assert load(tmp_path).tests["test:lists"].tool == "tool:gridloom"
    assert "test:lists" not in load(tmp_path).items()


@pytest.mark.parametrize(
    ("old", "new", "ring", "codes"),
    [
        ("tool: Gridloom", "tool: loomgrid", "adopt", {"tool-unknown"}),
        ("expires: 2027-01-01", "expires: 2026-11-23", "adopt", {"test-overdue"}),
        ("expires: 2027-01-01", "expires: 2026-11-24", "adopt", set()),
        ("trial_until: 2026-12-15", "trial_until: 2026-11-23", "trial", {"trial-undecided"}),
        ("trial_until: 2026-12-15", "trial_until: 2026-11-24", "trial", set()),
        ("decision: none yet", "decision: hold", "trial", {"trial-decided"}),
        ("decision: none yet", "decision: extend", "trial", set()),
    ],
)
def test_lint_sees_cards_beside_notes_and_days(tmp_path: Path, old: str, new: str, ring: str, codes: set[str]) -> None:
    assert faults(tmp_path, CARD.replace(old, new), ring) == codes


def test_an_extended_trial_is_open_again_after_its_end(tmp_path: Path) -> None:
    text = CARD.replace("none yet", "extend").replace("2026-12-15", "2026-11-20")
    assert card(text)[0].decision is TrialDecision.EXTEND
    assert faults(tmp_path, text, "trial") == {"trial-undecided"}


def test_a_newer_card_for_the_same_task_takes_the_place_of_an_overdue_one(tmp_path: Path) -> None:
    old = CARD.replace("2026-10-03", "2026-03-01").replace("expires: 2027-01-01\n", "")
    assert faults(tmp_path, old) == {"test-overdue"}
    (tmp_path / "knowledge" / "tests" / "lists-again.md").write_text(CARD, encoding="utf-8")
    assert faults(tmp_path, old) == set()
