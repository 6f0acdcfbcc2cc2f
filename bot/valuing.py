"""Value: owners and leaders record what a skill, a tool, an answer or the closing of a gap brought, with evidence."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain import EVERYONE, Actor, CuratedAnswer, Grade, RecordedValue, Rule
from bot.errors import BadField
from bot.reasoning import authority, wording
from bot.reports import Period, report
from bot.scrubbing import scrub
from bot.store import records
from bot.wiring import Bot

_BACK = timedelta(weeks=8)  # how far back gaps are looked for
LONGEST = 300  # characters of a source or a note


@dataclass(frozen=True)
class Form:
    """As somebody filled it in; the names of the fields are those of knowledge/outcomes/*.csv."""

    subject: str
    outcome: str
    grade: str
    figure: str = ""
    unit: str = ""
    source: str = ""
    date: str = ""
    note: str = ""


def subjects(bot: Bot, actor: Actor) -> Mapping[str, Mapping[str, str]]:
    """What a value can be recorded for: a kind → id → title. Raises NotAllowed for all but owner and leaders."""
    authority.require_leader(bot.organisation, actor)
    items = bot.knowledge.current().items
    now = bot.now()
    gaps = report(bot, Period(now - _BACK, now)).gaps
    shown = {
        id: wording.name_of(item)
        for id, item in items.items()
        if not isinstance(item, Rule) and not (isinstance(item, CuratedAnswer) and EVERYONE not in item.scope)
    }
    found = {"Gaps": {gap.id: gap.name for gap in gaps}}
    for kind, prefix in (("Skills", "skill:"), ("Tools", "tool:"), ("Answers", "answer:")):
        own = {id: title for id, title in shown.items() if id.startswith(prefix)}
        found[kind] = dict(sorted(own.items(), key=lambda each: each[1].lower()))
    return found


def record(bot: Bot, actor: Actor, form: Form) -> RecordedValue:
    """Keeps it beside what the files say. Raises NotAllowed; BadField, which names the field and says what to do."""
    authority.require_leader(bot.organisation, actor)
    value = _read(bot, form)
    with bot.database.transaction() as session:
        records.record_value(session, value, actor.id, bot.now())
    return value


def _read(bot: Bot, form: Form) -> RecordedValue:
    subject, outcome = form.subject.strip(), form.outcome.strip().lower()
    if not subject.startswith("gap:") and subject not in bot.knowledge.current().items:
        raise BadField("subject", "This is no longer in the library: choose another one.")
    if outcome not in bot.organisation.outcomes:
        raise BadField("outcome", f"Choose one of: {', '.join(bot.organisation.outcomes)}.")
    if form.grade not in set(Grade):
        raise BadField("grade", f"Choose one of: {', '.join(Grade)}.")
    grade, figure = Grade(form.grade), _figure(form.figure)
    if figure is not None and not form.unit.strip():
        raise BadField("unit", "Say what the figure counts, such as: hours a month.")
    if figure is None and grade is Grade.MEASURED:
        raise BadField("figure", "What was measured has a figure: write it, or choose observed.")
    source = _words("source", form.source)
    if not any(letter.isalnum() for letter in source):
        raise BadField("source", "Say where this can be checked: a link, a report, or who said so and where.")
    unit, note = _words("unit", form.unit), _words("note", form.note)
    return RecordedValue(subject, outcome, grade, figure, unit, source, _day(bot, form.date), note)


def _figure(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        figure = float(text)
    except ValueError:
        figure = math.nan
    if not math.isfinite(figure):
        raise BadField("figure", "Write a number such as 12.5, without its unit; the unit has a field of its own.")
    return figure


def _day(bot: Bot, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadField("date", "Please choose the day of the evidence.") from None
    if day > bot.today():
        raise BadField("date", "Evidence cannot be of a day to come: choose today or an earlier day.")
    return day


def _words(field: str, text: str) -> str:
    words = scrub(" ".join(text.split()))
    if len(words) > LONGEST:
        raise BadField(field, f"Please keep this to {LONGEST} characters.")
    return words
