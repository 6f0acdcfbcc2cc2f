"""Test cards in verdicts, and people who ask for a trial."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain import Decision, ItemId, Outcome, TrialDecision
from bot.library.loading import load
from bot.reasoning import facts, inquiry, rulings, testing, trials, verdicts
from bot.reasoning.facts import Ground
from bot.reasoning.verdicts import Told

LIBRARY = load(Path(__file__).parents[1] / "gold" / "facts" / "library")
TODAY = date(2026, 11, 24)
LISTS = LIBRARY.tests[ItemId("test:gridloom-lists")]
MINUTES = LIBRARY.tests[ItemId("test:parley-notes-minutes")]


def ground(*changed: object, today: date = TODAY) -> Ground:
    tests = {**LIBRARY.tests, **{test.id: test for test in changed}}  # type: ignore[attr-defined]
    return facts.ground(LIBRARY.tools, LIBRARY.rules, LIBRARY.organisation, today, tests.values())


def asked(text: str, on: Ground) -> Told | None:
    named = inquiry.named(text, on.names)
    wanted = trials.wanted(text, named, inquiry.data_in(text, named, on.organisation.data_classes))
    return trials.told(on, wanted) if wanted else None


@pytest.mark.parametrize(
    "text",
    [
        "can we try Gridloom",
        "could someone test gridloom for cleaning lists?",
        "I want to pilot Gridloom",
        "let's give grid loom a try",
        "has anyone tested gridloom yet?",
        "could the sales team run a trial of Gridloom next month",
        "start a Gridloom pilot",
    ],
)
def test_whoever_asks_for_a_trial_gets_what_was_seen_lately(text: str) -> None:
    told = asked(text, ground())
    assert told
    assert told.settled
    assert told.known
    assert told.wording.headline == (
        "No new trial is needed: Gridloom works for cleaning a list of 5,000 rows (version 8.2), tested on 2026-10-03."
    )
    assert told.wording.why == LISTS.text


@pytest.mark.parametrize(
    "text",
    [
        "how do I test Gridloom formulas",
        "can I test gridloom formulas before sending",
        "should I try gridloom or chartwell?",
        "am i allowed to try gridloom",
        "may we put customer data in gridloom for a test",
        "can we trial chartwell with customer data",
        "we tried gridloom and it was slow, what else?",
        "which tool tests landing pages?",
    ],
)
def test_other_questions_are_no_trials(text: str) -> None:
    assert asked(text, ground()) is None


def test_after_90_days_it_is_one_request_to_the_tools_owner() -> None:
    on_the_last_day = ground(today=LISTS.tested + timedelta(days=90))  # type: ignore[operator]
    assert asked("can we try gridloom", on_the_last_day).known  # type: ignore[union-attr]
    told = asked("can we try gridloom", ground(today=LISTS.tested + timedelta(days=91)))  # type: ignore[operator]
    assert told
    assert not told.known
    assert told.wording.headline == "Gridloom: nobody has tested it in the last 90 days."
    assert (told.facts.topic, told.facts.owner) == ("trial|tool:gridloom", "U0BEN")
    assert told.facts.topic == asked("I want to pilot grid loom", ground(today=date(2027, 6, 1))).facts.topic  # type: ignore[union-attr]


def test_a_trial_that_goes_on_needs_no_second_one() -> None:
    running = replace(MINUTES, tested=None, result=None)
    told = asked("can we try parley notes", ground(running))
    assert told
    assert told.known
    assert told.wording.headline == "A trial of Parley Notes is already going on."


def test_a_tool_on_hold_says_so() -> None:
    told = asked("can i try hookline", ground())
    assert told
    assert told.wording.watch_out == ("Hookline is on hold here.",)


def test_a_name_that_means_two_tools_is_asked_back() -> None:
    told = asked("can we try tidemark", ground())
    assert told
    assert told.options == ("tool:tidemark", "tool:tidemark-classic")


# ---------------------------------------------------------------- verdicts


def test_an_overdue_test_lowers_a_connection_that_was_not_tested_since() -> None:
    edge = replace(LISTS, id=ItemId("test:dataspring-x"), tool=ItemId("tool:dataspring"), every=timedelta(days=30))
    question = "call logs from callcairn in a chartwell dashboard"
    fresh = ground()
    assert facts.connect(fresh, question, ()).finding.outcome is Outcome.WORKS  # type: ignore[union-attr]
    tested = [way.edge.tested for way in facts.connect(fresh, question, ()).finding.path]  # type: ignore[union-attr]
    newest = max(day for day in tested if day)
    late = replace(edge, tested=newest + timedelta(days=1), every=timedelta(days=1))
    told = verdicts.connected(g := ground(late), facts.connect(g, question, ()), ())
    assert told.facts.outcome is Outcome.RETEST
    assert (told.facts.topic, told.facts.task) == ("retest|test:dataspring-x", True)
    assert told.facts.owner == LIBRARY.tools[ItemId("tool:dataspring")].owner
    assert told.wording.headline.startswith("Needs a re-test: Callcairn → Chartwell")
    older = replace(late, tested=min(day for day in tested if day) - timedelta(days=1))
    told = verdicts.connected(g := ground(older), facts.connect(g, question, ()), ())
    assert told.facts.outcome is Outcome.WORKS


def test_a_trial_that_ended_without_a_decision_allows_nothing() -> None:
    question = "may i put internal data in parley notes"

    def decision(test: object) -> Decision | None:
        return facts.rule(ground(test), question, ()).ruling.decision

    assert decision(MINUTES) is Decision.ALLOWED_IF
    over = replace(MINUTES, trial_until=TODAY - timedelta(days=1))
    assert decision(over) is Decision.UNDECIDED
    assert decision(replace(over, decision=TrialDecision.ADOPT)) is Decision.ALLOWED_IF
    assert decision(replace(over, decision=TrialDecision.EXTEND)) is Decision.UNDECIDED
    told = rulings.ruled(g := ground(over), facts.rule(g, question, ()))
    assert not told.known
    assert told.facts.owner == "U0BEN"
    assert "its trial ended on 2026-11-23 without a decision" in told.wording.start[0]


def test_the_last_test_speaks_for_a_tool() -> None:
    on = ground()
    last = testing.latest(on.tests, ItemId("tool:gridloom"))
    assert last == LISTS
    assert testing.latest(on.tests, ItemId("tool:chartwell")) is None
    survey = ItemId("tool:surveyowl")
    assert testing.standing(on.tests, survey, on.tools[survey], TODAY) == (
        "Surveyowl fails for a survey of 200 customers.",
        "The trial of Surveyowl ended on 2026-10-31, and nobody has decided yet.",
    )
