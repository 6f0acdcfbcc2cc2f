from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import ItemId, Review
from bot.errors import NotFound
from bot.store import records
from bot.store.curated import slug
from bot.store.database import Database
from tests.store.examples import MINUTE, NOON, OWNER, curated, escalated


def test_an_answer_is_kept_whole_under_a_readable_id(database: Database) -> None:
    with database.transaction() as session:
        case = escalated(session)
        kept = records.save_answer(session, curated(), NOON, OWNER, from_escalation=case.id)
    assert kept == replace(curated(), id=ItemId("answer:ask-priya"))
    with database.reading() as session:
        assert records.curated_answers(session) == (kept,)
        assert records.curated_answer(session, kept.id) == kept


def test_the_same_question_twice_gets_two_ids(database: Database) -> None:
    with database.transaction() as session:
        ids = [records.save_answer(session, curated(), NOON, OWNER).id for _ in range(3)]
    base = "answer:ask-priya"
    assert ids == [base, f"{base}-2", f"{base}-3"]


def test_an_answer_can_be_changed_retired_and_brought_back(database: Database) -> None:
    with database.transaction() as session:
        kept = records.save_answer(session, curated(), NOON, OWNER)
        versions = [records.knowledge_version(session)]
        changed = replace(kept, text="Ask Omar.", review=Review(None, timedelta(days=30)))
        assert records.save_answer(session, changed, NOON + MINUTE, OWNER) == changed
        versions.append(records.knowledge_version(session))
        records.retire_answer(session, kept.id, NOON + 2 * MINUTE, OWNER)
        versions.append(records.knowledge_version(session))
        assert records.curated_answers(session) == ()
        with pytest.raises(NotFound):
            records.curated_answer(session, kept.id)
        records.save_answer(session, changed, NOON + 3 * MINUTE, OWNER)
        assert records.curated_answers(session) == (changed,)
    assert len(set(versions)) == 3


def test_an_answer_that_never_was_cannot_be_changed_or_retired(database: Database) -> None:
    nothing = ItemId("answer:nothing")
    with database.transaction() as session:
        with pytest.raises(NotFound):
            records.retire_answer(session, nothing, NOON, OWNER)
        with pytest.raises(NotFound):
            records.save_answer(session, replace(curated(), id=nothing), NOON, OWNER)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who books the photographer?", "who-books-the-photographer"),
        ("Größe & Maße: wie groß?", "groe-mae-wie-gro"),
        ("写真は?", "answer"),
        ("a" * 90, "a" * 60),
        ("one two " * 20, "one-two-one-two-one-two-one-two-one-two-one-two-one-two-one"),
    ],
)
def test_a_slug_is_short_and_readable(question: str, expected: str) -> None:
    assert slug(question) == expected
