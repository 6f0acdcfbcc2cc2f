"""What is due, and how late."""

from datetime import date

from bot.domain import CuratedAnswer, Edge, Item, Review, Rule, Skill, ToolNote


def due_on(review: Review) -> date | None:
    """The day by which this should be looked at again; None when nobody said."""
    if review.reviewed is None or review.every is None:
        return None
    return review.reviewed + review.every


def overdue_days(item: Item, today: date) -> int:
    """Whole days past the review date, or past the day a rule expires; 0 when in time or when no date is known."""
    due = item.expires if isinstance(item, Rule) else due_on(item.review)
    return max(0, (today - due).days) if due else 0


def reviewed_on(item: Item) -> date | None:
    """The day somebody last stood behind this."""
    return item.decided if isinstance(item, Rule) else item.review.reviewed


def is_expired(edge: Edge, note: ToolNote, today: date) -> bool:
    """Whether a works-with fact has run out: by its own date, else by its test date and the note's rhythm."""
    if edge.expires:
        return edge.expires < today
    if edge.tested and note.review.every:
        return edge.tested + note.review.every < today
    return False


def layer_of(item: Item) -> str | None:
    """A skill's layer; nothing else has one."""
    return item.layer if isinstance(item, Skill) else None


def owner_of(item: Item) -> str | None:
    """The person or group behind an item."""
    return item.owner if isinstance(item, CuratedAnswer | Rule | Skill | ToolNote) else None
