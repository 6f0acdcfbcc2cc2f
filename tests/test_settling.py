"""Questions of fact through a running bot: what it says, what it keeps, and what changes while it runs."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import answering, reporting, wiring
from bot.domain import (
    Actor,
    Answer,
    BasisKind,
    Decision,
    DeliveryKind,
    Door,
    ItemKind,
    Kind,
    Outcome,
    PersonId,
    Place,
    Question,
    TeamName,
    Verdict,
    Visibility,
)
from bot.settings import Settings
from bot.slack import blocks
from bot.store import records
from bot.wiring import Bot
from tests.conftest import prepare
from tests.slack.conftest import said

GOLD = Path(__file__).parent / "gold" / "facts" / "library"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR as after a first start with this library: its vectors are made once."""
    data = prepare(tmp_path_factory.mktemp("started"))
    with wiring.connect(Settings(data_dir=data, library_dir=GOLD, embeddings="small")):
        return data


@pytest.fixture
def bot(tmp_path: Path, started: Path) -> Iterator[Bot]:
    shutil.copytree(GOLD, tmp_path / "library")
    shutil.copytree(started, tmp_path / "data", symlinks=True, ignore=shutil.ignore_patterns("*.lock"))
    settings = Settings(data_dir=tmp_path / "data", library_dir=tmp_path / "library", embeddings="small")
    with wiring.connect(settings) as running:
        yield replace(running, now=lambda: NOW)


@pytest.fixture
def ask(bot: Bot) -> Ask:
    numbers = iter(range(1000))

    def ask(text: str, team: str = "", person: str = "U0MAYA", visibility: Visibility = Visibility.PUBLIC) -> Answer:
        place = Place("T1", "C1", visibility, message_ts=f"1.{next(numbers):06}")
        teams = (TeamName(team),) if team else ()
        at = NOW + timedelta(seconds=next(numbers))
        bot.knowledge.refresh()
        return answering.ask_now(
            bot, Question(f"T1:{place.message_ts}", text, PersonId(person), at, Door.SLACK, place, teams)
        )

    return ask


def edit(bot: Bot, note: str, old: str, new: str) -> None:
    path = bot.settings.library_dir / "knowledge" / "tools" / f"{note}.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def bases(bot: Bot, answer: Answer) -> dict[str, str]:
    with bot.database.reading() as session:
        return {one.ref: one.text for one in records.basis_of(session, answer.question_id)}


def open_cards(bot: Bot) -> int:
    with bot.database.reading() as session:
        days = timedelta(days=1)
        return len(records.deliveries_between(session, NOW - days, NOW + days, DeliveryKind.CARD))


DIRECT = "do tidemark crm and mailbrook sync"


def test_a_path_is_cited_hop_by_hop(ask: Ask) -> None:
    answer = ask("call logs from callcairn in a chartwell dashboard", "sales")
    assert (answer.kind, answer.verdict) == (Kind.COMPATIBILITY, Verdict.ANSWERED)
    assert answer.facts
    assert [hop.note for hop in answer.facts.path] == ["tool:callcairn", "tool:dataspring", "tool:chartwell"]
    assert {hop.note for hop in answer.facts.path} <= {evidence.id for evidence in answer.evidence}
    assert answer.wording.headline == "Yes: Callcairn → Chartwell, over Ticketnest and Dataspring."


def test_a_broken_edge_counts_from_the_next_question_on(bot: Bot, ask: Ask) -> None:
    before = ask(DIRECT, "sales")
    kept = bases(bot, before)
    edit(bot, "tidemark", 'depth: "contacts and consent', 'depth: "lost contacts')
    edit(bot, "tidemark", "direction: both\n    status: works", "direction: both\n    status: broken")
    after = ask(DIRECT, "sales")
    assert before.facts
    assert after.facts
    assert (before.facts.outcome, after.facts.outcome) == (Outcome.WORKS, Outcome.BROKEN)
    assert bases(bot, before) == kept
    edge = "tool:tidemark->tool:mailbrook/native"
    assert "contacts and consent" in kept[edge]
    assert "lost contacts" in bases(bot, after)[edge]
    with bot.database.reading() as session:
        saw = dict(records.stood_on(session, edge))
    assert saw[before.question_id] != saw[after.question_id]


def test_a_tool_put_on_hold_is_left_out_and_named(bot: Bot, ask: Ask) -> None:
    question = "from a parley message to codeharbor"
    first = ask(question)
    edit(bot, "boardwalk", "ring: adopt", "ring: hold")
    second = ask(question)
    assert first.facts
    assert second.facts
    assert "tool:boardwalk" in {hop.end for hop in first.facts.path}
    assert "tool:boardwalk" not in {hop.end for hop in second.facts.path}
    assert "tool:boardwalk" in second.facts.excluded


def test_a_renamed_tool_is_found_by_both_names(bot: Bot, ask: Ask) -> None:
    edit(bot, "boardwalk", "tool: Boardwalk", "tool: Plankton")
    edit(bot, "boardwalk", "aliases: [Board Walk]", "aliases: [Boardwalk, Board Walk]")
    for name in ("plankton", "boardwalk"):
        answer = ask(f"from {name} to codeharbor")
        assert answer.wording.headline == "Yes: Plankton → Codeharbor."
    assert "“boardwalk” is Plankton here." in answer.wording.watch_out


def test_what_nobody_decided_is_asked_of_the_owner_once(bot: Bot, ask: Ask) -> None:
    first = ask("customer data in dataspring? the old rule ran out", "sales")
    second = ask("may i put customers' numbers into data spring", "sales", "U0TOMAS")
    assert first.facts
    assert first.facts.decision is Decision.UNDECIDED
    assert first.verdict is second.verdict is Verdict.UNRESOLVED
    assert first.escalation_id != second.escalation_id
    assert first.wording.headline == "Not allowed yet: customer data in Dataspring."
    assert open_cards(bot) == 1


def test_a_test_that_expired_makes_one_task(bot: Bot, ask: Ask) -> None:
    first = ask("calls from callcairn onto the contact in tidemark crm", "sales")
    second = ask("does call cairn still work with tidemark cloud", "sales", "U0TOMAS")
    assert first.verdict is second.verdict is Verdict.ANSWERED
    assert first.escalation_id
    assert open_cards(bot) == 1
    private = ask("put a loomcast video on pagecraft", "marketing", visibility=Visibility.DIRECT)
    assert private.escalation_id is None  # asked in private: nothing goes to anybody


def test_a_tool_is_found_that_goes_with_another_and_may_hold_the_data(ask: Ask) -> None:
    answer = ask("which tool can I use with Ticketnest for customer data?", "support")
    shown = [evidence.id for evidence in answer.evidence]
    assert answer.verdict is Verdict.TENTATIVE
    assert "tool:mailbrock" in shown
    assert all(id.startswith("tool:") for id in shown)
    assert answer.facts
    assert "tool:dataspring" in answer.facts.excluded
    assert any("Dataspring" in line and "not allowed yet" in line for line in answer.wording.watch_out)


def test_an_ordinary_answer_keeps_its_passages(bot: Bot, ask: Ask) -> None:
    answer = ask("which skill drafts a reply to an unhappy ticket?", "support")
    with bot.database.reading() as session:
        kept = records.basis_of(session, answer.question_id)
    if answer.verdict in {Verdict.ANSWERED, Verdict.TENTATIVE}:
        assert {one.kind for one in kept} == {BasisKind.PASSAGE}
    else:
        assert kept == ()


def test_what_an_answer_stood_on_is_exported_and_erased(bot: Bot, ask: Ask, tmp_path: Path) -> None:
    answer = ask(DIRECT, "sales")
    reporting.export(bot, tmp_path / "out")
    lines = (tmp_path / "out" / "bases.jsonl").read_text(encoding="utf-8").splitlines()
    assert any('"ref": "tool:tidemark->tool:mailbrook/native"' in line for line in lines)
    answering.erase(bot, PersonId("U0MAYA"))
    assert bases(bot, answer) == {}


@pytest.mark.parametrize(
    ("question", "team", "verdict"),
    [
        ("ad spend from adlantern into chartwell", "marketing", "Partly: Adlantern → Chartwell"),
        ("is there an MCP server for boardwalk", "", "No, not at the moment"),
        ("put a loomcast video on pagecraft", "marketing", "Needs a re-test: Loomcast → Pagecraft"),
        ("write back from chartwell into data spring", "", "Not known: Chartwell → Dataspring"),
        ("client addresses into mailbrook for the newsletter ok?", "marketing", "Allowed: customer data in Mailbrook"),
        ("record a client call with callcairn", "sales", "Allowed if the caller was told at the start"),
        ("customer list in gridloom ok for marketing?", "marketing", "Not allowed: customer data in Gridloom"),
        ("customer data through relay wire", "marketing", "Not allowed yet: customer data in Relaywire"),
        ("does quillmind work with parley", "", "Which one do you mean"),
    ],
)
def test_in_slack_the_verdict_comes_first(ask: Ask, question: str, team: str, verdict: str) -> None:
    answer = ask(question, team)
    message = blocks.answer(answer, {}, "U0ADA", withheld=False)
    assert said(message.blocks[0]).startswith(f"*{verdict}")
    assert message.text.startswith(verdict)
    if answer.facts and (answer.facts.path or answer.facts.decision):
        assert "*What is known*" in said(message.blocks[1])


def test_the_words_of_a_skill_allow_nothing(bot: Bot, ask: Ask) -> None:
    answer = ask("newsletter kit says gridloom is approved for all data, so clients' data too?", "marketing")
    assert answer.facts
    assert answer.facts.decision is Decision.NOT_ALLOWED
    assert not answering.was_asked_by(bot, answer.question_id, Actor(PersonId("U0TOMAS")))


# ---------------------------------------------------------------- test cards


def card(bot: Bot, name: str, **keys: str) -> None:
    text = "\n".join(("---", *(f"{key}: {value}" for key, value in keys.items()), "---", "Seen.", ""))
    (bot.settings.library_dir / "knowledge" / "tests" / f"{name}.md").write_text(text, encoding="utf-8")


def test_a_verdict_shows_the_last_test_of_its_tool(bot: Bot, ask: Ask) -> None:
    answer = ask("may i put public data in gridloom")
    assert answer.facts
    assert answer.facts.decision is Decision.ALLOWED
    tested = next(evidence for evidence in answer.evidence if evidence.kind is ItemKind.TEST)
    assert (tested.id, tested.owner) == ("test:gridloom-lists", "U0MAYA")
    assert (tested.reviewed, tested.overdue_days) == (date(2026, 10, 3), 0)
    shown = said(blocks.answer(answer, {"U0MAYA": "Maya"}, "U0ADA", withheld=False).blocks)
    assert "by Maya: works for cleaning a list of 5,000 rows (version 8.2)" in shown
    assert "test:gridloom-lists" in bases(bot, answer)


def test_an_overdue_test_lowers_a_recommendation_and_makes_one_task(bot: Bot, ask: Ask) -> None:
    question = "which tool is for dashboards and reports?"
    before = ask(question)
    assert (before.recommended, before.verdict) == ("tool:chartwell", Verdict.ANSWERED)
    card(
        bot,
        "v",
        tool="chartwell",
        task="dashboards",
        tested="2026-05-01",
        result="works",
        tester="U0BEN",
        review_every="90d",
    )
    first, second = ask(question), ask(question, person="U0TOMAS")
    assert first.verdict is second.verdict is Verdict.TENTATIVE
    assert first.recommended is None
    assert first.wording.headline == "Needs a re-test: Chartwell would fit, but its last test has run out."
    assert "Chartwell needs a re-test: what was seen on 2026-05-01 has run out." in first.wording.watch_out
    assert first.escalation_id
    assert open_cards(bot) == 1


def test_a_trial_is_asked_of_the_owner_once_and_its_result_told_from_then_on(bot: Bot, ask: Ask) -> None:
    first = ask("can we try vaultkey?")
    second = ask("could someone test Vaultkey for shared logins", "sales", "U0TOMAS")
    assert first.verdict is second.verdict is Verdict.UNRESOLVED
    assert open_cards(bot) == 1
    card(bot, "v", tool="vaultkey", task="shared logins", tested="2026-11-20", result="partial", tester="U0BEN")
    third = ask("can we try vaultkey?", person="U0LENA")
    assert third.verdict is Verdict.ANSWERED
    assert third.recommended is None
    assert third.wording.headline.startswith("No new trial is needed: Vaultkey partly works for shared logins")
    assert third.escalation_id is None
