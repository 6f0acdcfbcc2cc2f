"""Loopback only, and a way for another process to set faults and read what happened."""

import dataclasses
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from .delivery import Urls
from .hub import Hub
from .web_api import arguments

LOOPBACK_NAMES = {"127.0.0.1", "localhost", "::1"}


class OnlyLoopback:
    """Refuses other Host names (DNS rebinding) and posts from other sites' pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode(): value.decode("latin-1") for name, value in scope.get("headers", [])}
        if scope["type"] == "http" and not _allowed(scope, headers):
            await PlainTextResponse("This workspace answers its own page on this machine only.", 403)(
                scope, receive, send
            )
            return
        await self._app(scope, receive, send)


def _allowed(scope: Scope, headers: dict[str, str]) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin")
    if urlsplit(f"//{host}").hostname not in LOOPBACK_NAMES:
        return False
    return scope["method"] in {"GET", "HEAD"} or origin is None or origin == f"http://{host}"


class Control:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def routes(self) -> list[Route]:
        return [
            Route("/control/faults", self.faults, methods=["POST"]),
            Route("/control/urls", self.urls, methods=["POST"]),
            Route("/control/drop", self.drop, methods=["POST"]),
            Route("/control/calls", self.calls),
        ]

    async def faults(self, request: Request) -> Response:
        """{method, kind, times?, seconds?, error?}: what befalls the next calls."""
        args = await arguments(request)
        try:
            self.hub.faults.add(
                args["method"],
                args["kind"],
                int(args.get("times", 1)),
                seconds=float(args.get("seconds", 1)),
                error=str(args.get("error", "internal_error")),
            )
        except (KeyError, ValueError) as wrong:
            return JSONResponse({"ok": False, "error": str(wrong)}, status_code=400)
        return JSONResponse({"ok": True})

    async def urls(self, request: Request) -> Response:
        """{events?, interactivity?, commands?}: where the app listens for signed HTTP."""
        args = await arguments(request)
        self.hub.delivery.urls = Urls(args.get("events"), args.get("interactivity"), args.get("commands"))
        return JSONResponse({"ok": True})

    async def drop(self, _: Request) -> Response:
        """Cut every Socket Mode connection without a close frame."""
        return JSONResponse({"ok": True, "dropped": self.hub.delivery.sockets.reset()})

    async def calls(self, request: Request) -> Response:
        """Every call of the Web API, or those of ?method=."""
        wanted = request.query_params.get("method")
        calls = [dataclasses.asdict(c) for c in self.hub.state.calls if wanted in (None, c.method)]
        return JSONResponse({"calls": calls})
