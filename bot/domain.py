"""The vocabulary: what Signpost talks about, as frozen values.

Everything above this floor speaks in these words. Nothing here reads a clock, a file or a network;
all times are aware UTC, all dates are calendar dates in the organisation's time zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)  # a Slack user ("U…"), or "terminal"
GroupId = NewType("GroupId", str)  # a Slack user group as people write it: "@marketing"
TeamName = NewType("TeamName", str)
ItemId = NewType("ItemId", str)  # "skill:marketing/campaign-brief", "tool:hubspot", "rule:…", "answer:…"
QuestionId = NewType("QuestionId", str)
EscalationId = NewType("EscalationId", str)
DeliveryId = NewType("DeliveryId", str)
ProcessCardId = NewType("ProcessCardId", str)

EVERYONE = "everyone"  # the scope that every reader has
ERASED = PersonId("erased")  # stands for everyone who asked to be forgotten


class Door(StrEnum):
    """Where a question came in."""

    SLACK = "slack"
    TERMINAL = "terminal"
    WEB = "web"
    MCP = "mcp"


class Visibility(StrEnum):
    """Who can see the place a question was asked in."""

    PUBLIC = "public"  # anyone in the workspace
    PRIVATE = "private"  # a private channel's members
    DIRECT = "direct"  # the asker and the bot


class Verdict(StrEnum):
    ANSWERED = "answered"
    TENTATIVE = "tentative"
    UNRESOLVED = "unresolved"
    OUT_OF_SCOPE = "out_of_scope"


class Kind(StrEnum):
    """What sort of question it is."""

    WHICH = "which"
    COMPATIBILITY = "compatibility"
    PERMISSION = "permission"
    PROCESS = "process"
    MIXED = "mixed"
    HOWTO = "howto"
    OTHER = "other"


class StepKind(StrEnum):
    """What sort of step of a process holds people up."""

    APPROVAL = "approval"
    MEETING = "meeting"
    HANDOFF = "hand-off"
    UNCLEAR_OWNER = "unclear owner"
    WAITING = "waiting"


class State(StrEnum):
    """Where a question stands; definitions in MEASURES."""

    CONFIRMED = "confirmed"
    UNRATED = "unrated"
    ESCALATED = "escalated"
    ANSWERED_BY_OWNER = "answered_by_owner"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Helpfulness(StrEnum):
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"


class ItemKind(StrEnum):
    """What can be recommended."""

    SKILL = "skill"
    TOOL = "tool"
    RULE = "rule"
    ANSWER = "answer"
    TEST = "test"  # never recommended: it says how a tool did


class Ring(StrEnum):
    """The Technology Radar's rings."""

    ADOPT = "adopt"
    TRIAL = "trial"
    ASSESS = "assess"
    HOLD = "hold"


class TestResult(StrEnum):
    """How a tool did at a task."""

    __test__ = False  # nothing for pytest

    WORKS = "works"
    PARTIAL = "partial"
    FAILS = "fails"


class TrialDecision(StrEnum):
    """What a trial led to."""

    ADOPT = "adopt"
    HOLD = "hold"
    EXTEND = "extend"  # it goes on until its new end, and is open again after that


class Outcome(StrEnum):
    """Whether tools work together."""

    WORKS = "works"
    PARTLY = "partly"
    BROKEN = "broken"
    ONE_WAY = "one-way"
    RETEST = "needs re-test"
    NOT_KNOWN = "not known"


class Decision(StrEnum):
    """Whether something is allowed; the strictest comes last."""

    ALLOWED = "allowed"
    ALLOWED_IF = "allowed if"
    UNDECIDED = "undecided"  # nobody said, or what was said has expired: not allowed yet
    NOT_ALLOWED = "not allowed"


class Role(StrEnum):
    """What a person may do beyond asking."""

    ASKER = "asker"
    OWNER = "owner"  # the AI ops owner or the deputy
    LEADER = "leader"


# ---------------------------------------------------------------- the library


@dataclass(frozen=True)
class Review:
    """When something was last looked at, and how often it should be."""

    reviewed: date | None = None
    every: timedelta | None = None


@dataclass(frozen=True)
class Section:
    """A Markdown heading and the text under it, up to the next heading. The opening has no heading."""

    heading: str
    level: int  # 1–6; 0 for the opening
    text: str
    inherited_from: ItemId | None = None  # the skill below that it comes from; None: the item's own words


@dataclass(frozen=True)
class Skill:
    """A SKILL.md, with what it inherits from the layers below already laid under it."""

    id: ItemId
    name: str
    title: str  # for people: "Campaign brief"
    description: str
    layer: str  # "marketing/lifecycle"
    sections: tuple[Section, ...]
    owner: str | None = None  # a PersonId or a GroupId
    review: Review = Review()
    extends: tuple[ItemId, ...] = ()
    tools: tuple[ItemId, ...] = ()
    outcome: str | None = None
    questions: tuple[str, ...] = ()  # QUESTIONS.md
    path: str = ""  # relative to the library's root


@dataclass(frozen=True)
class Edge:
    """One tool works with another: seen from the note it stands in."""

    source_tool: ItemId
    target_tool: ItemId
    via: str = "native"  # native | api | mcp | csv | another tool's id | none
    direction: str = "both"  # both | to | from
    status: str = "works"  # works | partial | broken
    depth: str = ""
    requires: str = ""
    tested: date | None = None
    by: str | None = None
    source: str = ""
    expires: date | None = None


@dataclass(frozen=True)
class ToolNote:
    id: ItemId
    title: str
    aliases: tuple[str, ...] = ()
    ring: Ring | None = None
    owner: str | None = None
    review: Review = Review()
    vendor: str = ""
    use_for: str = ""
    data: Mapping[str, str] = field(default_factory=dict)  # class → "allowed" | "allowed if …" | "not allowed"
    works_with: tuple[Edge, ...] = ()
    sections: tuple[Section, ...] = ()
    path: str = ""


@dataclass(frozen=True)
class Rule:
    id: ItemId
    title: str
    decision: str  # "allowed" | "allowed if …" | "not allowed"
    tools: tuple[str, ...] = ("*",)
    data: tuple[str, ...] = ("*",)
    teams: tuple[str, ...] = ("*",)
    tier: tuple[str, ...] = ("*",)
    owner: str | None = None
    decided: date | None = None
    expires: date | None = None
    text: str = ""
    path: str = ""


@dataclass(frozen=True)
class CuratedAnswer:
    """What the owner answered once, for everyone (or some teams) from then on."""

    id: ItemId
    question: str
    text: str
    owner: str
    variants: tuple[str, ...] = ()
    scope: tuple[str, ...] = (EVERYONE,)  # EVERYONE or team names
    review: Review = Review()
    sources: tuple[str, ...] = ()
    path: str = ""  # empty when it lives in the database


Item = Skill | ToolNote | Rule | CuratedAnswer


@dataclass(frozen=True)
class ToolTest:
    """A test card: what somebody saw when they tried a tool at a task. Evidence about a tool, never an answer."""

    id: ItemId  # "test:gridloom-lists"
    tool: ItemId
    task: str
    version: str = ""
    tested: date | None = None
    result: TestResult | None = None
    tester: str | None = None  # a PersonId, or a name
    every: timedelta | None = None  # how often it should be done again
    expires: date | None = None
    trial_until: date | None = None  # the last day of a trial
    decision: TrialDecision | None = None
    source: str = ""
    text: str = ""
    path: str = ""


Tests = Mapping[ItemId, tuple[ToolTest, ...]]  # by tool, the latest first


@dataclass(frozen=True)
class Team:
    name: TeamName
    group: GroupId | None = None
    headcount: int | None = None
    owner: PersonId | None = None
    deputy: PersonId | None = None


@dataclass(frozen=True)
class Ladder:
    """Working hours without an acknowledgement before each step."""

    remind: float = 4
    deputy: float = 8
    red: float = 16


@dataclass(frozen=True)
class DigestPlan:
    """When and where the week's digest is told: seven whole days, up to the day on which it goes out."""

    channel: str = ""  # empty: a direct message to each leader
    day: int = 0  # of the week: 0 is Monday, as in `date.weekday()`
    hour: int = 9  # 0–23, where the organisation is
    off: bool = False


@dataclass(frozen=True)
class Organisation:
    """knowledge/organisation.toml: who is who."""

    name: str = ""
    owner: PersonId | None = None
    deputy: PersonId | None = None
    leaders: tuple[str, ...] = ()  # PersonIds and GroupIds
    escalation_channel: str = ""  # empty: direct message to the owner
    time_zone: str = "UTC"
    working_hours: str = "mon-fri 09:00-17:30"
    data_classes: tuple[str, ...] = ("public", "internal", "customer", "secret")
    outcomes: tuple[str, ...] = ("conversion", "retention", "pipeline", "hours", "quality")
    ladder: Ladder = Ladder()
    digest: DigestPlan = DigestPlan()
    teams: Mapping[TeamName, Team] = field(default_factory=dict)


class Severity(StrEnum):
    ERROR = "error"  # the file, or a part of it, could not be used
    WARNING = "warning"  # used, but not to the standard


@dataclass(frozen=True)
class Finding:
    """One fault in the library: what is wrong, where, and how to mend it."""

    path: str
    line: int | None
    severity: Severity
    code: str  # "frontmatter-missing"
    problem: str
    mend: str


class Grade(StrEnum):
    """How good the evidence for a value is; figures of different grades are never added."""

    CLAIMED = "claimed"  # somebody says so
    OBSERVED = "observed"  # somebody saw it happen
    MEASURED = "measured"  # compared with what would have been otherwise


@dataclass(frozen=True)
class RecordedValue:
    """What a skill, a tool, an answer or the closing of a gap brought, with its evidence."""

    subject: str  # an ItemId, or a gap's id
    outcome: str  # one of Organisation.outcomes
    grade: Grade
    figure: float | None  # None: a value without a figure
    unit: str
    source: str  # where it can be checked
    date: date
    note: str = ""
    path: str = ""  # the file it stands in, and …
    line: int | None = None  # … where


@dataclass(frozen=True)
class Library:
    """Everything read from skills/ and knowledge/ at one moment."""

    skills: Mapping[ItemId, Skill] = field(default_factory=dict)
    tools: Mapping[ItemId, ToolNote] = field(default_factory=dict)
    rules: Mapping[ItemId, Rule] = field(default_factory=dict)
    answers: Mapping[ItemId, CuratedAnswer] = field(default_factory=dict)
    tests: Mapping[ItemId, ToolTest] = field(default_factory=dict)
    organisation: Organisation = Organisation()
    findings: tuple[Finding, ...] = ()
    fingerprint: str = ""  # changes whenever a file does
    values: tuple[RecordedValue, ...] = ()  # knowledge/outcomes/*.csv

    def items(self) -> dict[ItemId, Item]:
        """Every item by id, answers written in files included."""
        return {**self.skills, **self.tools, **self.rules, **self.answers}


# ---------------------------------------------------------------- asking


@dataclass(frozen=True)
class Place:
    """A Slack conversation, and the message in it."""

    workspace: str
    channel: str
    visibility: Visibility
    message_ts: str | None = None
    thread_ts: str | None = None  # where a reply belongs; None for a slash command
    response_url: str | None = None  # a slash command's own way back: 5 uses, 30 minutes

    @property
    def thread_key(self) -> str | None:
        """One key for all turns of a conversation; None where there is no thread."""
        return f"{self.workspace}:{self.channel}:{self.thread_ts}" if self.thread_ts else None


@dataclass(frozen=True)
class Question:
    """What a door hands in. `text` is already scrubbed of secrets."""

    source_key: str  # unique for one message of one person, whatever came twice: "T1:C1:1690000000.000100"
    text: str
    asker: PersonId
    asked_at: datetime
    door: Door
    place: Place | None = None
    teams: tuple[TeamName, ...] = ()
    earlier: tuple[str, ...] = ()  # the thread's earlier questions, oldest first


class PassageKind(StrEnum):
    """Which part of an item a passage is; the ranker weighs them apart."""

    NAME = "name"  # name and aliases
    DESCRIPTION = "description"  # description, use_for, a rule's decision
    BODY = "body"  # a stretch of the body under its heading
    QUESTION = "question"  # QUESTIONS.md, a curated answer's question and variants
    CONFIRMED = "confirmed"  # a past question that this item was confirmed to answer


@dataclass(frozen=True)
class Passage:
    """A stretch of an item's text, short enough to quote and to embed."""

    item: ItemId
    kind: PassageKind
    text: str
    heading: str = ""


@dataclass(frozen=True)
class Candidate:
    """Something that could be recommended. `score` orders; it is not a probability."""

    id: ItemId
    title: str
    score: float
    passages: tuple[Passage, ...] = ()  # what spoke for it, best first


@dataclass(frozen=True)
class Ranking:
    """What retrieval found: candidates best first, and how sure it is of the first one."""

    candidates: tuple[Candidate, ...]
    confidence: float  # calibrated probability, 0–1, that the first candidate is right
    small_talk: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """What is the matter: PROCESS, MIXED, WHICH (a tool is wanted) or OTHER (neither)."""

    kind: Kind
    probability: float  # that a process is broken, whether or not a tool is wanted too, 0–1
    blocking_step: str = ""  # the asker's own words; empty without a process


class Sureness(StrEnum):
    """How sure a reader says it is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Reading:
    """What a language model chose of the catalogue it was shown."""

    ids: tuple[ItemId, ...]  # best first, at most three; empty: nothing serves
    sure: Sureness
    small_talk: bool = False
    question_words: str = ""  # what decided, in the question …
    entry_words: str = ""  # … and in the first entry
    verified: bool = True  # whether those words stand there


@dataclass(frozen=True)
class ReaderUse:
    """What a reading cost."""

    model: str
    elapsed_ms: int
    tokens: int


@dataclass(frozen=True)
class Evidence:
    """A source an answer stands on, as it was when the answer was given."""

    id: ItemId
    kind: ItemKind
    title: str
    layer: str | None
    owner: str | None
    reviewed: date | None
    overdue_days: int  # 0 when it is not overdue
    quote: str = ""
    link: str = ""
    version: str = ""  # content hash of the item


@dataclass(frozen=True)
class Hop:
    """One step of a path, in the direction of flow, with where it is written."""

    start: ItemId
    end: ItemId
    via: str
    direction: str  # as its note has it: both | to | from
    status: str
    tested: date | None
    source: str
    note: ItemId
    expired: bool = False


@dataclass(frozen=True)
class Facts:
    """What a question of fact was answered with, for those who read more than words."""

    outcome: Outcome | None = None  # compatibility
    path: tuple[Hop, ...] = ()
    decision: Decision | None = None  # permission
    condition: str = ""
    rules: tuple[ItemId, ...] = ()  # that bear the decision, the decisive first; also a tool whose note does
    excluded: tuple[ItemId, ...] = ()  # what was left out, or is warned of
    topic: str = ""  # what the owner is to decide or test; one is asked for once
    task: bool = False  # the owner has something to do, though there is an answer
    owner: str | None = None  # of the tool or rule it is about: who decides or tests; None: the AI ops owner


class BasisKind(StrEnum):
    EDGE = "edge"
    RULE = "rule"
    NOTE = "note"  # a tool's ring and data
    PASSAGE = "passage"


@dataclass(frozen=True)
class Basis:
    """One thing an answer stood on, as it was then: kept when the library changes."""

    kind: BasisKind
    ref: str  # "tool:hubspot->tool:mailchimp/native", or an item's id
    version: str  # hash of what it said
    text: str = ""  # what it said; empty where those words belong to a person


@dataclass(frozen=True)
class Wording:
    """An answer in words, part by part; each door lays it out in its own way. Plain text, no markup."""

    headline: str  # the recommendation, or the plain "I don't know"; stands alone
    why: str = ""  # quoted from the first source
    start: tuple[str, ...] = ()
    watch_out: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # `tentative`: one line a candidate, in their order
    ask: str = ""  # the closing question, or who will answer
    said: tuple[str, ...] = ()  # a language model's sentences, checked, each with the numbers of its evidence: "… [1]."


@dataclass(frozen=True)
class Answer:
    question_id: QuestionId
    verdict: Verdict
    kind: Kind
    wording: Wording
    recommended: ItemId | None
    candidates: tuple[Candidate, ...]
    evidence: tuple[Evidence, ...]
    confidence: float
    elapsed_ms: int
    escalation_id: EscalationId | None = None
    reader: ReaderUse | None = None  # where a language model read the catalogue
    facts: Facts | None = None  # of a question about compatibility or permission
    basis: tuple[Basis, ...] = ()  # everything it stood on; kept beside it, one row each
    blocking_step: str = ""  # PROCESS and MIXED: the asker's own words for the step that holds them up
    process_owner: PersonId | None = None  # of the team that the step names, where one is named for it


# ---------------------------------------------------------------- what is kept


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it is kept, with what became of it."""

    id: QuestionId
    question: Question
    follows: QuestionId | None  # the question that opened the thread
    answer: Answer | None  # None until it is decided
    delivered_as: str | None  # the message's ts
    feedback: Helpfulness | None  # the asker's last press
    state: State | None  # None for small talk and until it is decided
    withdrawn_at: datetime | None = None
    answered_at: datetime | None = None  # when it was decided
    delivered_at: datetime | None = None  # when the asker was told


class EscalationState(StrEnum):
    WITHHELD = "withheld"  # asked in private: waits for the asker's leave to show it to the owner
    OPEN = "open"
    ANSWERED = "answered"
    POINTED = "pointed"  # at an existing answer
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Escalation:
    id: EscalationId
    question_id: QuestionId
    state: EscalationState
    reason: str  # why the bot did not answer by itself, for the owner
    opened_at: datetime
    shared_text: str = ""  # the words the asker let the owner see; the question's own where it was public
    decided_at: datetime | None = None
    decided_by: PersonId | None = None
    answer_id: ItemId | None = None  # what answered it, or was pointed at
    dismissed_because: str = ""
    announced_as: str | None = None  # "C0AIOPS:1690000000.000100", the owner's card


@dataclass(frozen=True)
class BlockedStep:
    """A step that holds somebody up: what sort, in which team, and its words as a vector. Never the words."""

    kind: StepKind
    team: TeamName | None  # whose step it is, where the words name a team
    vector: tuple[float, ...] = ()  # of length 1; empty where the embedder was down
    embedder: str = ""  # vectors of two embedders cannot be compared


class CardState(StrEnum):
    """Where a process card stands."""

    OPEN = "open"
    BEING_MENDED = "being_mended"
    MENDED = "mended"
    DECLINED = "declined"


LIVE = frozenset({CardState.OPEN, CardState.BEING_MENDED})


@dataclass(frozen=True)
class ProcessCard:
    """A bottleneck that several people met, for the owner of the step. Nobody's words, only counts."""

    id: ProcessCardId
    team: TeamName | None
    step: StepKind
    state: CardState
    opened_at: datetime
    askers: int  # people who met it, from 30 days before the card was opened
    decided_at: datetime | None = None
    decided_by: PersonId | None = None
    declined_because: str = ""
    announced_as: str | None = None


class DeliveryKind(StrEnum):
    """What the outbox can owe somebody."""

    ANSWER = "answer"  # the bot's answer to the asker; about: a question
    CARD = "card"  # the owner's card; about: an escalation
    OUTCOME = "outcome"  # how the escalation ended, to the asker; about: an escalation
    CARD_UPDATE = "card_update"  # the card's record of the decision; about: an escalation
    PROCESS_CARD = "process_card"  # a bottleneck, to its owner; about: a process card
    PROCESS_UPDATE = "process_update"  # how that stands now; about: a process card
    REMINDER = "reminder"  # to whoever has to decide; about: a trial's end, or an escalation that a tool's owner left
    DIGEST = "digest"  # the week in short; about: an ISO week and who reads it


@dataclass(frozen=True)
class Delivery:
    """One message owed. Written in the same transaction as what it tells; told afterwards."""

    id: DeliveryId
    kind: DeliveryKind
    about: str  # a QuestionId, an EscalationId, a ProcessCardId, or what `digesting.Reader` says of a digest
    created_at: datetime
    attempts: int = 0  # more than 0: an earlier attempt may have posted it, so look before posting
    not_before: datetime | None = None
    claimed_until: datetime | None = None
    delivered_as: str | None = None  # before delivered_at is set: a message that is there and not yet whole
    delivered_at: datetime | None = None
    gave_up: str = ""  # why it can never be told


Fact = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True)
class Event:
    """Who did what when; never anybody's words. What each holds: docs/events.md."""

    at: datetime
    who: PersonId
    what: str  # "question.asked", "answer.given", "feedback.given", "escalation.opened", …
    about: str
    data: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Confirmed:
    """A past question and the item that was confirmed to answer it: what the ranker learns from."""

    question: str
    resolved_by: ItemId
    asker: PersonId | None = None
    question_id: QuestionId | None = field(default=None, compare=False)  # where it is kept as one


@dataclass(frozen=True)
class Actor:
    """Who presses a button or opens a page, with the user groups that Slack says they are in."""

    id: PersonId
    groups: frozenset[GroupId] = frozenset()


@dataclass(frozen=True)
class Spread:
    """The middle and the slow end of a set of durations; None where nothing was measured."""

    p50: float | None = None
    p90: float | None = None
    n: int = 0


@dataclass(frozen=True)
class AdoptionStats:
    """The numbers of one period, by the definitions of MEASURES. Rates are 0–1, None where nothing is decided."""

    questions: int
    askers: int
    returning_askers: int
    states: Mapping[State, int]
    self_serve_rate: float | None
    unrated_share: float | None
    escalation_rate: float | None
    time_to_first_answer: Spread  # seconds
    time_to_owner_answer: Spread  # working hours
    by_team: Mapping[str, int] = field(default_factory=dict)  # teams under five askers folded into "other"
    by_kind: Mapping[Kind, int] = field(default_factory=dict)
    skills: Mapping[ItemId, int] = field(default_factory=dict)  # recommended, counted
    tools: Mapping[ItemId, int] = field(default_factory=dict)
