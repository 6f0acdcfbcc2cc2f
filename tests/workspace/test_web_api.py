"""The Web API, called with Slack's own client."""

from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace import Workspace, default_seed
from tests.workspace.conftest import SHORT, actions, button, web_client


def refusal(call: Any, **arguments: Any) -> dict[str, Any]:
    """What Slack answers to a call it refuses."""
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return dict(refused.value.response.data)


def test_auth_test_says_who_we_are_and_what_we_may(client: WebClient) -> None:
    answer = client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0SIGNPOST", "B0SIGNPOST", "T0ACME")
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


def test_tokens_are_checked(workspace: Workspace, client: WebClient) -> None:
    stranger = WebClient(token="xoxb-wrong", base_url=workspace.api_url)
    assert refusal(stranger.auth_test)["error"] == "invalid_auth"
    assert refusal(client.apps_connections_open, app_token=workspace.bot_token)["error"] == "not_allowed_token_type"
    assert httpx.post(f"{workspace.api_url}auth.test").json()["error"] == "not_authed"
    assert refusal(client.api_call, api_method="chat.shout")["error"] == "unknown_method"


def test_a_missing_scope_is_named() -> None:
    seed = default_seed().with_scopes("chat:write")
    with Workspace(seed, timing=SHORT) as workspace:
        answer = refusal(web_client(workspace).users_info, user="U0MAYA")
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "users:read",
        "chat:write",
    )


def test_messages_have_rising_times_and_threads_count_their_replies(workspace: Workspace, client: WebClient) -> None:
    parent = client.chat_postMessage(channel="C0MARKETING", text="parent")["ts"]
    replies = [client.chat_postMessage(channel="C0MARKETING", text=str(n), thread_ts=parent)["ts"] for n in range(3)]
    assert sorted([parent, *replies]) == [parent, *replies]
    thread = client.conversations_replies(channel="C0MARKETING", ts=parent)["messages"]
    assert [message["text"] for message in thread] == ["parent", "0", "1", "2"]
    assert (thread[0]["reply_count"], thread[0]["latest_reply"]) == (3, replies[-1])
    assert [m["text"] for m in client.conversations_history(channel="C0MARKETING")["messages"]] == ["parent"]


def test_a_reply_to_a_reply_joins_the_thread(workspace: Workspace, client: WebClient) -> None:
    parent = workspace.say("U0MAYA", "C0MARKETING", "parent")
    reply = client.chat_postMessage(channel="C0MARKETING", text="one", thread_ts=parent)["ts"]
    client.chat_postMessage(channel="C0MARKETING", text="two", thread_ts=reply)
    assert [m["text"] for m in workspace.thread("C0MARKETING", parent)] == ["parent", "one", "two"]


def test_metadata_is_returned_only_when_asked_for(client: WebClient) -> None:
    metadata = {"event_type": "answer", "event_payload": {"question": "q1"}}
    ts = client.chat_postMessage(channel="C0MARKETING", text="hi", metadata=metadata)["ts"]
    plain = client.conversations_replies(channel="C0MARKETING", ts=ts)["messages"][0]
    full = client.conversations_replies(channel="C0MARKETING", ts=ts, include_all_metadata=True)["messages"][0]
    assert "metadata" not in plain
    assert full["metadata"] == metadata


def test_long_lists_come_in_pages(client: WebClient) -> None:
    seen = [member["id"] for page in client.users_list(limit=4) for member in page["members"]]
    assert len(seen) == len(set(seen)) == 9
    assert refusal(client.users_list, cursor="nonsense")["error"] == "invalid_cursor"


def test_history_comes_newest_first_in_pages(client: WebClient) -> None:
    for n in range(5):
        client.chat_postMessage(channel="C0OPS", text=str(n))
    pages = []
    for page in client.conversations_history(channel="C0OPS", limit=2):
        pages.append(([m["text"] for m in page["messages"]], page["has_more"]))
    assert pages == [(["4", "3"], True), (["2", "1"], True), (["0"], False)]


def test_the_bot_posts_only_where_it_is_a_member(workspace: Workspace, client: WebClient) -> None:
    workspace.remove("U0SIGNPOST", "C0PRODUCT")
    workspace.remove("U0SIGNPOST", "C0LAUNCH")
    for channel, error in (("C0PRODUCT", "not_in_channel"), ("C0LAUNCH", "channel_not_found")):
        assert refusal(client.chat_postMessage, channel=channel, text="hi")["error"] == error
        assert refusal(client.conversations_history, channel=channel)["error"] == error
    assert refusal(client.chat_postMessage, channel="C0NOWHERE", text="hi")["error"] == "channel_not_found"


def test_an_ephemeral_message_reaches_members_only(workspace: Workspace, client: WebClient) -> None:
    client.chat_postEphemeral(channel="C0AIOPS", user="U0ADA", text="psst")
    assert [m["text"] for m in workspace.ephemerals("U0ADA")] == ["psst"]
    assert workspace.messages("C0AIOPS") == []
    answer = refusal(client.chat_postEphemeral, channel="C0AIOPS", user="U0MAYA", text="psst")
    assert answer["error"] == "user_not_in_channel"


def test_blocks_beyond_a_limit_are_refused_and_nothing_is_posted(workspace: Workspace, client: WebClient) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    answer = refusal(client.chat_postMessage, channel="C0OPS", text="hi", blocks=[block])
    assert answer["error"] == "invalid_blocks"
    assert "less than 3001" in answer["response_metadata"]["messages"][0]
    assert workspace.messages("C0OPS") == []


def test_long_text_is_cut_and_no_text_is_refused(workspace: Workspace, client: WebClient) -> None:
    client.chat_postMessage(channel="C0OPS", text="x" * 50_000)
    assert len(workspace.messages("C0OPS")[0]["text"]) == 40_000
    assert refusal(client.chat_postMessage, channel="C0OPS")["error"] == "no_text"


def test_update_and_delete_are_for_the_bots_own_messages(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0OPS", text="one", blocks=[actions(button())])["ts"]
    client.chat_update(channel="C0OPS", ts=ts, text="two")
    (message,) = workspace.messages("C0OPS")
    assert (message["text"], message["blocks"], message["edited"]["user"]) == ("two", [], "U0SIGNPOST")
    client.chat_delete(channel="C0OPS", ts=ts)
    assert workspace.messages("C0OPS") == []
    theirs = workspace.say("U0OMAR", "C0OPS", "mine")
    assert refusal(client.chat_update, channel="C0OPS", ts=theirs, text="no")["error"] == "cant_update_message"
    assert refusal(client.chat_delete, channel="C0OPS", ts=ts)["error"] == "message_not_found"


def test_a_stream_grows_and_ends_as_a_message(workspace: Workspace, client: WebClient) -> None:
    ts = workspace.dm("U0MAYA", "which tool?")
    channel = workspace.dm_channel("U0MAYA")
    stream = client.chat_startStream(channel=channel, thread_ts=ts, markdown_text="**Use")["ts"]
    client.chat_appendStream(channel=channel, ts=stream, markdown_text=" Descript**")
    assert refusal(client.chat_update, channel=channel, ts=stream, text="x")["error"] == "streaming_state_conflict"
    client.chat_stopStream(channel=channel, ts=stream, blocks=[actions(button())])
    message = workspace.thread(channel, ts)[-1]
    assert message["text"] == "**Use Descript**"
    assert [block["type"] for block in message["blocks"]] == ["markdown", "actions"]
    assert refusal(client.chat_stopStream, channel=channel, ts=stream)["error"] == "message_not_in_streaming_state"


def test_a_direct_message_is_opened_by_user(client: WebClient) -> None:
    channel = client.conversations_open(users="U0MAYA")["channel"]["id"]
    assert client.chat_postMessage(channel="U0MAYA", text="hi")["channel"] == channel == "D0MAYA"
    assert refusal(client.conversations_open, users="U0NOBODY")["error"] == "user_not_found"


def test_groups_and_people_are_known(client: WebClient) -> None:
    groups = client.usergroups_list(include_users=True)["usergroups"]
    assert {group["handle"]: group["users"] for group in groups}["leadership"] == ["U0LENA"]
    assert client.usergroups_users_list(usergroup="S0OPS")["users"] == ["U0OMAR", "U0BEN", "U0ADA"]
    assert client.users_info(user="U0LENA")["user"]["profile"]["title"] == "Chief Marketing Officer"


def test_conversations_info_needs_a_scope_of_its_own(client: WebClient) -> None:
    assert refusal(client.conversations_info, channel="C0OPS")["needed"] == "channels:read"
    assert client.conversations_info(channel="D0MAYA")["channel"]["user"] == "U0MAYA"


def test_permalinks_lead_to_the_page(workspace: Workspace, client: WebClient) -> None:
    ts = workspace.say("U0MAYA", "C0MARKETING", "hello")
    link = client.chat_getPermalink(channel="C0MARKETING", message_ts=ts)["permalink"]
    assert link == f"{workspace.base_url}/archives/C0MARKETING/p{ts.replace('.', '')}"
    assert httpx.get(link).status_code == 200


def test_prompts_of_a_thread_are_not_shown(workspace: Workspace, client: WebClient) -> None:
    prompts = [{"title": "Pick a tool", "message": "Which tool should I use?"}]
    ts = workspace.dm("U0MAYA", "hi")
    client.assistant_threads_setSuggestedPrompts(channel_id="D0MAYA", thread_ts=ts, prompts=prompts)
    assert workspace.prompts("U0MAYA") == []
    client.assistant_threads_setSuggestedPrompts(channel_id="D0MAYA", prompts=prompts)
    assert workspace.prompts("U0MAYA") == prompts
    too_many = refusal(client.assistant_threads_setSuggestedPrompts, channel_id="D0MAYA", prompts=prompts * 5)
    assert too_many["error"] == "invalid_arguments"


def test_a_status_goes_when_the_answer_comes(workspace: Workspace, client: WebClient) -> None:
    ts = workspace.say("U0MAYA", "C0MARKETING", "<@U0SIGNPOST> which tool?")
    client.assistant_threads_setStatus(channel_id="C0MARKETING", thread_ts=ts, status="is looking …")
    assert workspace.status("C0MARKETING", ts) == "is looking …"
    client.chat_postMessage(channel="C0MARKETING", thread_ts=ts, text="this one")
    assert workspace.status("C0MARKETING", ts) == ""


def test_every_call_is_recorded_without_its_token(workspace: Workspace, client: WebClient) -> None:
    client.chat_postMessage(channel="C0OPS", text="hi")
    (call,) = workspace.calls("chat.postMessage")
    assert (call.args, call.status, call.ok) == ({"channel": "C0OPS", "text": "hi"}, 200, True)


def test_a_reply_can_be_sent_to_the_channel_too(client: WebClient) -> None:
    parent = client.chat_postMessage(channel="C0OPS", text="parent")["ts"]
    client.chat_postMessage(channel="C0OPS", text="for all", thread_ts=parent, reply_broadcast=True)
    newest = client.conversations_history(channel="C0OPS")["messages"][0]
    assert (newest["text"], newest["subtype"], newest["thread_ts"]) == ("for all", "thread_broadcast", parent)
