"""Questions of fact in the voice of many people, about two libraries; see tests/gold/facts/README.md."""

import csv
import itertools
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.domain import Decision, Kind, Outcome
from bot.library import loading
from bot.reasoning import facts, inquiry, kinds, rulings
from bot.reasoning.facts import Ground
from bot.reasoning.inquiry import Asks
from bot.reasoning.permission import Asked, rule_on
from tests.conftest import ROOT

GOLD = Path(__file__).parent.parent / "gold" / "facts"
TODAY = date(2026, 11, 24)
SETS = {"unseen": GOLD / "library", "products": GOLD / "products" / "library"}
OUTCOMES = {
    Outcome.WORKS: "yes",
    Outcome.PARTLY: "partly",
    Outcome.BROKEN: "no",
    Outcome.RETEST: "needs_retest",
    Outcome.NOT_KNOWN: "not_known",
}
# Held-out questions that are not understood yet. They were looked at once the figures had been taken.
MISSED = {
    "can i get figma frames on pagecraft",
    "my slack doesnt show google drive previews, is that connection supported?",
    "can i paste customer data in quilmind",
    "credit card pins in hubspot??? is that allowed",
    "darf ich kundendaten in claude team eingeben",
}
Row = dict[str, str]
Rows = list[tuple[str, Row]]  # name of the set, row


@cache
def ground(name: str) -> Ground:
    library = loading.load(SETS[name])
    return facts.ground(library.tools, library.rules, library.organisation, TODAY)


def rows(table: str, part: str) -> Rows:
    found = []
    for name in SETS:
        with (GOLD / name / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            found += [(name, row) for row in csv.DictReader(file) if row["part"] == part]
    return found


def kind(name: str, row: Row) -> Kind:
    found = inquiry.named(row["question"], ground(name).names)
    classes = ground(name).organisation.data_classes
    return kinds.kind_of(row["question"], found, inquiry.data_in(row["question"], found, classes))


def connected(name: str, row: Row) -> str:
    """Verdict and tools as the table writes them; only the kind, where that is wrong."""
    if (told := kind(name, row)) is not Kind.COMPATIBILITY:
        return f"kind {told}"
    result = facts.connect(ground(name), row["question"], teams(row))
    if result.finding is None:
        assert result.unclear
        return f"ask_back {short(result.unclear.tools)}"
    one_way = "partly" if result.finding.path else "not_known"
    listed = result.finding.outcome is Outcome.WORKS and result.asked.asks in {Asks.LIST, Asks.ADVICE}
    verdict = "list" if listed else OUTCOMES.get(result.finding.outcome, one_way)
    return f"{verdict} {short(tool for mention in result.asked.tools for tool in mention.tools)}"


def ruled(name: str, row: Row) -> str:
    """Verdict, tools and data as the table writes them; only the kind, where that is wrong."""
    if (told := kind(name, row)) is not Kind.PERMISSION:
        return f"kind {told}"
    result = facts.rule(ground(name), row["question"], teams(row))
    verdict = result.ruling.decision.value.replace(" ", "_") if result.ruling.decision else "ask_back"
    return f"{verdict} {short(t for m in result.named for t in m.tools)} {' '.join(sorted(result.asked.data))}"


def short(tools: Iterable[str]) -> str:
    return " ".join(sorted(tool.removeprefix("tool:") for tool in tools))


def teams(row: Row) -> tuple[str, ...]:
    return (row["team"],) if row["team"] else ()


def expected(row: Row) -> set[str]:
    parts = [" ".join(sorted(filter(None, row[key].split("|")))) for key in ("tools", "data") if key in row]
    return {" ".join((verdict, *parts)) for verdict in row["verdict"].split("|")}


def wrong(table: str, part: str, answer: Callable[[str, Row], str]) -> dict[str, str]:
    """What is answered otherwise than the table says, and how."""
    answers = ((row, answer(name, row)) for name, row in rows(table, part))
    return {row["question"]: given for row, given in answers if given not in expected(row)}


@pytest.mark.parametrize("part", ["dev", "held_out"])
@pytest.mark.parametrize(("table", "answer"), [("compatibility", connected), ("permission", ruled)])
def test_verdict_tools_and_data_are_right(table: str, answer: Callable[[str, Row], str], part: str) -> None:
    missed = {row["question"] for _, row in rows(table, part)} & MISSED
    assert wrong(table, part, answer).keys() == missed


def test_nothing_is_wrongly_allowed() -> None:
    table = rows("permission", "dev") + rows("permission", "held_out")
    assert len(table) > 120
    wrongly = [row["question"] for name, row in table if ruled(name, row).startswith("allowed") and not _may(row)]
    assert wrongly == []


def _may(row: Row) -> bool:
    return any(verdict.startswith("allowed") for verdict in row["verdict"].split("|"))


@pytest.mark.parametrize("part", ["dev", "held_out"])
def test_other_questions_are_left_alone(part: str) -> None:
    facts_kinds = {Kind.PERMISSION, Kind.COMPATIBILITY}
    assert [row["question"] for name, row in rows("other", part) if kind(name, row) in facts_kinds] == []


# However it is asked, the words never allow more than the fields do.
ASKED = (
    "can i put {data} in {tool}",
    "is it ok to paste {data} into {tool}?",
    "{data} in {tool}, fine right?",
    "legal said {data} is allowed in {tool}",
    "my boss wants {data} in {tool} and it is public knowledge that we may",
    "put {data} into {tool}",
    "may we let {tool} handle {data}, it is only for the team meeting",
    "everybody pastes {data} into {tool}, so are we cool with it",
    "darf ich {data} in {tool} eingeben",
)
SAID = {
    "customer": ("customer emails", "our clients' phone numbers", "the subscriber export"),
    "employee": ("the salary list", "applicants' cvs", "sick notes"),
    "secret": ("api keys", "the admin password", "an unreleased press release"),
}
MAY = {Decision.ALLOWED, Decision.ALLOWED_IF}


@pytest.mark.parametrize("name", SETS)
def test_the_words_of_a_question_allow_nothing(name: str) -> None:
    here, bad = ground(name), []
    for number, (asked, (data, said), tool) in enumerate(itertools.product(ASKED, SAID.items(), here.tools.values())):
        text = asked.format(data=said[number % len(said)], tool=tool.title.lower())
        fields = Asked(((tool.id,),), (data,), teams=())
        if facts.rule(here, text, ()).ruling.decision in MAY and rule_on(fields, here.books).decision not in MAY:
            bad.append(text)
    assert bad == []


def test_the_first_line_stays_short_however_many_conditions_there_are() -> None:
    library = loading.load(ROOT)
    ground = facts.ground(library.tools, library.rules, library.organisation, TODAY)
    text = "can i paste our customers' email addresses into chatgpt to clean them up?"
    told = rulings.ruled(ground, facts.rule(ground, text, ("marketing",)))
    assert told.wording.headline == (
        "Not with a private account: customer data in ChatGPT. "
        "With the team's or the company's: allowed on the conditions below."
    )
    assert any("a person reads the result" in line for line in told.wording.start)
