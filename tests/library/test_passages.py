from dataclasses import replace
from datetime import date

from bot.domain import CuratedAnswer, Item, ItemId, PassageKind, Review, Rule, Section, ToolNote
from bot.library.files import Source
from bot.library.layers import lay
from bot.library.passages import passages, version
from bot.library.skills import parse_skill
from bot.library.tools import parse_tool

BODY = """---
name: {0}
description: {0} it. Use it when needed.
---
# The {0}
Intro.
## {1}
Words of {0}.
"""


def texts(item: Item, kind: PassageKind) -> list[str]:
    return [passage.text for passage in passages(item) if passage.kind is kind]


def skills(*paths: str):
    made = [
        parse_skill(Source(f"skills/{p}/SKILL.md", BODY.format(p.split("/")[-1], p.split("/")[0])))[0] for p in paths
    ]
    return {skill.id: skill for skill in made}


def test_a_skill_speaks_by_name_description_questions_and_body() -> None:
    skill = replace(skills("marketing/do-this")[ItemId("skill:marketing/do-this")], questions=("how?", "why?"))
    assert texts(skill, PassageKind.NAME) == ["The do-this", "Do this"]
    assert texts(skill, PassageKind.DESCRIPTION) == ["do-this it. Use it when needed."]
    assert texts(skill, PassageKind.QUESTION) == ["how?", "why?"]
    assert [(p.heading, p.text) for p in passages(skill) if p.kind is PassageKind.BODY] == [
        ("The do-this", "Intro."), ("marketing", "Words of do-this."),
    ]  # fmt: skip


def test_what_is_inherited_counts_for_a_namesake_but_not_for_another_skill() -> None:
    made = skills("foundation/voice", "marketing/voice", "marketing/brief")
    brief = replace(made[ItemId("skill:marketing/brief")], extends=(ItemId("skill:foundation/voice"),))
    laid = lay({**made, brief.id: brief}).skills
    assert "foundation" in [p.heading for p in passages(laid[ItemId("skill:marketing/voice")])]
    assert "foundation" in [s.heading for s in laid[brief.id].sections]
    assert "foundation" not in [p.heading for p in passages(laid[brief.id])]


def test_a_tool_speaks_by_its_aliases_its_use_its_data_and_what_it_works_with() -> None:
    text = (
        "---\ntool: HubSpot\naliases: [Hub Spot, hubspot]\nuse_for: CRM\ndata: {customer: not allowed}\n"
        "works_with: [{tool: mailchimp, via: native, depth: contacts, direction: to},"
        " {tool: x, via: zapier, status: broken}]\n"
        "---\nGood at lists."
    )
    note, _ = parse_tool(Source("knowledge/tools/hubspot.md", text))
    assert texts(note, PassageKind.NAME) == ["HubSpot", "Hub Spot"]
    assert texts(note, PassageKind.DESCRIPTION) == ["CRM"]
    assert texts(note, PassageKind.BODY) == [
        "Good at lists.",
        "customer data: not allowed",
        "works with Mailchimp (native, one way to it): contacts",
        "does not work with X (Zapier)",
    ]


def test_a_rule_speaks_by_its_decision_in_words() -> None:
    rule = Rule(
        ItemId("rule:r"),
        "R",
        "not allowed",
        ("tool:chatgpt",),
        ("customer",),
        ("*",),
        ("consumer",),
        text="Why.",
    )
    assert texts(rule, PassageKind.DESCRIPTION) == ["customer data in Chatgpt (consumer accounts): not allowed"]
    assert texts(Rule(ItemId("rule:r"), "R", "allowed"), PassageKind.DESCRIPTION) == ["any data in any tool: allowed"]


def test_an_answer_speaks_by_its_questions_and_its_text() -> None:
    answer = CuratedAnswer(ItemId("answer:a"), "may I?", "Yes.\n\n# If\nasked.", "U1", ("can I?",))
    assert texts(answer, PassageKind.QUESTION) == ["may I?", "can I?"]
    assert texts(answer, PassageKind.BODY) == ["Yes.", "asked."]


def test_the_version_changes_with_the_content_and_with_nothing_else() -> None:
    skill = skills("a/b")[ItemId("skill:a/b")]
    same = replace(skill, path="x", owner="U9", questions=("q",), review=Review(date(2026, 1, 1)))
    assert version(same) == version(skill)
    other = [
        replace(skill, title="x"), replace(skill, description="x"), replace(skill, tools=(ItemId("tool:x"),)),
        replace(skill, sections=(*skill.sections, Section("H", 2, ""))),
    ]  # fmt: skip
    assert len({version(item) for item in (skill, *other)}) == 5
    assert len(version(skill)) == 12


def test_what_people_ask_is_listed_in_a_note_and_is_no_body() -> None:
    note = ToolNote(
        ItemId("tool:x"),
        "X",
        sections=(Section("Good at", 2, "Cutting."), Section("People ask", 2, "- who cuts?\n- snip snip")),
    )
    found = passages(note)
    assert [p.text for p in found if p.kind is PassageKind.QUESTION] == ["who cuts?", "snip snip"]
    assert [p.text for p in found if p.kind is PassageKind.BODY] == ["Cutting."]
