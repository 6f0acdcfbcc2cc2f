"""Sign in with Slack, as the local workspace does it."""

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace import Workspace

BACK = "http://127.0.0.1:1/back"


@pytest.fixture(scope="module")
def slack():
    with Workspace() as workspace:
        yield workspace


def _token(slack: Workspace, **changed: str):
    given = {
        "client_id": slack.seed.client_id,
        "client_secret": slack.seed.client_secret,
        "code": slack.sign_in("U0ADA", BACK, "n"),
        "redirect_uri": BACK,
    }
    return WebClient(base_url=slack.api_url).openid_connect_token(**(given | changed))


def test_a_code_becomes_a_token_that_tells_who_it_is(slack: Workspace) -> None:
    token = _token(slack)["access_token"]
    who = WebClient(token, slack.api_url).openid_connect_userInfo()
    assert who["https://slack.com/user_id"] == "U0ADA" and who["https://slack.com/team_id"] == "T0ACME"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"code": "guess"}, "invalid_code"),
        ({"redirect_uri": "http://127.0.0.1:2/"}, "bad_redirect_uri"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(slack: Workspace, changed: dict[str, str], error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        _token(slack, **changed)


def test_a_token_that_was_never_given_out_tells_nothing(slack: Workspace) -> None:
    for token in (None, "xoxp-guess", slack.bot_token):
        with pytest.raises(SlackApiError):
            WebClient(token, slack.api_url).openid_connect_userInfo()


@pytest.mark.parametrize(
    "changed",
    [{"client_id": "x"}, {"redirect_uri": "https://evil.example/"}, {"scope": "email"}, {"response_type": "token"}],
)
def test_an_address_that_slack_would_not_take_shows_no_names(slack: Workspace, changed: dict[str, str]) -> None:
    asked = {"client_id": slack.seed.client_id, "redirect_uri": BACK, "scope": "openid", "response_type": "code"}
    page = httpx.get(f"{slack.base_url}/openid/connect/authorize", params=asked | changed | {"user": "U0ADA"})
    assert page.status_code == 400 and "location" not in page.headers
