"""The dashboard's server, in a thread of its own so that signals stay with whoever started it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.errors import BadInput

_FINISHING = 10.0  # seconds for pages that are on their way


def bound(host: str, port: int) -> socket.socket:
    """A socket to serve on. Raises BadInput when the port is taken, or not ours to take."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise BadInput(f"Port {port} cannot be used ({error.strerror}): choose another one.") from error


@contextmanager
def serving(site: ASGIApp, door: socket.socket) -> Iterator[None]:
    """Serves `site` on `door` until the block ends."""
    config = uvicorn.Config(
        site, log_config=None, log_level="error", access_log=False, lifespan="off", server_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([door],), name="web", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(_FINISHING)
        door.close()
