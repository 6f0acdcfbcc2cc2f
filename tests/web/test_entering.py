"""Who gets in, and who does not: over real sockets, with a Slack that vouches for people."""

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from itsdangerous import TimestampSigner

from bot.domain import PersonId
from bot.web.sessions import LINK_LIFE, SESSION_LIFE, SIGN_IN_LIFE, Sessions
from tests.web.conftest import LENA, MAYA, Site

HOUR = 3600


@pytest.fixture
def earlier(monkeypatch: pytest.MonkeyPatch) -> Callable[[float, Callable[[], str]], str]:
    """What `make` signs as if it were so many seconds ago."""

    def sign(seconds: float, make: Callable[[], str]) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(TimestampSigner, "get_timestamp", lambda _: int(time.time() - seconds))
            return make()

    return sign


def _heading(response: httpx.Response) -> str:
    return response.text.split("<h1>")[1].split("</h1>")[0]


def _begin(client: httpx.Client, then: str = "/") -> dict[str, str]:
    """Sets out for Slack; what the address says."""
    sent = client.get("/sign-in/slack", params={"then": then}, follow_redirects=False)
    assert sent.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}


def _come_back(site: Site, client: httpx.Client, person: str, nonce: str | None = None, **grant: str) -> httpx.Response:
    asked = _begin(client, grant.pop("then", "/"))
    code = site.workspace.sign_in(person, asked["redirect_uri"], nonce or asked["nonce"], **grant)
    return client.get("/sign-in/slack/back", params={"code": code, "state": asked["state"]})


def test_a_leader_signs_in_with_slack_and_is_led_back_to_the_page_they_wanted(dashboard: Site) -> None:
    with dashboard.browser() as client:
        first = client.get("/numbers?x=1")
        assert first.url.path == "/sign-in"
        asked = _begin(client, parse_qs(urlsplit(str(first.url)).query)["then"][0])
        assert asked["team"] == "T0ACME" and asked["scope"] == "openid"
        slack = httpx.get(f"{dashboard.workspace.base_url}/openid/connect/authorize", params={**asked, "user": LENA})
        back = client.get(slack.headers["location"])
        assert (back.status_code, back.url.path, back.url.query) == (200, "/numbers", b"x=1")
        assert "Lena Hoffmann" in back.text


def test_slack_asks_who_one_is(dashboard: Site) -> None:
    with dashboard.browser() as client:
        page = httpx.get(f"{dashboard.workspace.base_url}/openid/connect/authorize", params=_begin(client))
        assert "Lena Hoffmann" in page.text


def test_the_cookie_is_closed_to_scripts_and_other_sites_and_ends_after_twelve_hours(dashboard: Site) -> None:
    with dashboard.browser() as client:
        sent = client.get(dashboard.house.link(LENA), follow_redirects=False).headers["set-cookie"]
        assert "HttpOnly" in sent and "SameSite=lax" in sent and "Path=/" in sent and f"Max-Age={SESSION_LIFE}" in sent
        assert client.get("/").status_code == 200
        assert "set-cookie" not in client.get("/").headers  # its life is absolute: no page prolongs it


def test_with_https_the_cookie_is_bound_to_the_host(dashboard: Site) -> None:
    from dataclasses import replace

    from starlette.responses import Response

    house, response = replace(dashboard.house, address="https://signpost.example"), Response()
    house.remember(response, LENA)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-signpost=") and "Secure" in cookie


@pytest.mark.parametrize(
    ("grant", "code", "words"),
    [
        ({"team": "T0OTHER"}, 403, "another Slack workspace"),
        ({"nonce": "of another attempt"}, 401, "another attempt"),
    ],
)
def test_who_slack_vouches_for_otherwise_is_refused(
    dashboard: Site, grant: dict[str, str], code: int, words: str
) -> None:
    with dashboard.browser() as client:
        refused = _come_back(dashboard, client, LENA, **grant)
        assert refused.status_code == code and words in _heading(refused)
        assert client.get("/").url.path == "/sign-in"


def test_a_code_is_good_once(dashboard: Site) -> None:
    with dashboard.browser() as client, dashboard.browser() as thief:
        asked = _begin(client)
        code = dashboard.workspace.sign_in(LENA, asked["redirect_uri"], asked["nonce"])
        assert client.get("/sign-in/slack/back", params={"code": code, "state": asked["state"]}).status_code == 200
        again = _begin(thief)
        refused = thief.get("/sign-in/slack/back", params={"code": code, "state": again["state"]})
        assert refused.status_code == 401 and "code_already_used" in refused.text


def test_a_sign_in_that_was_begun_in_another_browser_is_refused(dashboard: Site) -> None:
    with dashboard.browser() as attacker, dashboard.browser() as victim:
        asked = _begin(attacker)
        code = dashboard.workspace.sign_in(MAYA, asked["redirect_uri"], asked["nonce"])
        refused = victim.get("/sign-in/slack/back", params={"code": code, "state": asked["state"]})
        assert refused.status_code == 401 and "another browser" in _heading(refused)


def test_slack_being_away_is_said(dashboard: Site) -> None:
    dashboard.workspace.faults.add("openid.connect.token", "reset")
    with dashboard.browser() as client:
        refused = _come_back(dashboard, client, LENA)
        assert refused.status_code == 503 and "cannot be reached" in _heading(refused)


def test_who_says_no_to_slack_is_told_what_to_do(dashboard: Site) -> None:
    with dashboard.browser() as client:
        refused = client.get("/sign-in/slack/back", params={"error": "access_denied"})
        assert refused.status_code == 401 and "did not allow" in _heading(refused)


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(dashboard: Site, path: str) -> None:
    with dashboard.browser() as client:
        back = _come_back(dashboard, client, LENA, then=path)
        assert str(back.url) == f"{dashboard.address}/"


def test_a_link_lets_in_once(dashboard: Site) -> None:
    link = dashboard.house.link(LENA)
    with dashboard.browser() as first, dashboard.browser() as second:
        assert first.get(link).status_code == 200
        refused = second.get(link)
        assert refused.status_code == 401 and "has been used" in _heading(refused)


def test_a_link_that_is_old_or_was_changed_is_refused(dashboard: Site, earlier: Callable[..., str]) -> None:
    old = earlier(LINK_LIFE + 2, lambda: dashboard.house.link(LENA))
    for link, words in ((old, "has expired"), (dashboard.house.link(LENA)[:-2], "was changed"), ("/enter", "changed")):
        with dashboard.browser() as client:
            refused = client.get(link)
            assert refused.status_code == 401 and words in _heading(refused)


def test_a_cookie_that_is_old_was_changed_or_is_another_workspace_s_is_refused(
    dashboard: Site, earlier: Callable[..., str]
) -> None:
    from bot.web.sessions import Session

    sessions = dashboard.house.sessions
    good = sessions.cookie(Session(LENA, "T0ACME"))
    payload, _, rest = sessions.cookie(Session(MAYA, "T0ACME")).partition(".")
    forged = f"{sessions.cookie(Session(LENA, 'T0ACME')).partition('.')[0]}.{rest}"  # Lena's words, Maya's signature
    assert payload
    cookies = {
        earlier(SESSION_LIFE + 2, lambda: sessions.cookie(Session(LENA, "T0ACME"))): "has ended",
        good[:-3] + "abc": "was changed",
        forged: "was changed",
        "leader": "was changed",
        Sessions("another secret").cookie(Session(LENA, "T0ACME")): "was changed",
        sessions.link_token(LENA): "was changed",  # a link is no session
        sessions.cookie(Session(LENA, "T0OTHER")): "another workspace",
    }
    for cookie, words in cookies.items():
        refused = httpx.get(f"{dashboard.address}/", headers={"cookie": f"signpost={cookie}"})
        assert refused.status_code == 401 and words in _heading(refused), cookie
        assert 'signpost=""' in refused.headers["set-cookie"]
    assert httpx.get(f"{dashboard.address}/", headers={"cookie": f"signpost={good}"}).status_code == 200


def test_an_old_state_is_refused(dashboard: Site, earlier: Callable[..., str]) -> None:
    state = earlier(SIGN_IN_LIFE + 2, lambda: dashboard.house.sessions.state("nonce", "/"))
    refused = httpx.get(
        f"{dashboard.address}/sign-in/slack/back",
        params={"code": "1", "state": state},
        headers={"cookie": f"signpost-sign-in={state}"},
    )
    assert refused.status_code == 401 and "too long" in _heading(refused)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:1"},
        {},
    ],
)
def test_a_post_from_another_site_changes_nothing(dashboard: Site, headers: dict[str, str]) -> None:
    with dashboard.browser(LENA) as client:
        refused = client.post("/sign-out", headers=headers)
        assert refused.status_code == 403 and "another site" in _heading(refused)
        assert client.get("/").url.path == "/"


def test_signing_out_ends_the_session(dashboard: Site) -> None:
    with dashboard.browser(LENA) as client:
        assert client.post("/sign-out", headers={"origin": dashboard.address}).url.path == "/sign-in"
        assert client.get("/").url.path == "/sign-in"


def test_a_host_that_is_not_ours_gets_nothing(dashboard: Site) -> None:
    answer = httpx.get(f"{dashboard.address}/health", headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_who_is_no_leader_any_more_sees_nothing_more(dashboard: Site) -> None:
    """Roles are looked up for each page: nothing in a cookie says what somebody may do."""
    with dashboard.browser(PersonId("U0NOBODY")) as client:
        assert client.get("/").url.path == "/mine"
        assert client.get("/numbers").status_code == 403
