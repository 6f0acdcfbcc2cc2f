"""A made-up history whose every fact is known: written into a database, and kept as plain records beside it."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import insert

from bot.domain import Door, EscalationState, Helpfulness, Kind, Organisation, PersonId, Team, TeamName, Verdict
from bot.measures.adoption import Outcome, state_of
from bot.measures.clock import micros
from bot.measures.eventlog import EventLog, Logged
from bot.store.database import Database
from bot.store.tables import EscalationRow, EventRow, QuestionRow

TEAMS = tuple(f"team-{number}" for number in range(12))
SKILLS = tuple(f"skill:{TEAMS[n % 12]}/skill-{n}" for n in range(40))
TOOLS = tuple(f"tool:tool-{n}" for n in range(15))
ANSWERS = tuple(f"answer:answer-{n}" for n in range(20))
SOURCES = (*SKILLS, *TOOLS, *ANSWERS)
SUBJECTS = re.findall(
    r"\w+",
    "invoices refunds contracts webinar podcast photographs payroll parking visas badges forecasts surveys translations"
    " packaging brochures tenders",
)


@dataclass
class Case:
    """One question and everything that happened to it, when."""

    id: str
    asker: str
    teams: tuple[str, ...]
    at: datetime
    text: str
    follows: str | None = None
    same_as: str | None = None
    answered_at: datetime | None = None
    verdict: Verdict | None = None
    kind: Kind | None = None
    item: str | None = None
    nearest: str | None = None
    sources: tuple[str, ...] = ()
    overdue: int = 0
    told_at: datetime | None = None
    presses: list[tuple[datetime, Helpfulness | None]] = field(default_factory=list)
    chosen: tuple[datetime, str] | None = None
    withdrawn_at: datetime | None = None
    opened_at: datetime | None = None
    withheld: bool = False
    shared_at: datetime | None = None
    decided_at: datetime | None = None
    decision: EscalationState | None = None
    answer: str | None = None

    def events(self) -> Iterator[tuple[datetime, str, str, str, dict[str, object]]]:
        """As the store writes them."""
        asked = {"door": "slack", "teams": self.teams, "follows": self.follows, "same_words_as": self.same_as}
        yield self.at, self.asker, "question.asked", self.id, asked
        if self.answered_at and self.verdict and self.kind:
            given = {"verdict": self.verdict, "kind": self.kind, "recommended": self.item, "confidence": 0.5}
            given |= {"nearest": self.nearest, "sources": self.sources, "overdue_sources": self.overdue}
            yield self.answered_at, "signpost", "answer.given", self.id, {**given, "elapsed_ms": 9}
        if self.told_at:
            yield self.told_at, "signpost", "delivery.told", self.id, {"kind": "answer"}
        for at, press in self.presses:
            yield at, self.asker, "feedback.given", self.id, {"value": press, "own": True}
        if self.chosen:
            yield self.chosen[0], self.asker, "candidate.chosen", self.id, {"item": self.chosen[1]}
        if self.withdrawn_at:
            yield self.withdrawn_at, self.asker, "question.withdrawn", self.id, {}
        if self.opened_at:
            facts = {"withheld": self.withheld, "question": self.id}
            yield self.opened_at, self.asker, "escalation.opened", f"e-{self.id}", facts
        if self.shared_at:
            yield self.shared_at, self.asker, "escalation.shared", f"e-{self.id}", {}
        if self.decided_at and self.decision:
            yield self.decided_at, "U-OWNER", f"escalation.{self.decision}", f"e-{self.id}", {"answer": self.answer}

    def by(self, moment: datetime) -> "Case | None":
        """What was known of it then."""

        def happened(at: datetime | None) -> bool:
            return at is not None and at <= moment

        if not happened(self.at):
            return None
        known = replace(self, presses=[press for press in self.presses if press[0] <= moment])
        if not happened(self.answered_at):
            known = replace(
                known, answered_at=None, verdict=None, kind=None, item=None, nearest=None, sources=(), overdue=0
            )
        if not happened(self.opened_at):
            known.opened_at = None
        if not happened(self.decided_at):
            known.decided_at = known.decision = known.answer = None
        for name in ("told_at", "withdrawn_at", "shared_at"):
            if not happened(getattr(self, name)):
                setattr(known, name, None)
        if self.chosen and not happened(self.chosen[0]):
            known.chosen = None
        return known


def organisation(people: int, teams: int = 12) -> Organisation:
    headcounts = {TeamName(name): Team(TeamName(name), headcount=max(1, people // teams)) for name in TEAMS[:teams]}
    return Organisation("Made up", PersonId("U-OWNER"), time_zone="Europe/Berlin", teams=headcounts)


def generate(count: int, people: int, start: datetime, days: int, seed: int = 1, teams: int = 12) -> list[Case]:
    """`count` questions over `days`, oldest first. The last team has three people, some are in two, some in none."""
    chance = random.Random(seed)
    team_of = {}
    for number in range(people):
        own = TEAMS[number % (teams - 1)] if number >= 3 else TEAMS[teams - 1]
        also = (chance.choice(TEAMS[:teams]),) if number >= 3 and chance.random() < 0.1 else ()
        team_of[number] = () if chance.random() < 0.03 else tuple(dict.fromkeys((own, *also)))
    moments = sorted(start + timedelta(seconds=chance.randrange(days * 86_400)) for _ in range(count))
    cases: list[Case] = []
    latest: dict[int, Case] = {}
    for number, at in enumerate(moments):
        who = min(int(chance.paretovariate(0.6)) - 1, people - 1) if chance.random() < 0.3 else chance.randrange(people)
        if chance.random() < 0.0005:  # somebody changes teams
            team_of[who] = (chance.choice(TEAMS[:teams]),)
        case = Case(f"q{number:06}", f"U{who}", team_of[who], at, _text(chance))
        before = latest.get(who)
        if before and chance.random() < 0.05:
            case = replace(case, text=before.text, same_as=before.same_as or before.id)
        elif before and chance.random() < 0.05:
            case = replace(case, follows=before.follows or before.id)
        _live(case, chance)
        cases.append(case)
        latest[who] = case
    return cases


def _text(chance: random.Random) -> str:
    return f"how do we handle {' '.join(chance.sample(SUBJECTS, 2))}"


def _live(case: Case, chance: random.Random) -> None:
    """What becomes of a question."""

    def later(most_hours: float) -> timedelta:
        return timedelta(seconds=1 + chance.randrange(int(most_hours * 3600)))

    if chance.random() < 0.01:
        return  # never answered
    case.answered_at = case.at + timedelta(milliseconds=chance.randrange(50, 9000))
    case.verdict = chance.choices(list(Verdict), [55, 25, 15, 5])[0]
    case.kind = chance.choice(list(Kind))
    case.nearest = chance.choice(SOURCES)
    if case.verdict in (Verdict.ANSWERED, Verdict.TENTATIVE):
        case.item = case.nearest
        case.sources = tuple(dict.fromkeys([case.item, *chance.choices(TOOLS, k=chance.randrange(3))]))
        case.overdue = chance.choice([0, 0, 0, 1, 2])
    if chance.random() < 0.95:
        case.told_at = case.answered_at + timedelta(milliseconds=chance.randrange(100, 60_000))
    while chance.random() < 0.3:
        case.presses.append(
            (case.answered_at + later(24 * 20), chance.choice([*Helpfulness, Helpfulness.HELPFUL, None]))
        )
    case.presses.sort(key=lambda press: press[0])
    if case.verdict is Verdict.TENTATIVE and chance.random() < 0.2:
        case.chosen = (case.answered_at + later(1), chance.choice(SOURCES))
    if case.verdict is Verdict.UNRESOLVED or chance.random() < 0.03:
        case.opened_at, case.withheld = case.answered_at, chance.random() < 0.2
        if case.withheld and chance.random() < 0.6:
            case.shared_at = case.opened_at + later(48)
        if (case.shared_at or not case.withheld) and chance.random() < 0.85:
            case.decided_at = (case.shared_at or case.opened_at) + later(24 * 9)
            case.decision = chance.choices(list(EscalationState)[2:], [6, 3, 1])[0]
            case.answer = None if case.decision is EscalationState.DISMISSED else chance.choice(ANSWERS)
    if chance.random() < 0.01:
        case.withdrawn_at = case.at + later(48)


def log_of(cases: Sequence[Case]) -> EventLog:
    """The log that these would have written, without a database."""
    events = sorted((event for case in cases for event in case.events()), key=lambda event: event[0])
    log = EventLog()
    log.extend(Logged(micros(at), who, what, about, data) for at, who, what, about, data in events)
    return log


def write(database: Database, cases: Sequence[Case], saved: Sequence[tuple[datetime, str]] = ()) -> None:
    """Into the tables, events in the order of their moments as they would have been written."""
    events = [event for case in cases for event in case.events()]
    events += [(at, "U-OWNER", "answer.saved", id, {"version": 1, "escalation": None}) for at, id in saved]
    events.sort(key=lambda event: event[0])
    names = ("at", "who", "what", "about", "data")
    with database.transaction() as session:
        connection = session.connection()
        for part in _parts([dict(zip(names, event, strict=True)) for event in events]):
            connection.execute(insert(EventRow), part)
        for part in _parts([_question(case) for case in cases]):
            connection.execute(insert(QuestionRow), part)
        for part in _parts([_escalation(case) for case in cases if case.opened_at]):
            connection.execute(insert(EscalationRow), part)


def _parts(rows: list[dict[str, object]], size: int = 20_000) -> Iterator[list[dict[str, object]]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _question(case: Case) -> dict[str, object]:
    row = {"id": case.id, "source_key": case.id, "door": Door.SLACK, "asker": case.asker, "asked_at": case.at}
    row |= {"text": case.text, "teams": case.teams, "visibility": "public", "verdict": case.verdict, "kind": case.kind}
    return {**row, "recommended": case.item, "answered_at": case.answered_at, "withdrawn_at": case.withdrawn_at}


def _escalation(case: Case) -> dict[str, object]:
    state = case.decision or (
        EscalationState.WITHHELD if case.withheld and not case.shared_at else EscalationState.OPEN
    )
    row = {"id": f"e-{case.id}", "question_id": case.id, "state": state, "reason": "", "shared_text": ""}
    row |= {"opened_at": case.shared_at or case.opened_at, "decided_at": case.decided_at, "dismissed_because": ""}
    return {**row, "decided_by": "U-OWNER" if case.decided_at else None, "answer_id": case.answer}


def state(case: Case, reasked_at: datetime | None) -> object:
    """By the definitions of one question, tested by themselves."""
    escalation = None
    if case.opened_at:
        waiting = EscalationState.WITHHELD if case.withheld and not case.shared_at else EscalationState.OPEN
        escalation = case.decision or waiting
    press = case.presses[-1] if case.presses else (None, None)
    return state_of(
        Outcome(
            case.at,
            case.verdict,
            press[1],
            press[0],
            escalation,
            case.decided_at,
            reasked_at,
            case.withdrawn_at is not None,
        )
    )
