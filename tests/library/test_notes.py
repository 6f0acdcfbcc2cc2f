from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import EVERYONE, CuratedAnswer, DigestPlan, Edge, ItemId, Ladder, Organisation, Review, Ring
from bot.errors import BadInput
from bot.library.answers import answer_path, format_answer, parse_answer
from bot.library.decisions import parse_decision
from bot.library.files import Source
from bot.library.organisation import parse_organisation
from bot.library.rules import parse_rule
from bot.library.tools import parse_tool
from bot.reasoning import visibility

NOTE = """---
tool: HubSpot
aliases: [Hub Spot]
ring: adopt                 # a comment
owner: U012AB3CD
reviewed: 2026-10-01
review_every: 90d
vendor: https://example.com/x
use_for: CRM, marketing e-mail, contact lists
data:
  public: allowed
  customer: allowed if Enterprise tier with a signed DPA
  secret: not allowed
works_with:
  - tool: mailchimp
    via: native
    direction: both
    status: works
    depth: contacts and list membership; no campaign metrics
    requires: Marketing Hub Professional
    tested: 2026-09-14
    by: U012AB3CD
    source: https://example.com/y
    expires: 2027-03-14
  - tool: tool:sheets
    via: zapier
    status: partial
    direction: to
---
Good at lists.
"""


def tool(text: str):
    note, findings = parse_tool(Source("knowledge/tools/hubspot.md", text))
    return note, {finding.code: finding for finding in findings}


def rule(text: str):
    read, findings = parse_rule(Source("knowledge/rules/data.md", text))
    return read, {finding.code: finding for finding in findings}


def organisation(text: str):
    read, findings = parse_organisation(Source("knowledge/organisation.toml", text))
    return read, {finding.code: finding for finding in findings}


def test_a_tool_note_is_read_whole() -> None:
    note, findings = tool(NOTE)
    assert findings == {}
    assert (note.id, note.title, note.aliases, note.ring) == (
        "tool:hubspot",
        "HubSpot",
        ("Hub Spot",),
        Ring.ADOPT,
    )
    assert note.review == Review(date(2026, 10, 1), timedelta(days=90))
    assert note.data == {
        "public": "allowed",
        "customer": "allowed if Enterprise tier with a signed DPA",
        "secret": "not allowed",
    }
    assert note.works_with == (
        Edge(
            ItemId("tool:hubspot"), ItemId("tool:mailchimp"), "native", "both", "works",
            "contacts and list membership; no campaign metrics", "Marketing Hub Professional",
            date(2026, 9, 14), "U012AB3CD", "https://example.com/y", date(2027, 3, 14),
        ),
        Edge(ItemId("tool:hubspot"), ItemId("tool:sheets"), "tool:zapier", "to", "partial"),
    )  # fmt: skip


def test_an_unknown_ring_costs_the_ring_only() -> None:
    note, findings = tool(NOTE.replace("ring: adopt", "ring: love"))
    assert (note.ring, note.title, len(note.works_with)) == (None, "HubSpot", 2)
    assert findings["ring-unknown"].line == 4


def test_a_fact_with_an_unreadable_status_is_not_stated_as_one() -> None:
    note, findings = tool(NOTE.replace("status: works", "status: sort of"))
    assert [edge.target_tool for edge in note.works_with] == ["tool:sheets"]
    assert findings["edge-status-unknown"].line == 18


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("allowed", ("allowed", True)),
        ("not allowed", ("not allowed", True)),
        ("allowed if the DPA is signed", ("allowed if the DPA is signed", True)),
        ("Allowed for marketing", ("allowed if for marketing", False)),
        ("allowed, but ask first", ("allowed if but ask first", False)),
        ("allowed if", ("allowed if the owner agrees", False)),
        ("no", ("not allowed", False)),
        ("not allowed, ever", ("not allowed", False)),
        ("ask legal", ("ask legal", False)),
        ("", ("", False)),
    ],
)
def test_a_decision_is_never_read_looser_than_it_was_written(written: str, read: tuple[str, bool]) -> None:
    assert parse_decision(written) == read


def test_a_rule_takes_one_value_or_a_list() -> None:
    text = "---\ndecision: not allowed\ntools: [chatgpt, tool:gemini]\ndata: customer\nteams: '*'\n---\nWhy."
    read, findings = rule(text)
    assert findings == {}
    assert (read.tools, read.data) == (("tool:chatgpt", "tool:gemini"), ("customer",))
    assert (read.teams, read.tier, read.text) == (("*",), ("*",), "Why.")


def test_an_allowance_whose_scope_cannot_be_read_allows_nothing() -> None:
    read, findings = rule("---\nrule: data\ndecision: allowed\ntools: {chatgpt: free}\n---\nWhy.")
    assert read.tools == ()
    assert "rule-scope-unreadable" in findings
    assert rule("---\ndecision: not allowed\ntools: {a: b}\n---\nWhy.")[0].tools == ("*",)


def test_an_unreadable_decision_is_an_error_and_the_rule_is_kept() -> None:
    read, findings = rule("---\nrule: data\ndecision: ask legal\n---\nWhy.")
    assert read.decision == "ask legal"
    assert findings["decision-unknown"].line == 3


def test_the_scope_of_an_answer_that_cannot_be_read_is_nobody() -> None:
    source = Source("knowledge/answers/a.md", "---\nquestion: q\nscope: {a: b}\n---\nText")
    answer, findings = parse_answer(source)
    assert answer.scope == ()
    assert "scope-unreadable" in [finding.code for finding in findings]


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1).map(str.strip)
FILLED = WORDS.filter(bool)
ANSWERS = st.builds(
    CuratedAnswer,
    id=st.just(ItemId("answer:may-i")),
    question=FILLED,
    text=FILLED,
    owner=FILLED,
    variants=st.lists(FILLED, unique=True, max_size=3).map(tuple),
    scope=st.sampled_from([(EVERYONE,), ("marketing",), ("marketing", "product")]),
    review=st.builds(
        Review,
        st.none() | st.dates(date(1970, 1, 1), date(2199, 12, 31)),
        st.none() | st.integers(1, 36_500).map(timedelta),
    ),
    sources=st.lists(FILLED, unique=True, max_size=3).map(tuple),
    path=st.just("knowledge/answers/may-i.md"),
)


@given(ANSWERS)
def test_a_written_answer_reads_back_the_same(answer: CuratedAnswer) -> None:
    read, findings = parse_answer(Source(answer_path(answer), format_answer(answer)))
    assert read == answer
    assert findings == ()


@pytest.mark.parametrize("key", ["answer:../../etc/passwd", "answer:", "answer:a/b", "answer:.hidden", "answer:a\n"])
def test_an_id_that_is_no_file_name_is_refused(key: str) -> None:
    with pytest.raises(BadInput, match="file name"):
        format_answer(CuratedAnswer(ItemId(key), "q", "t", "U1"))


def test_an_answer_without_an_owner_is_not_written() -> None:
    with pytest.raises(BadInput, match="owner"):
        format_answer(CuratedAnswer(ItemId("answer:a"), "q", "t", " "))


@pytest.mark.parametrize(
    "written",
    [
        "scope: []",
        "scope: {a: b}",
        "Scope: product",
        "scopes: product",
        "scope: *nobody",
        "\tscope: product",
        "  scope: product",
        "scope: product\nscope: everyone",
    ],
)
def test_a_scope_that_cannot_be_read_is_for_nobody(written: str) -> None:
    for text in (f"---\nquestion: q\n{written}\n---\nThe answer.", f"question: q\n{written}\nThe answer."):
        answer, findings = parse_answer(Source("knowledge/answers/x.md", text))
        assert EVERYONE not in answer.scope
        assert not visibility.in_scope(answer.scope, ["marketing"])
        assert findings


def test_an_answer_without_a_scope_is_for_everyone() -> None:
    answer, _ = parse_answer(Source("knowledge/answers/x.md", "---\nquestion: q\nowner: U1\n---\nThe scope is wide."))
    assert answer.scope == (EVERYONE,)


def test_an_organisation_is_read_whole() -> None:
    read, findings = organisation(
        'name = "Acme"\nowner = "U01"\nleaders = ["U09", "@leadership"]\ntime_zone = "Europe/Berlin"\n'
        "[ladder]\nremind = 1\ndeputy = 2.5\n"
        "[teams.marketing]\ngroup = '@marketing'\nheadcount = 24\nowner = 'U03'\n"
    )
    assert findings == {}
    assert (read.name, read.owner, read.deputy, read.leaders) == ("Acme", "U01", None, ("U09", "@leadership"))
    assert read.ladder == Ladder(1, 2.5, 16)
    assert (read.teams["marketing"].headcount, read.teams["marketing"].owner) == (24, "U03")
    assert read.data_classes == Organisation().data_classes


def test_a_wrong_value_costs_its_key_only() -> None:
    read, findings = organisation(
        'owner = 3\nname = "Acme"\ntime_zone = "Europe"\nworking_hours = "always"\nladder = 1\nteams.x = 3\nbogus = 1\n'
    )
    assert (read.name, read.owner, read.time_zone) == ("Acme", None, "UTC")
    assert (read.working_hours, read.ladder) == (Organisation().working_hours, Ladder())
    assert set(findings) == {"organisation-value", "key-unknown"}


def test_a_ladder_that_goes_down_or_nowhere_is_refused() -> None:
    assert organisation("[ladder]\nremind = 9\ndeputy = 1\nred = 2")[0].ladder == Ladder()
    assert organisation("[ladder]\nremind = nan\nred = inf")[0].ladder == Ladder()


def test_toml_with_a_fault_names_the_line() -> None:
    read, findings = organisation('name = "Acme"\nowner = U01\n')
    assert read == Organisation()
    assert findings["organisation-not-toml"].line == 2


def test_the_digests_plan_is_read() -> None:
    read, findings = organisation('[digest]\nchannel = "#C0LEADERS"\nday = "Friday"\nhour = 16\noff = true')
    assert read.digest == DigestPlan("C0LEADERS", 4, 16, off=True)
    assert not findings
    assert organisation("")[0].digest == DigestPlan()


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ('channel = "#leaders"', "Write it like"),
        ("channel = 7", "Write channel ="),
        ('day = "someday"', "Write one of: mon, tue"),
        ("hour = 24", "Write hour = 9"),
        ("hour = 9.5", "Write hour = 9"),
        ("hour = true", "Write hour = 9"),
        ('off = "yes"', "Write off = true"),
    ],
)
def test_a_fault_in_the_digests_plan_is_named_and_costs_its_key(line: str, mend: str) -> None:
    read, findings = organisation(f"[digest]\n{line}")
    assert read.digest == DigestPlan()
    assert mend in findings["organisation-value"].mend


def test_an_unknown_key_of_the_digest_is_named() -> None:
    assert "key-unknown" in organisation("[digest]\nminute = 5")[1]
