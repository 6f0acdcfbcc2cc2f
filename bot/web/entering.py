"""Signing in and out."""

import secrets

from slack_sdk.oauth import OAuthStateUtils
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.errors import NotFound
from bot.web import pages
from bot.web.guarding import require_our_own_page
from bot.web.house import House, inside
from bot.web.sessions import SIGN_IN_LIFE, SignedOut
from bot.web.sign_in import SlackSignIn


class Entrance:
    """The handlers; each raises the errors of `site`."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.states = OAuthStateUtils(cookie_name=f"{house.cookie_name}-sign-in", expiration_seconds=SIGN_IN_LIFE)

    def sign_in(self, request: Request) -> Response:
        """The page with the button."""
        then = inside(request.query_params.get("then", "/"))
        return pages.render("sign_in.html", then=then, slack=self.house.slack is not None)

    def to_slack(self, request: Request) -> Response:
        """To Slack, with a state that only this browser holds."""
        slack = self._slack()
        nonce = secrets.token_urlsafe(24)
        state = self.house.sessions.state(nonce, inside(request.query_params.get("then", "/")))
        response = RedirectResponse(slack.address(state, nonce), 303)
        response.set_cookie(
            self.states.cookie_name, state, SIGN_IN_LIFE, httponly=True, secure=self.house.https, samesite="lax"
        )
        return response

    def back_from_slack(self, request: Request) -> Response:
        """From Slack, with a code; who it is, is asked of Slack itself. Raises SignedOut, NotAllowed."""
        given = request.query_params
        if given.get("error"):
            raise SignedOut("You did not allow Slack to say who you are: sign in again if you want to.")
        state = given.get("state", "")
        if not state or not self.states.is_valid_browser(state, {"cookie": request.headers.get("cookie", "")}):
            raise SignedOut("Signing in was begun in another browser, or too long ago: try again here.")
        nonce, then = self.house.sessions.came_back(state)
        person = self._slack().person(given.get("code", ""), nonce)
        response = RedirectResponse(inside(then), 303)
        self.house.remember(response, person)
        response.delete_cookie(self.states.cookie_name, httponly=True, secure=self.house.https, samesite="lax")
        return response

    def enter(self, request: Request) -> Response:
        """By a one-time link."""
        person = self.house.sessions.spend(request.query_params.get("token", ""))
        response = RedirectResponse("/", 303)
        self.house.remember(response, person)
        return response

    def sign_out(self, request: Request) -> Response:
        require_our_own_page(request, self.house.address)
        response = RedirectResponse("/sign-in", 303)
        self.house.forget(response)
        return response

    def _slack(self) -> SlackSignIn:
        if self.house.slack is None:
            raise NotFound("Signing in with Slack is not set up here: ask for a link.")
        return self.house.slack
