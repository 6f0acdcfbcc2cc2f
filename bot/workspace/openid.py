"""Sign in with Slack: the page where somebody says who they are, and the two methods that tell the app.

As Slack does it, but for one thing: here the id token is signed with the app's own secret, there with Slack's key.
"""

import secrets
import time
from html import escape
from urllib.parse import urlencode, urlsplit

import jwt
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from .hub import Hub
from .methods import given, method
from .state import Grant, Json, Refused

_CODE_LIFE = 600  # seconds
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class OpenId:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def routes(self) -> list[Route]:
        return [Route("/openid/connect/authorize", self.authorize)]

    async def authorize(self, request: Request) -> Response:
        """Shows who one can be; with `user` it sends the browser back with a code."""
        asked = dict(request.query_params)
        problem = self._problem(asked)
        if problem:
            return HTMLResponse(f"<h1>Something is wrong with this sign-in</h1><p>{escape(problem)}</p>", 400)
        if asked.get("user") not in self.hub.state.users:
            return HTMLResponse(self._page(asked))
        code = grant(self.hub, asked["user"], asked["redirect_uri"], asked.get("nonce", ""))
        back = urlencode({"code": code, "state": asked.get("state", "")})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 302)

    def _problem(self, asked: Json) -> str:
        if asked.get("client_id") != self.hub.seed.client_id:
            return "Invalid client_id parameter."
        if urlsplit(str(asked.get("redirect_uri", ""))).hostname not in _LOOPBACK:
            return "redirect_uri did not match any configured URIs."
        if asked.get("response_type") != "code" or "openid" not in str(asked.get("scope", "")).split(","):
            return "Invalid scope or response_type."
        return ""

    def _page(self, asked: Json) -> str:
        links = "".join(
            f'<li><a href="?{escape(urlencode(asked | {"user": person.id}))}">{escape(person.real_name)}</a>,'
            f" {escape(person.title)}</li>"
            for person in self.hub.seed.users
        )
        name = escape(self.hub.state.bot.real_name)
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><title>Sign in</title>'
            f"<main><h1>{name} wants to know who you are</h1><p>In {escape(self.hub.seed.team_name)} you can be:</p>"
            f"<ul>{links}</ul></main></html>"
        )


def grant(hub: Hub, user: str, redirect: str, nonce: str, team: str | None = None) -> str:
    """A code that the app may exchange once."""
    code = f"{int(hub.state.clock())}.{secrets.token_hex(16)}"
    hub.grants[code] = Grant(user, team or hub.seed.team_id, redirect, nonce, hub.state.clock() + _CODE_LIFE)
    return code


@method("openid.connect.token", caller="anyone")
def openid_connect_token(hub: Hub, args: Json) -> Json:
    """Refused: invalid_client_id, bad_client_secret, invalid_code, code_already_used, bad_redirect_uri."""
    if args.get("client_id") != hub.seed.client_id:
        raise Refused("invalid_client_id")
    if args.get("client_secret") != hub.seed.client_secret:
        raise Refused("bad_client_secret")
    found = hub.grants.get(given(args, "code"))
    if found is None or hub.state.clock() > found.expires:
        raise Refused("invalid_code")
    if found.used:
        raise Refused("code_already_used")
    if args.get("redirect_uri") != found.redirect:
        raise Refused("bad_redirect_uri")
    found.used = True
    token = f"xoxp-{secrets.token_hex(16)}"
    hub.signed_in[token] = found
    now = int(time.time())
    times = {"iat": now, "exp": now + 300, "auth_time": now}
    claims = {"iss": hub.base_url, "aud": hub.seed.client_id, "nonce": found.nonce, **times, **_who(found)}
    id_token = jwt.encode(claims, hub.seed.client_secret, "HS256")
    return {"access_token": token, "token_type": "Bearer", "id_token": id_token}


@method("openid.connect.userInfo", caller="anyone")
def openid_connect_user_info(hub: Hub, args: Json) -> Json:
    """Refused: not_authed, invalid_auth."""
    if not args.get("token"):
        raise Refused("not_authed")
    found = hub.signed_in.get(str(args["token"]))
    if found is None:
        raise Refused("invalid_auth")
    return _who(found)


def _who(found: Grant) -> Json:
    return {"sub": found.user, "https://slack.com/user_id": found.user, "https://slack.com/team_id": found.team}
