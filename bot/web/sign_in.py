"""Sign in with Slack (OpenID Connect), by Slack's own SDK."""

import hmac
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import jwt
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import OpenIDConnectAuthorizeUrlGenerator

from bot.domain import PersonId
from bot.errors import NotAllowed, SlackUnavailable
from bot.web.sessions import SignedOut

_TEAM, _USER = "https://slack.com/team_id", "https://slack.com/user_id"  # Slack's names of its claims
_TIMEOUT = 10  # seconds


@dataclass(frozen=True)
class SlackSignIn:
    """One app of one workspace. `redirect` is the address that Slack sends people back to."""

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str
    redirect: str
    workspace: str

    def address(self, state: str, nonce: str) -> str:
        """Where the browser goes to say who it is."""
        return OpenIDConnectAuthorizeUrlGenerator(
            client_id=self.client_id,
            redirect_uri=self.redirect,
            scopes=["openid"],
            authorization_url=urljoin(self.api_url, "/openid/connect/authorize"),
        ).generate(state, nonce, self.workspace)

    def person(self, code: str, nonce: str) -> PersonId:
        """Whom Slack vouches for. Raises SignedOut, NotAllowed (another workspace), SlackUnavailable."""
        try:
            tokens = self._client().openid_connect_token(
                client_id=self.client_id, client_secret=self.client_secret, code=code, redirect_uri=self.redirect
            )
            info = self._client(str(tokens.get("access_token"))).openid_connect_userInfo()
        except SlackApiError as error:
            raise SignedOut(f"Slack did not confirm who you are ({error.response.get('error')}): try again.") from error
        except (OSError, ValueError) as error:
            raise SlackUnavailable("Slack cannot be reached to confirm who you are: try again in a minute.") from error
        claims = self._claims(str(tokens.get("id_token")))
        if not hmac.compare_digest(str(claims.get("nonce")), nonce):
            raise SignedOut("Slack's answer belongs to another attempt to sign in: try again.")
        if {claims.get(_TEAM), info.get(_TEAM)} != {self.workspace}:
            raise NotAllowed("You are signed in to another Slack workspace: choose the one that Signpost is in.")
        if not claims.get(_USER) or claims.get(_USER) != info.get(_USER):
            raise SignedOut("Slack's answers name two different people: try again.")
        return PersonId(str(claims[_USER]))

    def _client(self, token: str | None = None) -> WebClient:
        return WebClient(token, self.api_url, timeout=_TIMEOUT, retry_handlers=[])

    def _claims(self, id_token: str) -> dict[str, Any]:
        """What the id token says. It came straight from Slack over TLS, which OpenID Connect Core (3.1.3.7)
        accepts in place of its signature; audience, issuer and time are checked all the same."""
        issuer = urlsplit(self.api_url)
        try:
            return jwt.decode(
                id_token,
                audience=self.client_id,
                issuer=f"{issuer.scheme}://{issuer.netloc}",
                options={
                    "verify_signature": False,
                    "verify_aud": True,
                    "verify_iss": True,
                    "verify_exp": True,
                    "require": ["aud", "iss", "exp", "nonce"],
                },
            )
        except jwt.PyJWTError as error:
            raise SignedOut(f"Slack's answer cannot be trusted ({error}): try again.") from error
