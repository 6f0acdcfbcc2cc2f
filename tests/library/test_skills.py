from datetime import date, timedelta

from bot.domain import Severity
from bot.library.files import Source
from bot.library.skills import parse_skill

FULL = """---
name: campaign-brief
description: Turns a campaign goal into a one-page brief. Use when planning a campaign or a launch.
metadata:
  signpost.owner: "U012AB3CD"
  signpost.extends: "foundation/brand-voice"
  signpost.tools: "claude, hubspot"
  signpost.outcome: "pipeline"
  signpost.reviewed: "2026-10-01"
  signpost.review-every: "90d"
---
# Campaign brief

One page.

## Steps
1. Ask.
"""


def parse(text: str, path: str = "skills/marketing/campaign-brief/SKILL.md"):
    skill, findings = parse_skill(Source(path, text))
    return skill, {finding.code: finding for finding in findings}


def test_a_skill_to_the_standard_is_read_whole_and_without_a_finding() -> None:
    skill, findings = parse(FULL)
    assert findings == {}
    assert skill.id == "skill:marketing/campaign-brief"
    assert (skill.name, skill.title, skill.layer) == ("campaign-brief", "Campaign brief", "marketing")
    assert (skill.owner, skill.outcome) == ("U012AB3CD", "pipeline")
    assert skill.tools == ("tool:claude", "tool:hubspot")
    assert skill.extends == ("skill:foundation/brand-voice",)
    assert (skill.review.reviewed, skill.review.every) == (date(2026, 10, 1), timedelta(days=90))
    assert [section.heading for section in skill.sections] == ["Campaign brief", "Steps"]


def test_layers_and_ids_come_from_the_path() -> None:
    deep, _ = parse(FULL, "skills/marketing/lifecycle/campaign-brief/SKILL.md")
    flat, _ = parse(FULL, "skills/campaign-brief/SKILL.md")
    assert (deep.id, deep.layer) == ("skill:marketing/lifecycle/campaign-brief", "marketing/lifecycle")
    assert (flat.id, flat.layer) == ("skill:campaign-brief", "")


def test_without_frontmatter_folder_and_first_paragraph_stand_in() -> None:
    skill, findings = parse("# Hello\n\nWrites a brief for a campaign, step by step and in your words.\n")
    assert (skill.name, skill.title) == ("campaign-brief", "Hello")
    assert skill.description == "Writes a brief for a campaign, step by step and in your words."
    assert findings["frontmatter-missing"].severity is Severity.WARNING


def test_an_empty_file_is_kept_with_an_error() -> None:
    skill, findings = parse("")
    assert (skill.id, skill.title) == ("skill:marketing/campaign-brief", "Campaign brief")
    assert findings["description-missing"].severity is Severity.ERROR


def test_what_breaks_the_standard_is_named_with_its_line() -> None:
    text = "---\nname: Campaign Brief\ndescription: short\nversion: 1\n"
    text += "metadata:\n  tags: [a]\nallowed-tools: [Read]\n---\nx"
    _, findings = parse(text)
    assert set(findings) == {
        "name-not-folder", "name-not-standard", "description-too-short", "key-not-standard",
        "metadata-not-flat", "allowed-tools-not-text",
    }  # fmt: skip
    assert (findings["name-not-folder"].line, findings["key-not-standard"].line) == (2, 4)
    assert all(finding.problem.endswith(".") and finding.mend.endswith(".") for finding in findings.values())


def test_a_description_over_the_limit_is_kept_whole() -> None:
    skill, findings = parse(f"---\nname: campaign-brief\ndescription: {'word ' * 300}\n---\nx")
    assert len(skill.description) == 1499
    assert "description-too-long" in findings


def test_a_bad_date_and_a_bad_duration_cost_only_themselves() -> None:
    skill, findings = parse(FULL.replace("2026-10-01", "next week").replace("90d", "soon"))
    assert (skill.review.reviewed, skill.review.every, skill.owner) == (None, None, "U012AB3CD")
    assert (findings["bad-date"].line, findings["bad-duration"].line) == (9, 10)


def test_durations_are_days_weeks_months_and_years() -> None:
    lengths = [parse(FULL.replace("90d", text))[0].review.every for text in ("90d", "12w", "6m", "1y", "3 months")]
    assert lengths == [timedelta(days=days) for days in (90, 84, 180, 365, 90)]


def test_dates_that_would_overflow_are_refused() -> None:
    skill, findings = parse(FULL.replace("2026-10-01", "9999-12-31").replace("90d", "99999y"))
    assert (skill.review.reviewed, skill.review.every) == (None, None)
    assert {"bad-date", "bad-duration"} <= set(findings)


def test_a_misspelt_key_of_ours_is_found() -> None:
    assert "signpost-key-unknown" in parse(FULL.replace("signpost.outcome", "signpost.outcom"))[1]
