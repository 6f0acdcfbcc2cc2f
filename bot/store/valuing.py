"""What owners and leaders recorded of what things brought: events, so that a past day can be told as it was known."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from bot.domain import Grade, PersonId, RecordedValue
from bot.store.events import note
from bot.store.tables import EventRow

RECORDED = "value.recorded"
_ABOUT = "value"  # events are found by what they are about


def record_value(session: Session, value: RecordedValue, by: PersonId, at: datetime) -> None:
    """Adds it to what was recorded before; nothing is replaced."""
    told = {
        "subject": value.subject,
        "outcome": value.outcome,
        "grade": value.grade.value,
        "figure": value.figure,
        "unit": value.unit,
        "source": value.source,
        "date": value.date.isoformat(),
        "note": value.note,
    }
    note(session, at, by, RECORDED, _ABOUT, told)


def recorded_values(session: Session, at: datetime | None = None) -> tuple[RecordedValue, ...]:
    """Everything recorded by then (None: by now), in the order of recording."""
    found = select(EventRow.data).where(EventRow.about == _ABOUT, EventRow.what == RECORDED)
    if at is not None:
        found = found.where(col(EventRow.at) <= at)
    return tuple(
        RecordedValue(
            subject=str(data["subject"]),
            outcome=str(data["outcome"]),
            grade=Grade(str(data["grade"])),
            figure=None if data["figure"] is None else float(str(data["figure"])),
            unit=str(data["unit"]),
            source=str(data["source"]),
            date=date.fromisoformat(str(data["date"])),
            note=str(data["note"]),
        )
        for data in session.exec(found.order_by(col(EventRow.number)))
    )
