"""The modal in which a value is recorded. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain import Grade, RecordedValue
from bot.slack import escaping, kit
from bot.slack.views import View, notice

RECORD, VALUE_VIEW = "record_value", "record_value"
_GRADES = {
    Grade.CLAIMED: "Claimed: somebody says so",
    Grade.OBSERVED: "Observed: somebody saw it happen",
    Grade.MEASURED: "Measured: compared with how it was without it",
}
_VALUE = 150  # characters of an option's value


def form(subjects: Mapping[str, Mapping[str, str]], outcomes: Sequence[str], today: date) -> View:
    """`subjects`: a kind → id → title."""
    groups = {
        kind: [kit.option(title, id) for id, title in found.items() if len(id) <= _VALUE]
        for kind, found in subjects.items()
    }
    if not any(groups.values()):
        return notice("Nothing There Yet", "The library is empty, so there is nothing that could have a value.")
    return {
        "type": "modal",
        "callback_id": VALUE_VIEW,
        "title": kit.plain("Record a Value", 24),
        "submit": kit.plain("Record", 24),
        "close": kit.plain("Cancel", 24),
        "blocks": [
            kit.grouped_select("What brought it", "subject", groups, placeholder="A skill, tool, answer or gap"),
            kit.select("Outcome", "outcome", [kit.option(one.capitalize(), one) for one in outcomes]),
            kit.select(
                "Evidence",
                "grade",
                [kit.option(words, grade.value) for grade, words in _GRADES.items()],
                hint="Figures of different evidence are never added together.",
            ),
            kit.line_input("Figure", "figure", optional=True, placeholder="12.5", most=30),
            kit.line_input("Unit", "unit", optional=True, placeholder="hours a month", most=60),
            kit.line_input("Source", "source", hint="Where it can be checked: a link, a report, who said so."),
            kit.date_input("Date of the evidence", "date", today),
            kit.line_input("Note", "note", optional=True, hint="Leaders read it; write nothing about single people."),
        ],
    }


def done(value: RecordedValue) -> View:
    """What was recorded, in one sentence."""
    figure = "" if value.figure is None else f": {value.figure:g} {escaping.line(value.unit, 80)}"
    words = f"*{value.grade.value.capitalize()}, {escaping.line(value.outcome, 60)}*{figure}"
    source = escaping.line(value.source, 300)
    return notice("Recorded", f"{words}\n{source}, {kit.day(value.date)}. It is in the value map from now on.")
