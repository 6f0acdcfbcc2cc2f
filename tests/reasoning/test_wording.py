from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain import (
    Candidate,
    CuratedAnswer,
    Edge,
    ItemId,
    Kind,
    Passage,
    PassageKind,
    Review,
    Ring,
    Rule,
    Section,
    Skill,
    ToolNote,
)
from bot.reasoning import wording
from bot.reasoning.wording import Found, Handover

TODAY = date(2026, 11, 23)
BRIEF = Skill(
    id=ItemId("skill:marketing/campaign-brief"),
    name="campaign-brief",
    title="Campaign brief",
    description="Turns a campaign goal into a one-page brief. Use when planning a launch.",
    layer="marketing",
    sections=(
        Section(
            "Inputs to collect", 2, "1. The goal. One sentence.\n2. The audience: who they are.\n3. A budget\n4. More"
        ),
    ),
    review=Review(date(2026, 10, 1), timedelta(days=90)),
    path="skills/marketing/campaign-brief/SKILL.md",
)
CLAUDE = ToolNote(ItemId("tool:claude"), "Claude", ring=Ring.ADOPT)
OTTER = ToolNote(ItemId("tool:otter"), "Otter", ring=Ring.HOLD, data={"customer": "not allowed", "public": "allowed"})
RULE = Rule(ItemId("rule:secrets"), "Secrets never", "not allowed", expires=date(2026, 11, 20), text="Keys stay home.")
ANSWER = CuratedAnswer(
    ItemId("answer:x"), "Who approves a tool?", "Ada does. Write to her first.\n\nIt takes a day.", "U0ADA"
)


def _found(item: Skill | ToolNote | Rule | CuratedAnswer, *passages: Passage) -> Found:
    return Found(Candidate(item.id, wording.title_of(item), 1.0, passages), item)


def test_the_recommendation_comes_first_and_stands_alone() -> None:
    words = wording.answered(_found(BRIEF), [CLAUDE], TODAY)
    assert words.headline == "Use the skill “Campaign brief” (marketing)."
    assert wording.as_text(words).splitlines()[0] == words.headline


def test_how_to_start_says_what_to_do_and_what_to_have_ready() -> None:
    words = wording.answered(_found(BRIEF), [CLAUDE, OTTER], TODAY)
    assert words.start == (
        "Open the skill, paste all of it into your AI assistant, and say what you need.",
        "Have ready: the goal; the audience; a budget.",
        "Goes with Claude.",
    )
    assert words.watch_out == ("Otter, which it names, is on hold here.",)


def test_why_is_quoted_from_the_source() -> None:
    body = Passage(BRIEF.id, PassageKind.BODY, "A brief that fits on one page is read; a longer one is not.")
    assert wording.answered(_found(BRIEF, body), [], TODAY).why == body.text


def test_a_past_question_of_somebody_is_never_quoted() -> None:
    private = Passage(BRIEF.id, PassageKind.CONFIRMED, "our secret merger with Globex needs a brief, which skill?")
    words = wording.answered(_found(BRIEF, private), [], TODAY)
    assert "Globex" not in wording.as_text(words)
    assert words.why.startswith("Turns a campaign goal")


def test_a_tool_on_hold_is_not_recommended_outright() -> None:
    words = wording.answered(_found(OTTER), [], TODAY)
    assert words.headline == "Otter would fit, but it is on hold here."
    assert "Customer data: not allowed." in words.watch_out


def test_what_is_overdue_says_by_how_much() -> None:
    late = replace(BRIEF, review=Review(date(2026, 5, 1), timedelta(days=90)))
    watch_out = wording.answered(_found(late), [], TODAY).watch_out
    assert watch_out == ("“Campaign brief” (marketing skill) is overdue for review by 116 days.",)
    assert wording.answered(_found(RULE), [], TODAY).watch_out == ("The rule “Secrets never” expired 3 days ago.",)


def test_an_expired_rule_allows_nothing() -> None:
    allowed = replace(RULE, decision="allowed", expires=TODAY - timedelta(days=1))
    headline = wording.answered(_found(allowed), [], TODAY).headline
    assert headline == "Ask before you rely on it: the rule “Secrets never” has expired."
    assert wording.answered(_found(replace(allowed, expires=TODAY)), [], TODAY).headline == "Allowed. (Secrets never)"


def test_whoever_asks_for_leave_is_not_told_to_use_the_tool() -> None:
    noted = replace(CLAUDE, data={"customer": "not allowed", "public": "allowed"})
    words = wording.answered(_found(noted), [], TODAY, Kind.PERMISSION)
    assert words.headline == "What may go into Claude:"
    assert words.start == ("customer data: not allowed", "public data: allowed")


def test_whoever_asks_for_a_connection_is_told_what_is_known() -> None:
    edge = Edge(CLAUDE.id, ItemId("tool:slack"), via="mcp", status="partial", depth="reads channels")
    words = wording.answered(_found(replace(CLAUDE, works_with=(edge,))), [], TODAY, Kind.COMPATIBILITY)
    assert words.headline == "What is known of Claude and other tools:"
    assert words.start == ("slack: partly works, mcp: reads channels",)


def test_the_owners_answer_is_given_in_the_owners_words() -> None:
    words = wording.answered(_found(ANSWER), [], TODAY)
    assert (words.headline, words.why) == ("Ada does.", "Write to her first.\n\nIt takes a day.")


def test_several_candidates_are_shown_in_order_with_a_question_back() -> None:
    words = wording.tentative([_found(BRIEF), _found(CLAUDE)], TODAY)
    assert [option.split(":")[0] for option in words.options] == ["“Campaign brief” (marketing skill)", "Claude"]
    assert words.ask.startswith("Which one fits?")
    assert words.headline == "I'm not sure. These come closest:"


def test_a_likely_candidate_is_named_in_the_first_line() -> None:
    headline = wording.tentative([_found(BRIEF), _found(CLAUDE)], TODAY, confidence=0.7).headline
    assert headline == "Probably “Campaign brief” (marketing skill), but I'm not sure."


@pytest.mark.parametrize("handover", Handover)
def test_i_do_not_know_says_what_was_looked_at_and_who_will_answer(handover: Handover) -> None:
    words = wording.unresolved([BRIEF, CLAUDE, OTTER], _found(BRIEF), handover)
    assert words.headline == "I don't know this yet."
    assert "1 skill and 2 tool notes" in words.why
    assert words.ask == handover.value


def test_the_evidence_carries_owner_date_and_lateness() -> None:
    evidence = wording.evidence_of(_found(RULE), "abc", TODAY)
    assert (evidence.id, evidence.overdue_days, evidence.version) == ("rule:secrets", 3, "abc")
