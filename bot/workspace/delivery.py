"""How events, interactions and commands reach the app: over Socket Mode or by signed HTTP."""

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from .signed_http import SignedHttp
from .socket_mode import NotAcked, SocketMode
from .state import Json, Timing

Kind = Literal["events_api", "interactive", "slash_commands"]
Redeliver = Literal["unacked", "always-3"]


@dataclass
class Urls:
    """Where the app listens for signed HTTP; all None means Socket Mode."""

    events: str | None = None
    interactivity: str | None = None
    commands: str | None = None

    @classmethod
    def all_at(cls, url: str | None) -> "Urls":
        return cls(url, url, url)


@dataclass
class Sent:
    """One attempt to reach the app. `acked_after`: seconds, even when too late; None if it never came."""

    envelope_id: str
    kind: Kind
    type: str
    event_id: str | None
    attempt: int
    at: float
    reason: str = ""
    acked_after: float | None = None


class Delivery:
    """Sends what happens to the app and keeps a record of every attempt."""

    def __init__(
        self,
        app_id: str,
        signing_secret: str,
        timing: Timing,
        clock: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self.timing = timing
        self.urls = Urls()
        self.redeliver: Redeliver = "unacked"
        self.sent: list[Sent] = []
        self.events: dict[str, Json] = {}
        self.sockets = SocketMode(app_id, changed, self._acked)
        self.http = SignedHttp(signing_secret, clock)
        self._by_envelope: dict[str, Sent] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether the app can be reached at all, as far as the workspace can tell."""
        return bool(self.urls.events or self.sockets.open_links)

    @property
    def pending(self) -> int:
        """Events whose delivery has not come to an end."""
        return len(self._tasks)

    def post_event(self, body: Json) -> None:
        """Deliver an event in the background, again if it is not acknowledged."""
        self.events[body["event_id"]] = body
        self.spawn(self._deliver(body))

    def deliver_again(self, event_id: str) -> None:
        """Send an event once more, as a retry with the same id. KeyError for an id that never was."""
        self.spawn(self._once_more(self.events[event_id]))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, body: Json) -> None:
        reason = ""
        for attempt, delay in enumerate(self._schedule()):
            await asyncio.sleep(delay)
            try:
                await self._attempt(body, attempt, reason)
                if self.redeliver == "unacked" or attempt >= 2:
                    return
                reason = "timeout"
            except NotAcked as failure:
                reason = failure.reason
                if reason == "no_retry":
                    return

    def _schedule(self) -> tuple[float, ...]:
        if self.redeliver == "always-3":
            return (0.0, 0.0, 0.0, *self.timing.retries[1:])
        return (0.0, *self.timing.retries)

    async def _once_more(self, body: Json) -> None:
        attempts = [sent.attempt for sent in self.sent if sent.event_id == body["event_id"]]
        try:
            await self._attempt(body, max(attempts, default=0) + 1, "timeout")
        except NotAcked:
            return  # One try was asked for; the record says that it failed.

    async def _attempt(self, body: Json, attempt: int, reason: str) -> None:
        if self.urls.events:
            async with self.http.turn:
                record = self._record("events_api", body["event"]["type"], body["event_id"], attempt, reason)
                await self.http.event(self.urls.events, body, attempt, reason, self.timing.ack)
                self._acked(record.envelope_id)
            return
        await self.sockets.wait_open()
        record = self._record("events_api", body["event"]["type"], body["event_id"], attempt, reason)
        retry = {"retry_attempt": attempt, "retry_reason": reason}
        await self.sockets.send(self._envelope(record, body, answers=False) | retry, self.timing.ack)

    async def request(self, kind: Kind, payload: Json) -> Json:
        """An interaction or command, tried once: the app's answer, {} for a bare ack. NotAcked when late."""
        url = self.urls.commands if kind == "slash_commands" else self.urls.interactivity
        record = self._record(kind, payload.get("type") or payload.get("command", ""), None, 0, "")
        if url:
            post = self.http.command if kind == "slash_commands" else self.http.interaction
            answer = await post(url, payload, self.timing.ack)
            self._acked(record.envelope_id)
            return answer
        return await self.sockets.send(self._envelope(record, payload, answers=True), self.timing.ack)

    def _envelope(self, record: Sent, payload: Json, *, answers: bool) -> Json:
        return {
            "envelope_id": record.envelope_id,
            "type": record.kind,
            "payload": payload,
            "accepts_response_payload": answers,
        }

    def _record(self, kind: Kind, type: str, event_id: str | None, attempt: int, reason: str) -> Sent:
        sent = Sent(secrets.token_hex(16), kind, type, event_id, attempt, time.monotonic(), reason)
        self.sent.append(sent)
        self._by_envelope[sent.envelope_id] = sent
        return sent

    def _acked(self, envelope_id: str) -> None:
        sent = self._by_envelope.get(envelope_id)
        if sent and sent.acked_after is None:
            sent.acked_after = time.monotonic() - sent.at

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.http.close()
