"""Questions and answers to keep in a test, each with what the test is not about filled in."""

from datetime import UTC, date, datetime, timedelta

from bot.domain import (
    Answer,
    Candidate,
    CuratedAnswer,
    Door,
    Escalation,
    Evidence,
    Helpfulness,
    ItemId,
    ItemKind,
    Kind,
    Passage,
    PassageKind,
    PersonId,
    Place,
    Question,
    QuestionId,
    Review,
    TeamName,
    Verdict,
    Visibility,
    Wording,
)
from bot.store import records

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MAYA, TOMAS, OWNER = PersonId("U0MAYA"), PersonId("U0TOMAS"), PersonId("U0OWNER")
BRIEF = ItemId("skill:marketing/campaign-brief")


def place(ts: str = "1.0", thread: str | None = None, visibility: Visibility = Visibility.PUBLIC) -> Place:
    return Place("T1", "C1", visibility, ts, thread or ts)


def question(
    key: str = "T1:C1:1.0",
    text: str = "Which skill plans a campaign?",
    asker: PersonId = MAYA,
    at: datetime = NOON,
    where: Place | None = None,
) -> Question:
    teams = (TeamName("marketing"),)
    return Question(key, text, asker, at, Door.SLACK, where or place(), teams)


def answer(
    id: QuestionId,
    verdict: Verdict = Verdict.ANSWERED,
    recommended: ItemId | None = BRIEF,
    quote: str = "A brief.",
) -> Answer:
    passage = Passage(BRIEF, PassageKind.BODY, quote, "Start")
    evidence = Evidence(
        BRIEF,
        ItemKind.SKILL,
        "Campaign brief",
        "marketing",
        "U0OWNER",
        date(2026, 10, 1),
        3,
        quote,
        "",
        "f00",
    )
    return Answer(
        question_id=id,
        verdict=verdict,
        kind=Kind.WHICH,
        wording=Wording("Use the campaign brief.", quote, ("Open it.",), ("Mind “quotes”.",), ("one", "two"), "Ok?"),
        recommended=recommended,
        candidates=(Candidate(BRIEF, "Campaign brief", 0.75, (passage,)),),
        evidence=(evidence,),
        confidence=0.875,
        elapsed_ms=12,
    )


def curated(text: str = "Ask Priya.", question: str = "Who books the photographer?") -> CuratedAnswer:
    review = Review(date(2026, 11, 23), timedelta(days=90))
    return CuratedAnswer(ItemId(""), question, text, OWNER, ("photographer?",), ("marketing",), review, ("wiki",))


def opened(session: records.Session, asked: Question | None = None) -> QuestionId:
    asked = asked or question()
    return records.open_question(session, asked, claimed_until=asked.asked_at)


def answered(
    session: records.Session,
    asked: Question | None = None,
    verdict: Verdict = Verdict.ANSWERED,
    recommended: ItemId | None = BRIEF,
    press: Helpfulness | None = None,
) -> QuestionId:
    asked = asked or question()
    id = opened(session, asked)
    records.record_answer(session, answer(id, verdict, recommended), asked.asked_at + MINUTE)
    if press:
        records.record_feedback(session, id, asked.asker, press, asked.asked_at + 2 * MINUTE)
    return id


def escalated(session: records.Session, asked: Question | None = None, *, withheld: bool = False) -> Escalation:
    asked = asked or question()
    id = answered(session, asked, Verdict.UNRESOLVED, None)
    shared = None if withheld else asked.text
    return records.open_escalation(
        session, id, "Nothing comes near.", asked.asked_at + MINUTE, shared_text=shared, withheld=withheld
    )
