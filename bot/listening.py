"""What was said to the bot while nobody listened: from when on, and where to look for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import Place
from bot.store import records
from bot.wiring import Bot

GAP = timedelta(seconds=45)  # shorter ones Slack covers by itself: it delivers again what was not acknowledged
LONGEST_GAP = timedelta(days=3)  # a weekend; who asked before that has found another way
_WHERE_PEOPLE_ASK = timedelta(days=90)
_MOST_PLACES = 50  # each costs a call, of which Slack allows fifty a minute


def heard(bot: Bot) -> None:
    """A door can hear what is said now."""
    with bot.database.transaction() as session:
        records.mark_heard(session, bot.now())


def missed_since(bot: Bot) -> datetime | None:
    """From when on something may have been said that no process heard; None where there was no such gap."""
    with bot.database.reading() as session:
        until = records.heard_until(session)
    if until is None or bot.now() - until < GAP:
        return None
    return max(until - GAP, bot.now() - LONGEST_GAP)


def places(bot: Bot) -> Sequence[Place]:
    """Where people have spoken to the bot lately, the latest first."""
    with bot.database.reading() as session:
        return records.places_asked_in(session, bot.now() - _WHERE_PEOPLE_ASK, _MOST_PLACES)
