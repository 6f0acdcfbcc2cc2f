"""The dashboard put together: its addresses, its guards, and the one place where errors end up."""

import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.errors import BadInput, DatabaseUnavailable, NotAllowed, NotFound, SignpostError, SlackUnavailable
from bot.web import assets, pages
from bot.web.entering import Entrance
from bot.web.guarding import Headers
from bot.web.house import House
from bot.web.pages import Pages
from bot.web.sessions import SignedOut

log = structlog.get_logger()
_CODES: tuple[tuple[type[SignpostError], int], ...] = (
    (SignedOut, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (BadInput, 400),
    (DatabaseUnavailable, 503),
    (SlackUnavailable, 503),
)


def build(house: House) -> Starlette:
    """The site as an ASGI app; it opens nothing by itself."""
    entrance, shown = Entrance(house), Pages(house)
    routes = [
        Route("/", shown.dashboard),
        Route("/numbers", shown.numbers),
        Route("/mine", shown.mine),
        Route("/waiting", shown.waiting),
        Route("/pictures/{key}.csv", shown.csv),
        Route("/dashboard.pdf", shown.pdf),
        Route("/sign-in", entrance.sign_in),
        Route("/sign-in/slack", entrance.to_slack),
        Route("/sign-in/slack/back", entrance.back_from_slack),
        Route("/enter", entrance.enter),
        Route("/sign-out", entrance.sign_out, methods=["POST"]),
        Route("/assets/{name}", assets.serve),
        Route("/health", lambda _: PlainTextResponse("ok")),
    ]
    host = urlsplit(house.address).hostname or ""
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(Headers, https=house.https),
            Middleware(TrustedHostMiddleware, allowed_hosts=[host], www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        exception_handlers={SignpostError: _refuse(house), Exception: _fail, 404: _lost, 405: _lost},
    )


def _refuse(house: House) -> Callable[[Request, Exception], Response]:
    """One sentence for what was expected to go wrong; whoever was never signed in is shown the way."""

    def answer(request: Request, error: Exception) -> Response:
        code = next((code for kind, code in _CODES if isinstance(error, kind)), 500)
        if isinstance(error, SignedOut):
            if house.cookie_name not in request.cookies and request.url.path in pages.SHOWN_AFTER_SIGN_IN:
                return RedirectResponse(house.sign_in_then(request), 303)
            response = pages.sentence(str(error), code, "/sign-in", "Sign in")
            house.forget(response)
            return response
        return pages.sentence(str(error), code)

    return answer


def _lost(_: Request, error: Exception) -> Response:
    return pages.sentence("There is no such page: begin at the dashboard.", getattr(error, "status_code", 404))


def _fail(request: Request, error: Exception) -> Response:
    """Raised again by the server after this; the person gets the reference to ask about."""
    reference = secrets.token_hex(4)
    log.error("page_failed", reference=reference, path=request.url.path, exc_info=error)
    words = (
        f"Something went wrong here. Try again; if it stays, tell whoever runs Signpost this reference: {reference}."
    )
    return pages.sentence(words, 500)
