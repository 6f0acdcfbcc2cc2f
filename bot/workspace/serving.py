"""uvicorn on loopback, with a way to cut a connection as a network does: no answer, no close frame."""

import asyncio
import contextlib
import socket
import struct
import threading
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LOOPBACK = "127.0.0.1"


def _cut(transport: asyncio.Transport) -> None:
    """End a TCP connection with a reset."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _cuttable(app: ASGIApp, transport: Any) -> ASGIApp:
    """The same app, whose scope holds `workspace.cut`."""

    async def with_cut(scope: Scope, receive: Receive, send: Send) -> None:
        scope["workspace.cut"] = lambda: _cut(transport)
        await app(scope, receive, send)

    return with_cut


class _Http(H11Protocol):
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app = _cuttable(self.app, transport)


class _WebSocket(WebSocketsSansIOProtocol):
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app = _cuttable(self.app, transport)


class _Server(uvicorn.Server):
    """Leaves when told to, not at the next tenth of a second: tests start and stop hundreds of workspaces."""

    async def main_loop(self) -> None:
        self.leave = asyncio.Event()
        while not self.leave.is_set():
            await self.on_tick(0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.leave.wait(), 1)


class LoopThread:
    """A server and its event loop in a daemon thread."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._socket = socket.create_server((LOOPBACK, port), backlog=512)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app, http=_Http, ws=_WebSocket, lifespan="off", log_level="critical", access_log=False,
            ws_ping_interval=10, ws_ping_timeout=30, timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = _Server(config)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="workspace", daemon=True)
        self._ready = threading.Event()

    def start(self) -> None:
        self._thread.start()
        self._ready.wait(10)

    @property
    def running(self) -> bool:
        return self._thread.is_alive() and self._ready.is_set()

    @property
    def is_current(self) -> bool:
        """Whether the caller already is on this loop."""
        return threading.current_thread() is self._thread

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.create_task(self._tell_ready())
        with contextlib.suppress(KeyboardInterrupt):
            self.loop.run_until_complete(self._server.serve(sockets=[self._socket]))
        self.loop.close()

    async def _tell_ready(self) -> None:
        while not self._server.started:
            await asyncio.sleep(0.005)
        self._ready.set()

    def stop(self) -> None:
        self._server.force_exit = True
        self.loop.call_soon_threadsafe(self._server.leave.set)
        self._thread.join(10)
        self._ready.clear()
