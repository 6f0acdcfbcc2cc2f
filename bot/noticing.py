"""What a running bot notices by itself: trials that are over, cards that nobody answered, tools that moved.

Several processes may look at once: each thing is owed or noted once.
"""

import threading
import time

from bot.measures import counting
from bot.reasoning import authority, testing
from bot.store import records
from bot.wiring import Bot

EVERY = 15.0  # seconds between looks


class Watch:
    """Looks from time to time, however often it is called."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._next = 0.0
        self._lock = threading.Lock()

    def look(self) -> None:
        """Looks if it is time to. Raises DatabaseUnavailable."""
        if time.monotonic() < self._next or not self._lock.acquire(blocking=False):
            return
        try:
            self._next = time.monotonic() + EVERY
            look(self._bot)
        finally:
            self._lock.release()


def look(bot: Bot) -> None:
    """Owes the reminders that are due, and notes which tools moved between rings. Raises DatabaseUnavailable."""
    _remind_of_trials(bot)
    _hand_on(bot)
    _note_moves(bot)


def _remind_of_trials(bot: Bot) -> None:
    """One reminder for each end of a trial that nobody has decided."""
    ground = bot.knowledge.current().ground(bot.today())
    over = [testing.undecided(ground.tests, tool, ground.today) for tool in ground.tests]
    abouts = [testing.reminder_about(test) for test in over if test]
    if abouts:
        with bot.database.transaction() as session:
            for about in abouts:
                records.owe_reminder(session, about, bot.now())


def _hand_on(bot: Bot) -> None:
    """What the owner of a tool has not decided within the ladder's hours comes before the AI ops owner too."""
    organisation, now = bot.organisation, bot.now()
    with bot.database.reading() as session:
        waiting = [
            escalation.id
            for escalation, asked in records.open_escalations(session)
            if escalation.announced_as
            and authority.addressee(asked)
            and counting.working_hours(escalation.opened_at, now, organisation.working_hours, organisation.time_zone)
            >= organisation.ladder.deputy
        ]
    if waiting:
        with bot.database.transaction() as session:
            for id in waiting:
                records.owe_reminder(session, id, now)


def _note_moves(bot: Bot) -> None:
    tools = bot.knowledge.current().library.tools
    rings = {id: note.ring for id, note in tools.items() if note.ring}
    with bot.database.reading() as session:
        before = {event.about: event.data.get("ring") for event in records.ringed(session, rings.keys())}
    if any(before.get(id) != ring for id, ring in rings.items()):
        with bot.database.transaction() as session:
            records.note_rings(session, rings, bot.now())
