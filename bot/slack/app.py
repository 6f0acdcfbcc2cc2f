"""Bolt, put together: our listeners, our client, and the one place where errors end up."""

import logging
from typing import Any

from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient

from bot.settings import Settings
from bot.slack import asking, curation, digest, entries, failures, home, mending, valuing
from bot.slack.connection import POST_TIMEOUT, Identity, Slack

# Slack's libraries log each failing call at length; what matters of it is logged by us, in one line.
_quiet = logging.getLogger("signpost.slack_sdk")


def client(settings: Settings) -> WebClient:
    """The Web API. It never tries twice by itself: a post whose response was lost may have arrived."""
    _quiet.setLevel(logging.CRITICAL)
    return WebClient(
        settings.slack_bot_token,
        settings.slack_api_url,
        timeout=POST_TIMEOUT,
        retry_handlers=[],
        logger=_quiet,
    )


def build(slack: Slack, signing_secret: str = "") -> App:
    """The app with its listeners; calls nobody. Without a signing secret it is for Socket Mode only.

    `process_before_response`: a listener runs to its end before Slack is answered, so that a question is kept
    before it is acknowledged. So whatever takes long is handed to a pool by the listener itself.
    """
    app = App(
        name="signpost",
        client=slack.client,
        authorize=_authorize(slack.identity, slack.client.token or ""),
        signing_secret=signing_secret,
        request_verification_enabled=bool(signing_secret),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        listener_executor=slack.presses.executor,
        logger=_quiet,
    )

    def on_error(error: Exception, request: BoltRequest) -> BoltResponse | None:
        return failures.handle(slack, error, request)

    app.error(on_error)
    for room in (asking, curation, digest, entries, home, mending, valuing):
        room.register(app, slack)
    return app


def _authorize(identity: Identity, token: str) -> Any:
    """Bolt would ask Slack who we are before it hands on a request, and lose it when Slack does not say."""

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_user_id=identity.user,
            bot_id=identity.bot,
            bot_token=token,
        )

    return authorize
