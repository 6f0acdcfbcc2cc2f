"""One report: everything leadership sees of a period. Values only; `definitions` says what each picture means.

All moments are aware UTC; all days and weeks are those of the organisation's time zone; weeks begin on Monday.
`people` are distinct askers, `n` is what a value was taken from. A value is None where nothing was measured or where
fewer than five people stand behind it (`privacy`): None is drawn as "not shown", never as zero.
In a leader's report there is no person's id and no word of any message; `Report.names_people` says which it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain import Grade, ItemId, Ladder, RecordedValue, Ring, Spread, State, TeamName


class Unit(StrEnum):
    """What a figure's value counts."""

    COUNT = "count"
    SHARE = "share"  # 0–1
    SECONDS = "seconds"
    HOURS = "working hours"
    PER_PERSON = "per person"


@dataclass(frozen=True)
class Figure:
    """One number of the strip, with the same of the period before, which is as long and ends where this begins."""

    value: float | None
    n: int  # questions, people, answers or durations that it was taken from; 0 where it is not shown
    before: float | None
    n_before: int
    unit: Unit

    @property
    def change(self) -> float | None:
        """Value less the one before, in the same unit (of a share: in points of 0–1)."""
        return None if self.value is None or self.before is None else self.value - self.before


@dataclass(frozen=True)
class Week:
    """One calendar week's part of the period."""

    start: date  # its Monday
    days: int  # how many of its days lie in the period: fewer than 7 at the edges
    active: int | None  # distinct askers
    returning: int | None  # asked in at least 2 of the 4 weeks that end with this one
    questions: int | None
    states: Mapping[State, int] | None  # where each of its questions stands; sums to `questions` less `undecided`
    undecided: int | None  # not answered yet, nor withdrawn
    first_answer: Spread  # seconds until the bot's first answer was in Slack
    owner_answer: Spread  # working hours from asking the owner to the owner's answer


@dataclass(frozen=True)
class Funnel:
    """Distinct askers of the period; each stage is among the one before it."""

    asked: int | None
    returned: int | None  # … who were returning in at least one week of the period
    used_skill: int | None  # … who were also pointed to a skill at least once
    confirmed: int | None  # … who also said at least once that what a skill gave them helped


@dataclass(frozen=True)
class Cell:
    """One team's week. Not shown: `people` and `share` are None, and it is counted in the row "other"."""

    week: date
    people: int | None
    share: float | None  # of the headcount; may pass 1 where the headcount is out of date


@dataclass(frozen=True)
class TeamRow:
    """One row of the heat map; `name` is "other" for everything that was folded and for people of no team."""

    name: str
    headcount: int | None
    cells: tuple[Cell, ...]  # one for each of `Report.weeks`, in that order
    people_7: int | None  # distinct askers of the last 7 days of the period …
    people_28: int | None  # … and of the last 28
    adoption_7: float | None  # of the headcount
    adoption_28: float | None


class GapState(StrEnum):
    OPEN = "open"
    DRAFTED = "being drafted"
    PUBLISHED = "published"
    DECLINED = "declined"


@dataclass(frozen=True)
class Gap:
    """A need that was not met: unresolved and failed questions alike in meaning. Most severe first."""

    id: str  # "gap:…"; the same as long as its oldest question is the same
    name: str  # for leaders the library's words alone; for the owner the most telling words of the questions
    near: ItemId | None  # the item that came nearest
    people: int | None  # None: fewer than five, in a leader's report
    needs: int | None  # distinct (person, need) pairs: one person's repeats count once; None as above
    first_asked: date
    last_asked: date
    state: GapState
    reason: str  # why it was declined; only in the owner's report, for it may quote
    answer: ItemId | None  # what was published
    teams: tuple[str, ...]  # teams of five askers or more
    values: tuple[RecordedValue, ...]  # recorded for this gap


@dataclass(frozen=True)
class RadarTool:
    """A tool of the library. `n` questions had it recommended or among their sources in the period."""

    id: ItemId
    title: str
    ring: Ring | None
    was: Ring | None  # its ring at the start of the period; None: not known then
    moved: bool  # `was` is known and another one
    questions: int | None
    before: int | None  # questions in the period before
    has_owner: bool
    overdue_days: int  # of its review, at the end of the period


@dataclass(frozen=True)
class ItemUse:
    """A skill, tool or curated answer that was recommended in the period. Most recommended first."""

    id: ItemId
    title: str
    recommended: int | None  # questions
    confirmed: int | None  # … whose asker said it helped, without a person
    people: int | None
    teams: tuple[str, ...]  # teams of five askers or more
    stale: bool  # its review is overdue at the end of the period
    orphaned: bool  # nobody owns it


@dataclass(frozen=True)
class KindShare:
    """Where a team's breakdowns are. `other` holds the folded teams and people of no team."""

    team: str
    n: int | None  # questions with a kind
    process: int | None
    mixed: int | None
    technology: int | None  # n − process − mixed

    @property
    def process_share(self) -> float | None:
        """Questions whose breakdown is in the process, in part or whole, of all with a kind."""
        return (self.process or 0) / self.n + (self.mixed or 0) / self.n if self.n else None


@dataclass(frozen=True)
class ValueCell:
    """One outcome at one grade of evidence. Nothing recorded: `values` is empty, to be shown as "not mapped"."""

    outcome: str
    grade: Grade
    values: tuple[RecordedValue, ...]  # never added together


@dataclass(frozen=True)
class StopItem:
    """Something that costs questions and brings nothing: never confirmed in the period, no value recorded."""

    id: ItemId
    title: str
    questions: int | None  # that recommended it
    failed: int | None  # … and failed or went to the owner


@dataclass(frozen=True)
class Mandate:
    """Who answers for a layer or a tool, and what waits for them."""

    subject: str  # "signpost" (everything unresolved), "layer:marketing" or a tool's id
    title: str
    has_owner: bool
    has_deputy: bool
    owner: str | None  # ids only in the owner's report
    deputy: str | None
    open_items: int
    oldest_hours: float | None  # working hours that the oldest open item waits
    red: bool  # nobody owns it, or the oldest waits longer than the ladder allows


@dataclass(frozen=True)
class Closed:
    """What changed because somebody asked: an answer that the owner gave in the period."""

    answer: ItemId
    title: str
    on: date  # when it was last given
    askers: int | None  # people who asked the owner and got it; None: fewer than five, in a leader's report
    served_again: int  # questions since it was first given that it answered without a person, within the period


@dataclass(frozen=True)
class Depth:
    """People by how much they asked in the last 28 days of the period. Small groups are in `other`."""

    none: int | None  # headcount less everybody who asked; None without a headcount
    light: int | None  # 1–2 questions
    moderate: int | None  # 3–7
    heavy: int | None  # 8 or more
    other: int | None


@dataclass(frozen=True)
class Report:
    """A period, and a team or everyone, as it was known at `at`: what happened later is left out."""

    start: datetime  # half-open: up to, not including, `end`
    end: datetime
    before: datetime  # where the period before begins
    at: datetime | None  # None: with everything known now
    team: TeamName | None
    time_zone: str
    names_people: bool  # the owner's report, not for leaders
    people: int | None  # distinct askers; None: fewer than five, and then nothing below is shown
    # Keys, in the order of the strip: questions, askers, returning_askers, adoption_7, adoption_28, self_serve_rate,
    # unrated_share, failed_share, escalation_rate, reask_rate, stale_answer_rate, reuse_rate, first_answer_p50,
    # first_answer_p90, owner_answer_p50, owner_answer_p90, breadth.
    figures: Mapping[str, Figure] = field(default_factory=dict)
    states: Mapping[State, int] | None = None
    weeks: tuple[Week, ...] = ()
    promise: Ladder = field(
        default_factory=Ladder
    )  # working hours; the promised line of the time to the owner's answer is `promise.red`
    funnel: Funnel = Funnel(None, None, None, None)
    teams: tuple[TeamRow, ...] = ()
    depth: Depth = Depth(None, None, None, None, None)
    gaps: tuple[Gap, ...] = ()
    smaller_gaps: int = 0  # open needs of fewer than three people: not listed for leaders
    radar: tuple[RadarTool, ...] = ()
    use: tuple[ItemUse, ...] = ()
    kinds: tuple[KindShare, ...] = ()
    value_map: tuple[ValueCell, ...] = ()  # every outcome × every grade, in the organisation's order
    not_mapped: tuple[ItemId, ...] = ()  # skills for which nothing is recorded
    stop: tuple[StopItem, ...] = ()
    mandate: tuple[Mandate, ...] = ()
    closed: tuple[Closed, ...] = ()  # newest first

    @property
    def trend(self) -> bool:
        """Whether a line may be drawn through the weeks: four shown points or more."""
        return sum(week.active is not None for week in self.weeks) >= 4
