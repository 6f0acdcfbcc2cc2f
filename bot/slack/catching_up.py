"""After a time in which nobody listened (a laptop asleep, a network down): what was said to the bot meanwhile.

Slack delivers an event again for some six minutes. What was said after that is looked for where people have
asked before. A reply in a thread is not found in this way, only what stands in the channel itself.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import structlog

from bot import listening
from bot.domain import Place
from bot.errors import DatabaseUnavailable
from bot.slack import asking, payloads, posting
from bot.slack.connection import Slack
from bot.slack.payloads import Said
from bot.slack.posting import NoSuchPlace, TryLater

log = structlog.get_logger()
BEAT = 15.0  # seconds between notes that somebody listens


@contextmanager
def kept_up(slack: Slack, can_hear: Callable[[], bool], stopped: threading.Event) -> Iterator[None]:
    """While this lasts, nothing said to the bot stays unheard for longer than it takes to reconnect."""
    thread = threading.Thread(target=_keep_up, args=(slack, can_hear, stopped), name="hearing", daemon=True)
    thread.start()
    yield  # whoever leaves has set `stopped`


def _keep_up(slack: Slack, can_hear: Callable[[], bool], stopped: threading.Event) -> None:
    behind = True
    while not stopped.is_set():
        behind = behind or not can_hear()
        try:
            if can_hear():
                if behind:
                    catch_up(slack)
                    behind = False
                listening.heard(slack.bot)
        except (TryLater, DatabaseUnavailable) as failure:
            log.warning("not_caught_up", reason=str(failure))
        stopped.wait(1.0 if behind else BEAT)


def catch_up(slack: Slack) -> int:
    """Takes in what was missed; returns how many messages there were. Raises TryLater, DatabaseUnavailable."""
    since = listening.missed_since(slack.bot)
    if since is None:
        return 0
    missed = [said for place in listening.places(slack.bot) for said in _missed(slack, place, since)]
    for said in missed:
        asking.hear(slack, said)
    log.info("caught_up", since=since.isoformat(), messages=len(missed))
    return len(missed)


def _missed(slack: Slack, place: Place, since: datetime) -> list[Said]:
    """What people said there and the bot has not replied to, oldest first."""
    where = {"channel": place.channel, "oldest": str(since.timestamp()), "limit": 200}
    try:
        with posting.slack_errors():
            messages = list(posting.messages(slack.client, where, None))
    except NoSuchPlace:
        return []  # The bot was taken out of that channel.
    unanswered = [m for m in messages if slack.identity.user not in (m.get("reply_users") or ())]
    found = (payloads.said({"team_id": place.workspace, "event": {**m, "channel": place.channel}}) for m in unanswered)
    return [replace(said, visibility=place.visibility) for said in found if said][::-1]
