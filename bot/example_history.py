"""Made-up weeks, so that a demo's pages have something to look at. Marked as an example, and erased in one go.

Nothing of it teaches the ranking, nobody is told anything of it, and no person of the organisation asks in it.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import (
    EscalationState,
    Grade,
    Helpfulness,
    ItemId,
    Kind,
    Library,
    Organisation,
    PersonId,
    RecordedValue,
    Ring,
    Team,
    TeamName,
    Verdict,
)
from bot.store import records
from bot.store.examples import MARK, Example, Ringed
from bot.wiring import Books

WEEKS = 16  # the eight that the dashboard shows, and the eight before to compare them with
_SEED = 7
_OPENS, _CLOSES = 9, 17  # o'clock, when people ask

# What the library of nobody covers at first: other words for one need, so that they are seen to belong together.
_UNMET: Sequence[Sequence[str]] = (
    (
        "can something redline a supplier contract for us",
        "which tool marks risky clauses in a contract",
        "contract review: what do we have that reads clauses",
        "need help to compare two versions of a contract clause by clause",
        "is there a skill for reviewing supplier contracts",
    ),
    (
        "who has a way to translate the help centre into portuguese",
        "translate help articles into portuguese, which tool",
        "portuguese translation of support articles, what do we use",
        "can a tool translate our help articles and keep the links",
    ),
    (
        "forecast next quarter's churn from a spreadsheet",
        "which tool predicts churn from our spreadsheet",
        "churn forecast: is there anything better than my spreadsheet",
        "how do i get a churn forecast without a data scientist",
    ),
    (
        "make subtitles for the training videos",
        "which tool writes subtitles for a training video",
        "subtitles for internal training videos, what do we have",
    ),
)
_NOT_NOW = "Not this quarter: nobody could look after it."
_BROKEN: Sequence[str] = (
    "every launch mail waits four days for three approvals, can ai speed that up",
    "nobody knows who signs off the price list, which tool tracks that",
    "we meet on monday to prepare the meeting on tuesday, is there a tool for notes",
    "leads sit between marketing and sales for a week, what can automate the hand-off",
    "the legal check takes two weeks and we only hear at the end, can a bot chase them",
    "three people type the same order into three systems, which ai does that",
)


@dataclass(frozen=True)
class _Need:
    """Something that is asked, and what serves it: nothing, at first, where `item` is none."""

    texts: Sequence[str]
    kind: Kind = Kind.WHICH
    item: ItemId | None = None
    title: str = ""
    gap: int | None = None


def add(books: Books, now: datetime, weeks: int = WEEKS) -> int:
    """Writes the example weeks that end now, once: returns how many questions, 0 where there are some already."""
    examples, ringed = history(books.library, books.organisation, now, weeks)
    with books.database.transaction() as session:
        if records.count_examples(session):
            return 0
        records.add_examples(session, examples, ringed)
        for value in _values(books.library, now):
            records.record_value(session, value, PersonId(f"{MARK}owner"), now - timedelta(days=3))
    return len(examples)


def erase(books: Books) -> int:
    """Deletes them, and returns how many questions there were."""
    with books.database.transaction() as session:
        return records.erase_examples(session)


def has_some(books: Books) -> bool:
    """Whether figures of now are partly an example."""
    with books.database.reading() as session:
        return records.count_examples(session) > 0


def history(
    library: Library, organisation: Organisation, now: datetime, weeks: int = WEEKS
) -> tuple[list[Example], list[Ringed]]:
    """The same for the same library, people and moment: use grows, three of four gaps are closed, one tool moves."""
    chance = random.Random(_SEED)  # noqa: S311 (a made-up past, no secret)
    teams = organisation.teams or {TeamName("everyone"): Team(TeamName("everyone"), headcount=30)}
    ready = _needs(library)
    answers = sorted(library.answers) or sorted(library.skills)
    closed = dict(zip(range(3), answers, strict=False))  # gap → what closes it
    examples: list[Example] = []
    for week in range(weeks):
        for place, team in enumerate(teams.values()):
            for asker in _active(team, place, week, weeks, chance):
                for _ in range(chance.choices((1, 2, 3), (6, 3, 1))[0]):
                    at = _moment(now, organisation, week, weeks, chance)
                    need = _need(ready, team, week, closed, weeks, chance)
                    fresh = Example(
                        len(examples),
                        chance.choice(need.texts),
                        asker,
                        (team.name,),
                        at,
                        at,
                        at,
                        Verdict.ANSWERED,
                        need.kind,
                    )
                    examples.append(_lived(fresh, need, closed, week / weeks, organisation, now, chance))
    return [one for one in examples if one.told_at <= now], list(_moves(library, now, weeks))


def _needs(library: Library) -> Mapping[str, Sequence[_Need]]:
    """What each layer's skills serve, by the first word of the layer, and what rules and tools are asked about."""
    found: dict[str, list[_Need]] = {}
    for skill in library.skills.values():
        texts = skill.questions or (f"what do we have for {skill.title.lower()}",)
        need = _Need(texts, Kind.WHICH, skill.id, skill.title)
        found.setdefault(skill.layer.split("/")[0], []).append(need)
    common = found.setdefault("foundation", [])
    for rule in library.rules.values():
        common.append(_Need((f"may i do this: {rule.title.lower()}?",), Kind.PERMISSION, rule.id, rule.title))
    for tool in library.tools.values():
        if tool.works_with:
            other = tool.works_with[0].target_tool.removeprefix("tool:")
            text = f"does {tool.title} work with {other}?"
            common.append(_Need((text,), Kind.COMPATIBILITY, tool.id, tool.title))
    return found


def _active(team: Team, place: int, week: int, weeks: int, chance: random.Random) -> Iterator[PersonId]:
    """Who of a team asks in a week: more each week, and the first team before the others."""
    grown = 0.15 + 0.6 * (week + 1) / weeks
    share = grown * (1.0, 0.75, 0.55)[min(place, 2)]
    for number in range(team.headcount or 12):
        if chance.random() < share * (0.5 + number % 3 / 2):  # some are curious, some are not
            yield PersonId(f"{MARK}{team.name}-{number + 1:02}")


def _moment(now: datetime, organisation: Organisation, week: int, weeks: int, chance: random.Random) -> datetime:
    """A working hour of that week, counted back from today."""
    zone = ZoneInfo(organisation.time_zone)
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=7 * (weeks - week) - 1 - day) for day in range(7)]
    day: date = chance.choice([day for day in days if day.weekday() < 5])
    clock = time(chance.randrange(_OPENS, _CLOSES), chance.randrange(60), chance.randrange(60))
    return datetime.combine(day, clock, zone).astimezone(now.tzinfo)


def _need(
    ready: Mapping[str, Sequence[_Need]],
    team: Team,
    week: int,
    closed: Mapping[int, ItemId],
    weeks: int,
    chance: random.Random,
) -> _Need:
    if chance.random() < (0.16 if "operation" in team.name else 0.06):
        return _Need(_BROKEN, Kind.PROCESS)
    if chance.random() < 0.14:
        gap = chance.randrange(len(_UNMET))
        answer = closed.get(gap) if week >= weeks * 3 // 4 else None
        return _Need(_UNMET[gap], item=answer, title=answer or "", gap=None if answer else gap)
    own = ready.get(team.name, ())
    return chance.choice(own if own and chance.random() < 0.65 else ready["foundation"])


def _lived(
    one: Example,
    need: _Need,
    closed: Mapping[int, ItemId],
    grown: float,
    organisation: Organisation,
    now: datetime,
    chance: random.Random,
) -> Example:
    """What becomes of a question. The better it is known what people ask, the more of it helps."""
    answered_at = one.asked_at + timedelta(milliseconds=chance.randrange(90, 700))
    one = replace(
        one, answered_at=answered_at, told_at=answered_at + timedelta(milliseconds=chance.randrange(200, 1800))
    )
    if need.gap is not None:
        return _asked_owner(one, closed.get(need.gap), organisation, now, chance)
    verdict = Verdict.ANSWERED if chance.random() < 0.55 + 0.25 * grown else Verdict.TENTATIVE
    one = replace(one, verdict=verdict, item=need.item, title=need.title, overdue=chance.random() < 0.08)
    luck = chance.random()
    if luck < 0.4 + 0.2 * grown:
        return _pressed(one, Helpfulness.HELPFUL, now, chance)
    if luck < 0.5 + 0.2 * grown:
        return _pressed(one, Helpfulness.NOT_HELPFUL, now, chance)
    return one


def _pressed(one: Example, value: Helpfulness, now: datetime, chance: random.Random) -> Example:
    at = one.told_at + timedelta(minutes=chance.randrange(1, 240))
    return replace(one, feedback=(at, value)) if at <= now else one


def _asked_owner(
    one: Example, answer: ItemId | None, organisation: Organisation, now: datetime, chance: random.Random
) -> Example:
    """The owner decides it within a working day or so: nothing of an example waits for anybody."""
    decided_at = one.told_at + timedelta(hours=chance.choice((1, 2, 3, 5, 22, 26)), minutes=chance.randrange(60))
    zone = ZoneInfo(organisation.time_zone)
    while (local := decided_at.astimezone(zone)).weekday() > 4 or not _OPENS <= local.hour < _CLOSES:
        decided_at += timedelta(hours=1)
    one = replace(one, verdict=Verdict.UNRESOLVED, escalated=True, decided_at=min(decided_at, now))
    one = replace(one, by=organisation.owner or PersonId(f"{MARK}owner"))
    if answer:
        return replace(one, decision=EscalationState.ANSWERED, answer=answer)
    return replace(one, decision=EscalationState.DISMISSED, because=_NOT_NOW)


def _values(library: Library, now: datetime) -> Iterator[RecordedValue]:
    """What a few skills brought, with evidence of each grade."""
    brought = (
        ("hours", Grade.CLAIMED, 3.0, "hours a week"),
        ("conversion", Grade.OBSERVED, 1.8, "points more replies"),
        ("quality", Grade.OBSERVED, None, ""),
        ("pipeline", Grade.MEASURED, 12.0, "more meetings a month"),
    )
    for skill, (outcome, grade, figure, unit) in zip(sorted(library.skills), brought, strict=False):
        day = (now - timedelta(days=5)).date()
        yield RecordedValue(skill, outcome, grade, figure, unit, "made up, an example", day)


def _moves(library: Library, now: datetime, weeks: int) -> Iterator[Ringed]:
    """Every tool came onto its ring before; the first one that is adopted was on trial until half-way."""
    tools = [tool for tool in library.tools.values() if tool.ring]
    adopted = next((tool.id for tool in tools if tool.ring is Ring.ADOPT), None)
    for tool in tools:
        before = Ring.TRIAL if tool.id == adopted else tool.ring
        yield Ringed(tool.id, (before or Ring.ASSESS).value, now - timedelta(weeks=weeks))
    if adopted:
        yield Ringed(adopted, Ring.ADOPT.value, now - timedelta(weeks=weeks / 2))
