"""The week in short: what it says, and what it never does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from inline_snapshot import snapshot

from bot.domain import ItemId, Library, Spread, State
from bot.measures import digest as words
from bot.measures.digest import Digest, digest
from bot.measures.report import (
    Closed,
    Figure,
    Gap,
    GapState,
    Mandate,
    Report,
    StopItem,
    Unit,
    Week,
)
from bot.reports import Period, report
from bot.store.database import Database
from bot.wiring import BooksOnly
from tests.measures import history

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 9, tzinfo=BERLIN)
END = START + timedelta(days=7)
ANSWER = ItemId("answer:who-orders-laptops")
STATES = {State.CONFIRMED: 20, State.UNRATED: 15, State.FAILED: 5, State.ANSWERED_BY_OWNER: 10, State.ESCALATED: 3}


def figure(value: float | None, n: int, before: float | None = None) -> Figure:
    return Figure(value, n, before, 0, Unit.COUNT)


def week_of(monday: date, active: int | None, days: int = 7) -> Week:
    states = None if active is None else {**STATES, State.WITHDRAWN: 0}
    return Week(monday, days, active, None, 53 if active else None, states, 0, Spread(), Spread())


FIGURES = {
    "askers": figure(31, 31, 28),
    "questions": figure(53, 53, 1),
    "self_serve_rate": figure(0.4, 50),
    "escalation_rate": figure(13 / 53, 53),
    "owner_answer_p50": figure(5.25, 8),
}
WEEK = Report(START, END, START - timedelta(days=7), END, None, "Europe/Berlin", False, 31, FIGURES, STATES)
LONGER = replace(
    WEEK, weeks=tuple(week_of(date(2026, 10, 19) + timedelta(weeks=n), 20 + n) for n in range(4)), start=START
)


def test_three_sentences_each_with_its_n() -> None:
    told = digest(WEEK, LONGER, ())
    assert (told.first, told.last) == (date(2026, 11, 9), date(2026, 11, 15))
    assert told.sentences == snapshot(
        (
            "31 people asked 53 questions; in the week before it were 28 people with 1 question.",
            "Of 50 decided questions the asker confirmed 20 (40%) without a person, 5 (10%) failed, the owner answered"
            " 10 (20%), and 15 (30%) stayed unrated.",
            "13 of 53 questions went to the owner (25%); half of the 8 answered by now took at most 5.2 working hours"
            " (promised: 16).",
        )
    )
    assert told.changed == (words.NOTHING_CHANGED,)
    assert told.decisions == (words.NOTHING_TO_DECIDE,)


def test_a_week_of_fewer_than_five_people_shows_no_figure() -> None:
    hidden = replace(WEEK, people=None, figures={}, states=None)
    told = digest(hidden, LONGER, ())
    assert told.sentences == (words.FEW,)
    assert not told.states


@pytest.mark.parametrize(
    ("weeks", "trend"),
    [
        ([20, 21, 22], False),
        ([20, 21, 22, 23], True),
        ([20, None, 22, 23], False),
    ],
)
def test_no_trend_from_fewer_than_four_points(weeks: list[int | None], trend: bool) -> None:
    found = tuple(week_of(date(2026, 10, 19) + timedelta(weeks=n), active) for n, active in enumerate(weeks))
    told = digest(WEEK, replace(LONGER, weeks=found), ())
    assert told.trend is trend
    assert told.hidden == weeks.count(None)


def test_a_week_that_is_cut_is_not_a_point() -> None:
    cut = (*LONGER.weeks[:3], week_of(date(2026, 11, 9), 20, days=3))
    assert not digest(WEEK, replace(LONGER, weeks=cut), ()).trend


def test_weeks_before_anybody_ever_asked_are_no_points() -> None:
    empty = tuple(replace(week, active=0, questions=0) for week in LONGER.weeks)
    told = digest(WEEK, replace(LONGER, weeks=(*empty, *LONGER.weeks[:3])), ())
    assert len(told.weeks) == 3
    assert not told.trend


def test_before_is_told_plainly() -> None:
    def first(before: float | None) -> str:
        figures = {**FIGURES, "askers": figure(31, 31, before)}
        return digest(replace(WEEK, figures=figures), LONGER, ()).sentences[0]

    assert first(None).endswith("in the week before it were fewer than five people.")
    assert first(0).endswith("nobody did in the week before.")


def test_an_answer_is_named_only_where_everyone_may_read_it() -> None:
    closed = (
        Closed(ANSWER, "Who orders laptops", date(2026, 11, 12), 6, 4),
        Closed(ItemId("answer:x"), "Secret", END.date(), None, 0),
    )
    told = digest(replace(WEEK, closed=closed), LONGER, {ANSWER})
    assert told.changed == (
        "“Who orders laptops” was answered on 12 Nov for 6 people who asked; it has answered 4 questions since.",
        "1 more answer was given by the owner.",
    )
    assert digest(replace(WEEK, closed=closed[1:]), LONGER, {ANSWER}).changed == (
        "1 answer was given by the owner, not for everyone to read.",
    )


def test_decisions_are_what_waits_what_nobody_owns_and_what_is_missing() -> None:
    def gap(people: int | None, state: GapState = GapState.OPEN) -> Gap:
        day = date(2026, 11, 12)
        return Gap("gap:1", "contract translation", None, people, people, day, day, state, "", None, (), ())

    longer = replace(
        LONGER,
        mandate=(
            Mandate("signpost", "Signpost", True, True, None, None, 3, 22.4, True),
            Mandate("layer:sales", "sales", False, False, None, None, 0, None, True),
        ),
        gaps=(gap(14), gap(None), gap(9, GapState.DECLINED)),
        stop=(StopItem(ItemId("skill:x/y"), "Feature brief", 13, 3),),
    )
    assert digest(WEEK, longer, ()).decisions == snapshot(
        (
            "3 questions wait for the owner, the oldest for 22 working hours (promised: 16): past what was promised.",
            "sales has no owner: name one.",
            "14 people needed something near “contract translation” and did not get it, the last on 12 Nov: write it,"
            " or decline it with a reason.",
            "“Feature brief” was recommended 13 times in eight weeks and never confirmed; 3 of them failed or went to"
            " the owner: mend it or stop it.",
        )
    )


def test_no_word_of_a_message_and_no_persons_name(sqlite_database: Database) -> None:
    start = datetime(2026, 9, 7, tzinfo=UTC)
    cases = history.generate(800, 40, start, 70, teams=3)
    history.write(sqlite_database, cases)
    books = BooksOnly(sqlite_database, history.organisation(40, 3), Library())
    end = datetime(2026, 11, 9, tzinfo=BERLIN)
    week, longer = (report(books, Period(end - timedelta(days=days), end), at=end) for days in (7, 56))
    told = _all(digest(week, longer, {ItemId(one) for one in history.ANSWERS}))
    assert "people asked" in told
    for subject in history.SUBJECTS:
        assert subject not in told
    for number in range(40):
        assert f"U{number}" not in told.replace("Unrated", "")


def _all(told: Digest) -> str:
    return "\n".join((*told.sentences, *told.changed, *told.decisions))
