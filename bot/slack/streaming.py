"""An answer that grows while a language model words it. Best effort: where Slack streams nothing, nothing is lost.

A stream carries no metadata until it is finished, so what was begun is noted on its delivery at once; and `begun_by`
finds the one whose note a crash prevented by its first line.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_sdk import WebClient

from bot.domain import DeliveryId, PersonId
from bot.slack import escaping, posting
from bot.slack.blocks import Message
from bot.slack.posting import NoSuchPlace, Target, TryLater, slack_errors

log = structlog.get_logger()


class Stream:
    """One message, begun with its first sentence. After a first refusal it stays silent."""

    def __init__(
        self,
        client: WebClient,
        target: Target,
        *,
        to: tuple[str, PersonId],
        headline: str,
        begin: Callable[[], None],
        begun: Callable[[str], None],
    ) -> None:
        """`to` is the team and the person it is for; `begin` is called before anything is sent, `begun` with where."""
        self.tried = False  # whether it may be there, also where no answer came
        self.where: str | None = None  # "channel:ts" once it is surely there
        self._client, self._target, self._to, self._begin, self._begun = client, target, to, begin, begun
        self._opening = opening(headline)
        self._refused = False

    def tell(self, sentence: str) -> None:
        """Shows one more sentence (plain prose, checked)."""
        if self._refused:
            return
        try:
            with slack_errors():
                self._append(sentence) if self.where else self._start(sentence)
        except (TryLater, NoSuchPlace) as refusal:
            log.info("not_streamed", reason=str(refusal))
            self._refused = True

    def _start(self, sentence: str) -> None:
        team, person = self._to
        self._begin()
        self.tried = True
        started = self._client.chat_startStream(
            channel=str(self._target.channel),
            thread_ts=str(self._target.thread_ts),
            recipient_team_id=team,
            recipient_user_id=person,
            markdown_text=f"{self._opening}\n\n{sentence}",
        )
        self.where = f"{started['channel']}:{started['ts']}"
        self._begun(self.where)

    def _append(self, sentence: str) -> None:
        channel, _, ts = str(self.where).partition(":")
        self._client.chat_appendStream(channel=channel, ts=ts, markdown_text=f" {sentence}")


def finish(quick: WebClient, client: WebClient, where: str, message: Message, delivery: DeliveryId) -> str:
    """Ends what was begun and makes it the whole message, signed with the delivery. Raises TryLater, NoSuchPlace.

    `quick` is for what must not hold it up.
    """
    channel, _, ts = where.partition(":")
    try:
        with slack_errors():
            quick.chat_stopStream(channel=channel, ts=ts)
    except (TryLater, NoSuchPlace) as refusal:
        log.info("stream_not_stopped", reason=str(refusal))  # it may have been already; the update tells
    return posting.update(client, channel, ts, message, delivery)


def begun_by(message: Mapping[str, Any], headline: str, bot_id: str) -> bool:
    """Whether this is a stream of ours, never finished, that begins with this first line."""
    unsigned = message.get("bot_id") == bot_id and not message.get("metadata")
    return unsigned and str(message.get("text") or "").lstrip("*").startswith(opening(headline).strip("*"))


def opening(headline: str) -> str:
    """The first line in a stream's Markdown, where more signs format than in mrkdwn."""
    inert = escaping.line(headline).translate(str.maketrans("[]#|\\", "()♯¦∖"))
    return f"**{inert}**"
