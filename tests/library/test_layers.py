from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ItemId, Organisation, PersonId, Section, Skill, Team, TeamName
from bot.library.layers import lay, layer_owner, layers_below, overlay_sections, section_keys
from bot.library.markdown import parse_sections

BASE = ItemId("skill:foundation/x")


def skill(path: str, body: str = "", extends: tuple[str, ...] = (), **more: object) -> Skill:
    layer, _, name = path.rpartition("/")
    key = ItemId(f"skill:{path}")
    made = Skill(key, name, name, f"{path} does", layer, parse_sections(body), path=f"skills/{path}/SKILL.md")
    return replace(made, extends=tuple(ItemId(f"skill:{e}") for e in extends), **more)


def laid(*skills: Skill):
    return lay({one.id: one for one in skills})


def words(of: Skill) -> list[tuple[str, str, str | None]]:
    return [(s.heading, s.text, s.inherited_from) for s in of.sections]


def test_a_deeper_layer_replaces_what_it_mentions_and_keeps_the_rest() -> None:
    result = laid(
        skill("foundation/voice", "# Voice\nbase\n## Tone\nwarm\n## Words\nplain"),
        skill("marketing/voice", "# Our voice\nours\n## Tone\nbold\n## Channels\nall"),
    )
    assert words(result.skills[ItemId("skill:marketing/voice")]) == [
        ("Our voice", "ours", None),
        ("Tone", "bold", None),
        ("Channels", "all", None),
        ("Words", "plain", "skill:foundation/voice"),
    ]
    assert result.findings == ()


def test_three_layers_lie_over_each_other_and_each_section_knows_where_it_is_from() -> None:
    result = laid(
        skill("foundation/voice", "## A\n1\n## B\n1\n## C\n1"),
        skill("marketing/voice", "## B\n2"),
        skill("marketing/lifecycle/voice", "## C\n3"),
    )
    assert words(result.skills[ItemId("skill:marketing/lifecycle/voice")]) == [
        ("C", "3", None), ("B", "2", "skill:marketing/voice"), ("A", "1", "skill:foundation/voice"),
    ]  # fmt: skip


def test_extends_takes_sections_but_not_the_description_of_another_skill() -> None:
    result = laid(
        skill("foundation/voice", "## Tone\nwarm", tools=(ItemId("tool:a"),)),
        skill("marketing/brief", "## Steps\nx", ("foundation/voice",), description=""),
    )
    brief = result.skills[ItemId("skill:marketing/brief")]
    assert [s.heading for s in brief.sections] == ["Steps", "Tone"]
    assert (brief.description, brief.tools) == ("", ())


def test_a_namesake_below_gives_what_is_not_mentioned() -> None:
    base = skill("foundation/voice", tools=(ItemId("tool:a"),), outcome="quality")
    over = laid(base, skill("marketing/voice", description="")).skills[ItemId("skill:marketing/voice")]
    assert (over.description, over.tools, over.outcome) == ("foundation/voice does", ("tool:a",), "quality")


def test_a_subsection_that_is_not_mentioned_stays_in_its_chapter() -> None:
    own = parse_sections("## Steps\nnew\n### Two\nnew\n## End\nx")
    base = parse_sections("## Steps\nold\n### One\nold\n### Two\nold")
    merged = overlay_sections(own, base, BASE)
    assert [(s.heading, s.text) for s in merged] == [
        ("Steps", "new"),
        ("Two", "new"),
        ("One", "old"),
        ("End", "x"),
    ]


def test_a_bare_name_is_found_in_the_layers_below() -> None:
    result = laid(skill("foundation/voice", "## Tone\nwarm"), skill("marketing/brief", "", ("voice",)))
    assert result.skills[ItemId("skill:marketing/brief")].extends == ("skill:foundation/voice",)


def test_a_circle_is_a_finding_and_every_skill_is_kept() -> None:
    result = laid(
        skill("a/x", "## X\n1", ("a/z",)),
        skill("a/y", "## Y\n1", ("a/x",)),
        skill("a/z", "## Z\n1", ("a/y",)),
        skill("a/self", "## S\n1", ("a/self",)),
    )
    assert len(result.skills) == 4
    assert [finding.code for finding in result.findings] == ["extends-circle"] * 2
    assert max(len(one.sections) for one in result.skills.values()) == 3


def test_a_chain_of_a_thousand_layers_is_no_trouble() -> None:
    chain = [skill(f"a/s{n}", f"## H{n % 5}\n{n}", (f"a/s{n + 1}",)) for n in range(1_000)]
    assert len(laid(*chain).skills[ItemId("skill:a/s0")].sections) == 5


def test_extending_nothing_changes_nothing() -> None:
    alone = skill("a/x", "## X\n1", ("a/nowhere",))
    assert laid(alone).skills[alone.id] == alone


def test_layers_below_end_at_the_shared_foundation() -> None:
    assert layers_below("marketing/lifecycle") == ("marketing", "foundation", "")
    assert layers_below("foundation") == ("",)
    assert layers_below("") == ()


def test_a_layer_belongs_to_its_team_else_to_the_team_around_it() -> None:
    team = Team(TeamName("marketing"), owner=PersonId("U3"))
    acme = Organisation(owner=PersonId("U1"), teams={team.name: team})
    assert layer_owner("marketing/lifecycle", acme) == "U3"
    assert layer_owner("foundation", acme) == "U1"
    assert layer_owner("sales", acme) is None


BODIES = st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ABC"), st.text("xyz", max_size=3)), max_size=8).map(
    lambda parts: tuple(Section(heading, level, text) for level, heading, text in parts)
)


@given(BODIES, BODIES)
def test_own_sections_stay_in_order_and_nothing_from_below_is_lost(
    own: tuple[Section, ...], base: tuple[Section, ...]
) -> None:
    merged = overlay_sections(own, base, BASE)
    mentioned = set(section_keys(own))
    inherited = [s for key, s in zip(section_keys(base), base, strict=True) if key not in mentioned]
    assert tuple(s for s in merged if s.inherited_from is None) == own
    assert sorted(s.text for s in merged if s.inherited_from) == sorted(s.text for s in inherited)


@given(BODIES)
def test_laying_a_skill_over_itself_changes_nothing(own: tuple[Section, ...]) -> None:
    assert overlay_sections(own, own, BASE) == own
