from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.domain import Finding
from bot.library.lint import lint
from bot.library.loading import load

Write = Callable[[str, str | bytes], Path]
TODAY = date(2026, 11, 23)

ORGANISATION = 'owner = "U1"\n[teams.marketing]\nowner = "U3"\n'
SKILL = """---
name: a
description: Does one thing, and says when to use it for what.
metadata:
  signpost.tools: "hubspot"
  signpost.outcome: "pipeline"
  signpost.reviewed: "2026-11-01"
  signpost.review-every: "90d"
---
# A
Text.
"""
NOTE = """---
tool: HubSpot
aliases: [Hub Spot]
owner: U1
reviewed: 2026-11-01
review_every: 90d
use_for: CRM
data:
  public: allowed
works_with:
  - tool: sheets
    via: zapier
    source: https://example.com
    tested: 2026-11-01
---
"""
RULE = """---
decision: not allowed
tools: hubspot
data: customer
teams: marketing
owner: U1
expires: 2027-01-01
---
Why.
"""
PATHS = {
    "skill": "skills/marketing/a/SKILL.md",
    "note": "knowledge/tools/hubspot.md",
    "rule": "knowledge/rules/r.md",
}


@pytest.fixture
def clean(tmp_path: Path, write: Write) -> Path:
    write("knowledge/organisation.toml", ORGANISATION)
    write("skills/marketing/a/QUESTIONS.md", "- how?")
    for name, text in (("skill", SKILL), ("note", NOTE), ("rule", RULE)):
        write(PATHS[name], text)
    for tool in ("sheets", "zapier"):
        write(f"knowledge/tools/{tool}.md", f"---\ntool: {tool}\nowner: U1\n---\nText.")
    return tmp_path


def found(root: Path) -> list[tuple[str, str, int | None]]:
    return [(finding.path, finding.code, finding.line) for finding in lint(load(root), root, TODAY)]


def test_a_library_to_the_standard_has_no_findings(clean: Path) -> None:
    assert found(clean) == []


@pytest.mark.parametrize(
    ("which", "old", "new", "code", "line"),
    [
        ("skill", '"hubspot"', '"hubspott"', "tool-unknown", 5),
        ("skill", "signpost.tools:", "signpost.extends: x/y\n  signpost.tools:", "extends-unknown", 5),
        ("skill", "pipeline", "fame", "outcome-unknown", 6),
        ("skill", "2026-11-01", "2026-01-01", "review-overdue", 7),
        ("note", "tool: sheets", "tool: exel", "tool-unknown", 11),
        ("note", "via: zapier", "via: zapp", "tool-unknown", 11),
        ("note", "tool: sheets", "tool: hubspot", "edge-to-itself", 11),
        ("note", "    source: https://example.com\n", "", "edge-without-source", 11),
        ("note", "tested: 2026-11-01", "expires: 2026-11-22", "edge-expired", 11),
        ("note", "tested: 2026-11-01", "tested: 2026-01-01", "edge-expired", 11),
        ("note", "public: allowed", "pubic: allowed", "data-class-unknown", 8),
        ("note", "public: allowed", "public: perhaps", "decision-unknown", 9),
        ("note", "aliases: [Hub Spot]", "aliases: [Zapier]", "alias-taken", None),
        ("note", "reviewed: 2026-11-01", "reviewed: 2026-01-01", "review-overdue", 5),
        ("rule", "tools: hubspot", "tools: hub", "tool-unknown", 3),
        ("rule", "data: customer", "data: custmer", "data-class-unknown", 4),
        ("rule", "teams: marketing", "teams: sales", "team-unknown", 5),
        ("rule", "2027-01-01", "2026-11-22", "rule-expired", 7),
        ("rule", "owner: U1", "decided: 2026-01-01", "owner-missing", None),
    ],
)
def test_each_fault_is_found_where_it_is(
    clean: Path, which: str, old: str, new: str, code: str, line: int | None
) -> None:
    file = clean / PATHS[which]
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    (finding,) = found(clean)
    path = "knowledge/tools/zapier.md" if code == "alias-taken" else PATHS[which]
    assert finding == (path, code, line)


def test_nothing_runs_out_without_a_date_to_measure_by(clean: Path) -> None:
    file = clean / PATHS["skill"]
    file.write_text(SKILL.replace("2026-11-01", "2020-01-01"))
    assert lint(load(clean), clean) == ()


def test_a_skill_without_questions_and_a_layer_without_owner_are_found(clean: Path, write: Write) -> None:
    write("skills/sales/b/SKILL.md", SKILL.replace("name: a", "name: b"))
    assert {code for _, code, _ in found(clean)} == {
        "questions-missing",
        "layer-owner-unknown",
        "owner-missing",
    }


def test_a_question_of_two_skills_is_found_in_the_second(clean: Path, write: Write) -> None:
    write("skills/marketing/b/SKILL.md", SKILL.replace("name: a", "name: b"))
    write("skills/marketing/b/QUESTIONS.md", "- How")
    assert found(clean) == [("skills/marketing/b/QUESTIONS.md", "question-duplicated", None)]


def test_files_that_look_meant_to_be_read_and_are_not_are_named(clean: Path, write: Write) -> None:
    write("skills/marketing/brief.md", "text")
    write("skills/marketing/a/references/more.md", "belongs to the skill")
    write("skills/README.md", "about")
    write("knowledge/tools/more.yaml", "tool: x")
    assert found(clean) == [
        ("knowledge/tools/more.yaml", "file-ignored", None),
        ("skills/marketing/brief.md", "file-ignored", None),
    ]


def test_a_finding_says_what_to_do_in_whole_sentences(clean: Path, write: Write) -> None:
    write(PATHS["note"], "---\nring: love\ndata: {x: y}\nworks_with: [nothing]\n---\n")
    findings: tuple[Finding, ...] = lint(load(clean), clean, TODAY)
    assert len(findings) > 5
    assert all(text[-1] in ".…" for finding in findings for text in (finding.problem, finding.mend))
