"""What every response carries, and which requests get no further."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import NotAllowed

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    # Not `no-referrer`: with that a browser hides where our own forms come from.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Headers:
    """Puts the security headers on every response, and keeps browsers from keeping pages about people."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.headers = _HEADERS | ({"strict-transport-security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                headers.setdefault("cache-control", "private, no-store")
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def require_our_own_page(request: Request, address: str) -> None:
    """Whatever changes something must say that one of our pages sent it. Raises NotAllowed.

    Browsers set both headers themselves and let no page forge them; what sets neither is no browser of today.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    ours = urlsplit(address)
    if site == "same-origin" or (site is None and origin == f"{ours.scheme}://{ours.netloc}"):
        return
    raise NotAllowed("That came from another site, not from a page of Signpost: open Signpost and try there.")
