"""What sort of place a channel is: who can read there, and whether another company can.

An `app_mention` does not say so. What does: the same message's other event (`message`, whose `channel_type`
is noted here for all time to come), or `conversations.info` where its scope was granted. What stays unknown
counts as private: words said there are then shown nowhere else.
"""

import threading
import time

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain import Visibility

log = structlog.get_logger()
TWIN = 0.8  # seconds that the other event may be late; both must be acknowledged within 3
_KEPT = 600.0  # seconds for which we do not ask again
_TIMEOUT = 1  # seconds


class Places:
    """Safe to share between threads."""

    def __init__(self, client: WebClient, patience: float = TWIN) -> None:
        self._client = client
        self._patience = patience
        self._known: dict[str, Visibility] = {}
        self._unknown: dict[str, float] = {}  # channel → when to look again
        self._shared: set[str] = set()
        self._learnt = threading.Condition()
        self._may_ask = True

    def learn(self, channel: str, visibility: Visibility, *, ext_shared: bool = False) -> None:
        """Notes what an event said."""
        with self._learnt:
            self._known[channel] = visibility
            if ext_shared:
                self._shared.add(channel)
            self._learnt.notify_all()

    def is_ext_shared(self, channel: str) -> bool:
        """Whether people of another company are known to be here."""
        return channel in self._shared

    def visibility(self, channel: str) -> Visibility:
        """What is known, looked up or waited for; PRIVATE where nothing tells."""
        if channel.startswith("D"):
            return Visibility.DIRECT
        if channel not in self._known and self._unknown.get(channel, 0.0) < time.monotonic():
            self._look_up(channel)
            self._wait(channel)
        return self._known.get(channel, Visibility.PRIVATE)

    def _wait(self, channel: str) -> None:
        with self._learnt:
            if not self._learnt.wait_for(lambda: channel in self._known, self._patience):
                self._unknown[channel] = time.monotonic() + _KEPT

    def _look_up(self, channel: str) -> None:
        if not self._may_ask:
            return
        try:
            found = self._client.api_call("conversations.info", params={"channel": channel}).get("channel") or {}
        except SlackApiError as error:
            self._may_ask = error.response.get("error") not in {"missing_scope", "unknown_method"}
        except OSError as error:
            log.info("channel_not_looked_up", reason=str(error))
        else:
            private = found.get("is_private") or found.get("is_group") or found.get("is_mpim")
            kind = Visibility.PRIVATE if private else Visibility.PUBLIC
            self.learn(channel, kind, ext_shared=bool(found.get("is_ext_shared")))


def quick(client: WebClient, seconds: int = _TIMEOUT) -> WebClient:
    """A client that gives up soon and never tries twice: for what must not hold anything up."""
    return WebClient(client.token, client.base_url, timeout=seconds, retry_handlers=[], logger=client.logger)
