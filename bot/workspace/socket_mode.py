"""Socket Mode: the WebSocket connections an app holds open, and the envelopes that go over them."""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from .state import Json, WorkspaceError

MOST_LINKS = 10


class NotAcked(WorkspaceError):
    """An envelope or request was not acknowledged; the message is Slack's name of the reason."""

    @property
    def reason(self) -> str:
        return str(self)


@dataclass(eq=False)
class Link:
    """One open connection, and who waits for an acknowledgement on it."""

    websocket: WebSocket
    draining: bool = False
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)

    async def send(self, frame: Json) -> None:
        await self.websocket.send_text(json.dumps(frame))

    def acknowledge(self, frame: Json) -> None:
        future = self.waiting.pop(str(frame.get("envelope_id")), None)
        if future and not future.done():
            payload = frame.get("payload")
            future.set_result(payload if isinstance(payload, dict) else {})

    def lost(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(NotAcked("connection_failed"))
        self.waiting.clear()


class SocketMode:
    """Tickets, links, and a fair choice of the link that gets the next envelope."""

    def __init__(self, app_id: str, changed: Callable[[], None], acked: Callable[[str], None]) -> None:
        self.links: list[Link] = []
        self._app_id = app_id
        self._changed = changed
        self._acked = acked
        self._tickets: set[str] = set()
        self._arrived = asyncio.Event()
        self._turn = 0

    @property
    def open_links(self) -> list[Link]:
        return [link for link in self.links if not link.draining]

    def new_ticket(self) -> str:
        """What `apps.connections.open` puts into its address: good for one connection."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """One connection from its handshake to its end."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(code=1008)
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        link = Link(websocket)
        if len(self.links) >= MOST_LINKS:
            await link.send({"type": "disconnect", "reason": "too_many_websockets"})
            await websocket.close()
            return
        await self._listen(link)

    async def _listen(self, link: Link) -> None:
        try:
            await link.send(self._hello())
            self._add(link)
            while True:
                self._receive(link, await link.websocket.receive_text())
        except WebSocketDisconnect:
            pass  # The usual end of a connection; what it had not acknowledged is sent again elsewhere.
        finally:
            self._remove(link)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.links) + 1,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "applink-local", "build_number": 1, "approximate_connection_time": 18060},
        }

    def _receive(self, link: Link, text: str) -> None:
        frame: Any = json.loads(text) if text.startswith("{") else None
        if isinstance(frame, dict) and "envelope_id" in frame:
            self._acked(str(frame["envelope_id"]))
            link.acknowledge(frame)

    def _add(self, link: Link) -> None:
        self.links.append(link)
        self._arrived.set()
        self._changed()

    def _remove(self, link: Link) -> None:
        if link in self.links:
            self.links.remove(link)
        link.lost()
        if not self.links:
            self._arrived.clear()
        self._changed()

    async def wait_open(self) -> None:
        """Until there is a link that takes envelopes."""
        while not self.open_links:
            self._arrived.clear()
            await self._arrived.wait()

    def _next_link(self) -> Link:
        if not self.open_links:
            raise NotAcked("not_connected")
        self._turn += 1
        return self.open_links[self._turn % len(self.open_links)]

    async def send(self, envelope: Json, patience: float) -> Json:
        """Send one envelope and wait for its acknowledgement, `patience` seconds at most.

        NotAcked: not_connected, timeout, connection_failed.
        """
        link = self._next_link()
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        link.waiting[envelope["envelope_id"]] = future
        try:
            await link.send(envelope)
            async with asyncio.timeout(patience):
                return await future
        except TimeoutError:
            raise NotAcked("timeout") from None
        except (WebSocketDisconnect, RuntimeError):  # The link closed between the choice and the sending.
            raise NotAcked("connection_failed") from None
        finally:
            link.waiting.pop(envelope["envelope_id"], None)

    async def announce_disconnect(self, reason: str) -> None:
        """Ask every client to reconnect, as before a host is refreshed; the old links get nothing new."""
        for link in list(self.links):
            link.draining = True
            await link.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}})

    def reset(self) -> int:
        """Cut every connection without a close frame, as a dying router does; how many there were."""
        links = list(self.links)
        for link in links:
            link.websocket.scope["workspace.cut"]()
        return len(links)
