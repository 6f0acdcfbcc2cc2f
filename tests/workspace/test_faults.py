"""What goes wrong on demand, as the app's own client meets it."""

import time
from urllib.error import URLError

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler, ServerErrorRetryHandler

from bot.workspace import Workspace

LOST = (URLError, ConnectionError, OSError)


def post(client: WebClient) -> str:
    return str(client.chat_postMessage(channel="C0OPS", text="hi")["ts"])


def test_a_429_says_when_to_come_back(workspace: Workspace, client: WebClient) -> None:
    workspace.faults.add("chat.postMessage", "ratelimited", seconds=7)
    with pytest.raises(SlackApiError) as refused:
        post(client)
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["retry-after"] == "7"
    assert workspace.messages("C0OPS") == []
    post(client)
    assert len(workspace.messages("C0OPS")) == 1


@pytest.mark.parametrize("kind", ["500", "503"])
def test_server_errors_change_nothing_and_pass(workspace: Workspace, client: WebClient, kind: str) -> None:
    workspace.faults.add("*", kind, times=2)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(SlackApiError):
            post(client)
    assert workspace.messages("C0OPS") == []
    post(client)
    assert [call.status for call in workspace.calls("chat.postMessage")] == [int(kind)] * 2 + [200]


def test_the_retry_handlers_of_the_client_get_through(workspace: Workspace) -> None:
    handlers = [RateLimitErrorRetryHandler(max_retry_count=1), ServerErrorRetryHandler(max_retry_count=1)]
    patient = WebClient(token=workspace.bot_token, base_url=workspace.api_url, retry_handlers=handlers)
    workspace.faults.add("chat.postMessage", "ratelimited", seconds=1)
    post(patient)
    assert len(workspace.messages("C0OPS")) == 1


def test_a_lost_response_has_taken_effect(workspace: Workspace, client: WebClient) -> None:
    workspace.faults.add("chat.postMessage", "lost")
    with pytest.raises(LOST):
        post(client)
    assert [m["text"] for m in workspace.messages("C0OPS")] == ["hi"]
    assert workspace.calls("chat.postMessage")[0].ok


def test_a_lost_response_makes_the_clients_own_retry_post_twice(workspace: Workspace) -> None:
    workspace.faults.add("chat.postMessage", "lost")
    post(WebClient(token=workspace.bot_token, base_url=workspace.api_url))
    assert len(workspace.messages("C0OPS")) == 2


def test_a_reset_connection_has_not_taken_effect(workspace: Workspace, client: WebClient) -> None:
    workspace.faults.add("chat.postMessage", "reset")
    with pytest.raises(LOST):
        post(client)
    assert workspace.messages("C0OPS") == []


def test_a_call_can_hang(workspace: Workspace) -> None:
    impatient = WebClient(token=workspace.bot_token, base_url=workspace.api_url, retry_handlers=[], timeout=1)
    workspace.faults.add("auth.test", "hang", seconds=5)
    started = time.monotonic()
    with pytest.raises(LOST):
        impatient.auth_test()
    assert 0.9 < time.monotonic() - started < 3


def test_a_call_can_be_slow(workspace: Workspace, client: WebClient) -> None:
    workspace.faults.add("chat.postMessage", "slow", seconds=0.3)
    started = time.monotonic()
    post(client)
    assert time.monotonic() - started >= 0.3


def test_a_token_can_be_revoked(workspace: Workspace, client: WebClient) -> None:
    workspace.faults.add("auth.test", "error", error="token_revoked")
    with pytest.raises(SlackApiError, match="token_revoked"):
        client.auth_test()


def test_posting_too_fast_is_limited_for_each_channel(workspace: Workspace, client: WebClient) -> None:
    workspace.limit_rates()
    for _ in range(4):
        post(client)
    with pytest.raises(SlackApiError) as refused:
        post(client)
    assert refused.value.response.headers["retry-after"] == "1"
    client.chat_postMessage(channel="C0PRODUCT", text="elsewhere")


def test_another_process_can_set_faults(workspace: Workspace, client: WebClient) -> None:
    fault = {"method": "chat.postMessage", "kind": "500", "times": 1}
    assert httpx.post(f"{workspace.base_url}/control/faults", json=fault).json() == {"ok": True}
    with pytest.raises(SlackApiError):
        post(client)
    calls = httpx.get(f"{workspace.base_url}/control/calls", params={"method": "chat.postMessage"}).json()["calls"]
    assert [call["status"] for call in calls] == [500]
    assert httpx.post(f"{workspace.base_url}/control/faults", json={"method": "x", "kind": "y"}).status_code == 400


def test_an_unknown_fault_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="There is no fault 'boom'"):
        workspace.faults.add("*", "boom")  # type: ignore[arg-type]
