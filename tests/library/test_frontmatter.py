from hypothesis import given
from hypothesis import strategies as st

from bot.library.findings import Report
from bot.library.frontmatter import Frontmatter, parse_frontmatter


def parse(text: str) -> tuple[Frontmatter, list[str]]:
    report = Report("a.md")
    front = parse_frontmatter(text, report)
    return front, [finding.code for finding in report.findings]


def test_only_a_line_that_is_the_fence_closes_the_frontmatter() -> None:
    front, codes = parse("---\nname: a\ndescription: first --- second\nnote: |\n  ---\n  x\n---\nBody\n---\nmore")
    assert front.values == {"name": "a", "description": "first --- second", "note": "---\nx\n"}
    assert front.body == "Body\n---\nmore"
    assert codes == []


def test_dates_numbers_and_booleans_stay_the_text_that_was_written() -> None:
    front, _ = parse("---\nreviewed: 2026-10-01\nversion: 1.10\nflag: no\nempty: null\nquoted: 'null'\n---\n")
    assert front.values == {
        "reviewed": "2026-10-01", "version": "1.10", "flag": "no", "empty": "", "quoted": "null",
    }  # fmt: skip


def test_flow_style_reads_like_block_style() -> None:
    front, codes = parse('---\n{name: a, "tags": [x, "y"], metadata: {k: v}}\n---\nBody')
    assert front.values == {"name": "a", "tags": ["x", "y"], "metadata": {"k": "v"}}
    assert codes == []


def test_an_unquoted_colon_costs_nothing_but_a_finding_with_its_line() -> None:
    report = Report("a.md")
    front = parse_frontmatter("---\nname: a\ndescription: Use when: planning, it's fine\nowner: U1\n---\n", report)
    assert front.values == {"name": "a", "description": "Use when: planning, it's fine", "owner": "U1"}
    assert [(finding.code, finding.line) for finding in report.findings] == [("frontmatter-not-yaml", 3)]


def test_an_unquoted_colon_that_runs_over_lines_is_kept_whole() -> None:
    front, codes = parse("---\ndescription: Use when: planning\n  and also: this\nname: a\n---\n")
    assert front.values == {"description": "Use when: planning and also: this", "name": "a"}
    assert codes == ["frontmatter-not-yaml"]


def test_a_fault_inside_a_nested_map_keeps_its_other_keys() -> None:
    front, _ = parse("---\nmetadata:\n  signpost.owner: U1\n  note: a: b\n\tother: tab\nname: a\n---\n")
    assert front.values["name"] == "a"
    assert "U1" in str(front.values["metadata"])


def test_a_bomb_of_aliases_stays_small() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    front, codes = parse("---\n" + "\n".join(lines) + "\n---\n")
    assert len(str(front.values)) < 2_000
    assert "yaml-alias" in codes


def test_an_alias_of_a_text_is_read() -> None:
    assert parse("---\nowner: &me U1\nby: *me\n---\n")[0].values == {"owner": "U1", "by": "U1"}


def test_deep_nesting_is_cut_and_what_follows_is_read() -> None:
    front, codes = parse(f"---\ndeep: {'[' * 900}{']' * 900}\nname: a\n---\n")
    assert front.values["name"] == "a"
    assert "yaml-too-deep" in codes


def test_a_duplicate_key_is_found_on_its_line() -> None:
    report = Report("a.md")
    front = parse_frontmatter("---\nname: a\nname: b\n---\n", report)
    assert front.values == {"name": "b"}
    assert [(finding.code, finding.line) for finding in report.findings] == [("duplicate-key", 3)]


def test_without_a_closing_fence_the_first_empty_line_closes() -> None:
    front, codes = parse("---\nname: a\n\n# Heading\nText")
    assert (front.values, front.body) == ({"name": "a"}, "# Heading\nText")
    assert codes == ["frontmatter-unclosed"]


def test_a_rule_across_the_page_is_no_frontmatter() -> None:
    text = "---\nJust a sentence.\n---\nMore."
    front, _ = parse(text)
    assert (front.present, front.body) == (False, text)


def test_each_key_knows_its_line() -> None:
    front, _ = parse("---\ntool: x\nworks_with:\n  - tool: a\n    via: api\n  - tool: b\n---\n")
    assert front.lines[("tool",)] == 2
    assert front.lines[("works_with", 0, "via")] == 5
    assert front.lines[("works_with", 1)] == 6


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    parse(text)
    parse(f"---\n{text}\n---\n{text}")


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@ \n\t?,.~\\", max_size=80))
def test_any_mixture_of_yaml_marks_can_be_read(text: str) -> None:
    front, _ = parse(f"---\nname: kept\n{text}\n---\nBody")
    assert isinstance(front.values, dict)


def test_brackets_that_are_never_closed_take_no_time() -> None:
    front, codes = parse(f"---\nname: a\ndeep: {'[' * 60_000}\nowner: U1\n---\n")
    assert (front.values["name"], front.values["owner"]) == ("a", "U1")
    assert "frontmatter-not-yaml" in codes
