"""What the team really asked, before a changed library goes live."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import (
    Answer,
    Candidate,
    EscalationState,
    Helpfulness,
    ItemId,
    Kind,
    QuestionId,
    Verdict,
    Visibility,
    Wording,
)
from bot.errors import BadInput
from bot.evaluating.replaying import Fate, replay
from bot.retrieval.embedding import Embedder
from bot.settings import Settings
from bot.store import database, records
from bot.store.database import Database
from tests.conftest import Signpost
from tests.evaluating.conftest import TOOLS, write
from tests.store.examples import MAYA, MINUTE, place, question

NOW = datetime.now(UTC) - timedelta(days=2)
BUG, INVOICE, PRIVATE = (
    "the app crashes, where do I report the bug?",
    "a supplier sent an invoice, where does it go?",
    "where do I draw my secret new screen?",
)
FIGMA, JIRA, DATEV = ItemId("tool:figma"), ItemId("tool:jira"), ItemId("tool:datev")


@pytest.fixture
def database_of(chosen: Settings) -> Database:
    database.migrate(chosen.database)
    return database.connect(chosen.database)


def _kept(
    rows: Database,
    text: str,
    first: ItemId,
    verdict: Verdict = Verdict.TENTATIVE,
    *,
    press: Helpfulness | None = None,
    visibility: Visibility = Visibility.PUBLIC,
    at: datetime = NOW,
) -> QuestionId:
    asked = question(f"T1:C1:{text}", text, at=at, where=place(text, visibility=visibility))
    shown = (Candidate(first, first, 1.0),)
    with rows.transaction() as session:
        id = records.open_question(session, asked, claimed_until=at)
        recommended = first if verdict is Verdict.ANSWERED or press else None
        answer = Answer(id, verdict, Kind.WHICH, Wording("…"), recommended, shown, (), 0.9, 1)
        records.record_answer(session, answer, at)
        if press:
            records.record_feedback(session, id, asked.asker, press, at + MINUTE)
    return id


def test_a_confirmed_answer_that_would_be_lost_comes_first(
    chosen: Settings, database_of: Database, embedder: Embedder
) -> None:
    _kept(database_of, INVOICE, JIRA)
    lost = _kept(database_of, BUG, JIRA, Verdict.ANSWERED, press=Helpfulness.HELPFUL)
    changed = {name: words for name, words in TOOLS.items() if name != "jira"}
    write(chosen.library_dir, changed | {"sentry": "Crashes of the app: report a bug here"})
    found = replay(chosen, embedder, 28)
    assert (found.questions[0].id, found.questions[0].fate) == (lost, Fate.LOST)
    assert found.questions[0].words == BUG
    assert (found.in_sight_before, found.in_sight_after) == (1, 0)
    assert [(pair.taker, pair.loser) for pair in found.stolen] == [("tool:sentry", JIRA)]
    assert found.questions[1].fate is Fate.CHANGED and found.questions[1].after.first == DATEV
    assert {(pair.taker, pair.loser) for pair in found.moved} == {("tool:sentry", JIRA), (DATEV, JIRA)}


def test_a_library_as_it_was_loses_nothing(chosen: Settings, database_of: Database, embedder: Embedder) -> None:
    _kept(database_of, BUG, JIRA, press=Helpfulness.HELPFUL)
    found = replay(chosen, embedder, 28)
    assert found.of(Fate.LOST) == [] and found.stolen == () and found.moved == ()


def test_a_question_is_not_found_by_its_own_confirmation(
    chosen: Settings, database_of: Database, embedder: Embedder
) -> None:
    """Or no change of the library could ever lose a confirmed answer."""
    nonsense = "zzyx qwrt plm?"
    _kept(database_of, nonsense, JIRA, Verdict.ANSWERED, press=Helpfulness.HELPFUL)
    (one,) = replay(chosen, embedder, 28).questions
    assert one.fate is Fate.LOST and one.after.verdict is not Verdict.ANSWERED


def test_words_asked_in_private_are_shown_only_where_the_asker_let_the_owner_see_them(
    chosen: Settings, database_of: Database, embedder: Embedder
) -> None:
    _kept(database_of, PRIVATE, JIRA, visibility=Visibility.DIRECT)
    shared = _kept(database_of, BUG, FIGMA, Verdict.UNRESOLVED, visibility=Visibility.PRIVATE)
    with database_of.transaction() as session:
        opened = records.open_escalation(session, shared, "…", NOW, shared_text=None, withheld=True)
        assert opened.state is EscalationState.WITHHELD
    assert {one.words for one in replay(chosen, embedder, 28).questions} == {None}
    with database_of.transaction() as session:
        records.share_escalation(session, opened.id, "the app crashes", NOW)
    assert {one.words for one in replay(chosen, embedder, 28).questions} == {None, "the app crashes"}


def test_what_was_taken_back_erased_or_is_too_old_is_not_asked_again(
    chosen: Settings, database_of: Database, embedder: Embedder
) -> None:
    _kept(database_of, BUG, JIRA, at=NOW - timedelta(days=40))
    back = _kept(database_of, PRIVATE, FIGMA)
    with database_of.transaction() as session:
        records.withdraw_question(session, back, NOW)
    assert replay(chosen, embedder, 28).questions == ()
    assert len(replay(chosen, embedder, 90).questions) == 1
    with database_of.transaction() as session:
        records.erase_person(session, MAYA, NOW)
    assert replay(chosen, embedder, 90).questions == ()


def test_nothing_is_written_and_no_database_is_made(chosen: Settings, embedder: Embedder) -> None:
    with pytest.raises(BadInput, match="signpost migrate"):
        replay(chosen, embedder, 28)
    assert list(chosen.data_dir.iterdir()) == []


def test_the_command_says_what_would_change_and_ends_with_1_where_something_is_lost(
    signpost: Signpost, tmp_path: Path
) -> None:
    library = write(tmp_path / "changed")
    assert signpost("migrate").code == 0
    rows = database.connect(f"sqlite:///{tmp_path / 'signpost.sqlite3'}")
    _kept(rows, BUG, JIRA, press=Helpfulness.HELPFUL)
    rows.close()
    words = ("eval", "--replay", "--library", str(library))
    assert signpost(*words).code == 0
    write(library, {name: words for name, words in TOOLS.items() if name != "jira"})
    ended = signpost(*words, "--json", "--days", "7")
    found = json.loads(ended.out)
    assert ended.code == 1
    assert (found["days"], found["questions"], found["lost"]) == (7, 1, 1)
    assert found["changes"][0]["question"] == BUG
    assert found["changes"][0]["before"] == {"first": JIRA, "verdict": "tentative"}
    printed = signpost(*words).out
    assert "1 confirmed lost" in printed and "the app" in printed and "tool:jira" in printed
