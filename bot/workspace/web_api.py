"""The Web API over HTTP: who calls, what befalls the call, the method itself, the answer in Slack's shape."""

import asyncio
import base64
import binascii
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from . import chat, commands, directory, openid, views
from .faults import Fault
from .hub import Hub
from .methods import METHODS, Endpoint, need
from .state import Call, Json, Refused

FAMILIES = (chat, directory, openid, views)  # Importing them fills METHODS.


class WebApi:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def routes(self) -> list[Route]:
        return [
            Route("/api/{method:path}", self.call, methods=["GET", "POST"]),
            Route("/response/{app}/{key}", self.respond, methods=["POST"]),
        ]

    async def call(self, request: Request) -> Response:
        name = request.path_params["method"]
        args = await arguments(request)
        fault = self.hub.faults.take(name)
        response = await self._befall(fault, request) if fault else None
        if response is None:
            response = self._limited(name, args) or self._answer(name, args)
        self._log(name, args, response)
        if fault and fault.kind == "lost":
            request.scope["workspace.cut"]()
        return response

    async def _befall(self, fault: Fault, request: Request) -> Response | None:
        """The answer of a call that goes wrong before it does anything; None where it still takes effect."""
        match fault.kind:
            case "ratelimited":
                return _too_many(max(1, round(fault.seconds)))
            case "500":
                return JSONResponse({"ok": False, "error": "internal_error"}, status_code=500)
            case "503":
                return PlainTextResponse("upstream connect error or disconnect/reset before headers", 503)
            case "error":
                return JSONResponse({"ok": False, "error": fault.error})
            case "hang" | "reset":
                await asyncio.sleep(fault.seconds if fault.kind == "hang" else 0)
                request.scope["workspace.cut"]()
                return Response(status_code=504)  # Nobody reads it: the connection is gone.
            case "slow":
                await asyncio.sleep(fault.seconds)
        return None

    def _limited(self, name: str, args: Json) -> Response | None:
        seconds = self.hub.rates.retry_after(name, str(args.get("channel", "")))
        return _too_many(seconds) if seconds else None

    def _answer(self, name: str, args: Json) -> Response:
        headers = {}
        try:
            endpoint = self._endpoint(name)
            self._authorise(endpoint, args)
            headers = self._scope_headers(endpoint, args)
            return JSONResponse({"ok": True} | endpoint.call(self.hub, args), headers=headers)
        except Refused as refusal:
            return JSONResponse(refusal_body(refusal), headers=headers)

    def _endpoint(self, name: str) -> Endpoint:
        if name not in METHODS:
            raise Refused("unknown_method", req_method=name)
        return METHODS[name]

    def _authorise(self, endpoint: Endpoint, args: Json) -> None:
        token, seed = args.get("token"), self.hub.seed
        if endpoint.caller == "anyone":
            return
        if not token:
            raise Refused("not_authed")
        if token not in (seed.bot_token, seed.app_token):
            raise Refused("invalid_auth")
        caller = "bot" if token == seed.bot_token else "app"
        if endpoint.caller not in (caller, "any"):
            raise Refused("not_allowed_token_type")
        if endpoint.scope:
            need(self.hub, endpoint.scope)

    def _scope_headers(self, endpoint: Endpoint, args: Json) -> dict[str, str]:
        """Slack says on every answer which scopes the token has, and which the method accepts."""
        if args.get("token") == self.hub.seed.bot_token:
            granted = ",".join(self.hub.seed.scopes)
            return {"x-oauth-scopes": granted, "x-accepted-oauth-scopes": endpoint.scope or ""}
        return {"x-oauth-scopes": "connections:write"} if args.get("token") else {}

    def _log(self, name: str, args: Json, response: Response) -> None:
        is_json = response.media_type == "application/json"
        body = json.loads(bytes(response.body)) if is_json else {}
        told = {key: value for key, value in args.items() if key not in {"token", "client_secret"}}
        ok, error = bool(body.get("ok")), body.get("error")
        self.hub.state.calls.append(Call(name, told, self.hub.state.clock(), response.status_code, ok, error))

    async def respond(self, request: Request) -> Response:
        """A `response_url`."""
        try:
            commands.respond_to_url(self.hub, request.path_params["key"], await arguments(request))
        except Refused as refusal:
            gone = refusal.error in {"invalid_url", "expired_url", "used_url"}
            return JSONResponse(refusal_body(refusal), status_code=404 if gone else 400)
        return PlainTextResponse("ok")


def refusal_body(refusal: Refused) -> Json:
    body: Json = {"ok": False, "error": refusal.error} | refusal.extra
    if refusal.messages:
        body["response_metadata"] = {"messages": refusal.messages}
    return body


def _too_many(seconds: int) -> Response:
    return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers={"Retry-After": str(seconds)})


async def arguments(request: Request) -> Json:
    """Query, form or JSON body as one mapping, with the Bearer token as `token`."""
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        args |= _object(await request.body())
    elif kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        args |= dict(await request.form())
    kind, _, credentials = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        args["token"] = credentials.strip()
    elif kind.lower() == "basic":
        args |= _client(credentials)
    return args


def _client(credentials: str) -> Json:
    """The app's own id and secret, as the methods of signing in take them; nothing for what cannot be read."""
    try:
        id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": id, "client_secret": secret}


def _object(body: bytes) -> Json:
    try:
        value: Any = json.loads(body or b"{}")
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
