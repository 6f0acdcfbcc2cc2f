"""Buttons, menus, modals, Homes, commands and shortcuts, with a real Bolt app on the other side."""

import time
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.workspace import Refused, Workspace
from tests.workspace.conftest import Connections, actions, button, modal, text_input

Json = dict[str, Any]
FEEDBACK = {
    "type": "context_actions",
    "block_id": "feedback",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "rate",
            "positive_button": {"text": {"type": "plain_text", "text": "Helpful"}, "value": "yes"},
            "negative_button": {"text": {"type": "plain_text", "text": "Not helpful"}, "value": "no"},
        }
    ],
}
MENU = {
    "type": "static_select",
    "action_id": "pick",
    "options": [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("One", "Two")],
}


def error_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def opening(app: App, view: Json) -> list[Json]:
    """The app opens `view` on the button "go"; what it was sent."""
    heard: list[Json] = []

    @app.action("go")
    def on_press(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        heard.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=view)

    return heard


def card(client: WebClient, channel: str = "C0MARKETING", *elements: Json) -> str:
    blocks = [actions(*(elements or (button(value="q1"),))), FEEDBACK]
    return str(client.chat_postMessage(channel=channel, text="card", blocks=blocks)["ts"])


def open_modal(workspace: Workspace, client: WebClient, view: Json) -> None:
    """The button "go" in front of Maya opens `view`."""
    assert workspace.press("U0MAYA", "C0MARKETING", card(client), "go")
    workspace.wait_for(lambda: workspace.view("U0MAYA"))


def test_a_press_carries_what_the_message_holds(workspace: Workspace, client: WebClient, connected_app: App) -> None:
    heard = opening(connected_app, modal(text_input("a")))
    ts = card(client)
    assert workspace.press("U0MAYA", "C0MARKETING", ts, "go")
    (body,) = heard
    assert body["actions"][0]["value"] == "q1"
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0MARKETING",
        "is_ephemeral": False,
    }
    assert body["message"]["blocks"][0]["block_id"] == "row"
    assert body["user"]["id"] == "U0MAYA"
    workspace.wait_for(lambda: workspace.view("U0MAYA"))


def test_nobody_presses_what_is_not_there_or_not_theirs_to_see(workspace: Workspace, client: WebClient) -> None:
    ts = card(client, "C0AIOPS")
    with pytest.raises(Refused, match="channel_not_found"):
        workspace.press("U0MAYA", "C0AIOPS", ts, "go")
    with pytest.raises(Refused, match="action_not_found"):
        workspace.press("U0ADA", "C0AIOPS", ts, "come")
    client.chat_postEphemeral(channel="C0MARKETING", user="U0MAYA", text="x", blocks=[actions(button())])
    (whisper,) = workspace.ephemerals("U0MAYA")
    with pytest.raises(Refused, match="message_not_found"):
        workspace.press("U0TOMAS", "C0MARKETING", whisper["ts"], "go")


def test_feedback_and_menus_send_the_choice(
    workspace: Workspace, client: WebClient, connect: Connections, app: App
) -> None:
    heard: list[Json] = []
    for action in ("rate", "pick"):
        app.action(action)(lambda ack, action: (ack(), heard.append(action)))
    connect.socket(app)
    ts = card(client, "C0MARKETING", MENU)
    workspace.press("U0MAYA", "C0MARKETING", ts, "rate", "no")
    workspace.select("U0MAYA", "C0MARKETING", ts, "pick", "two")
    assert (heard[0]["type"], heard[0]["value"]) == ("feedback_buttons", "no")
    assert heard[1]["selected_option"]["text"]["text"] == "Two"
    with pytest.raises(Refused, match="invalid_choice"):
        workspace.select("U0MAYA", "C0MARKETING", ts, "pick", "three")


def test_a_trigger_works_once_and_not_for_long(
    workspace: Workspace, client: WebClient, connect: Connections, app: App
) -> None:
    heard: list[Json] = []
    app.action("go")(lambda ack, body: (ack(), heard.append(body)))
    connect.socket(app)
    ts = card(client)
    workspace.press("U0MAYA", "C0MARKETING", ts, "go")
    view, trigger = modal(text_input("a")), heard[0]["trigger_id"]
    client.views_open(trigger_id=trigger, view=view)
    assert error_of(client.views_open, trigger_id=trigger, view=view) == "exchanged_trigger_id"
    workspace.press("U0MAYA", "C0MARKETING", ts, "go")
    time.sleep(0.35)
    assert error_of(client.views_open, trigger_id=heard[1]["trigger_id"], view=view) == "expired_trigger_id"
    assert error_of(client.views_open, trigger_id="made.up", view=view) == "invalid_trigger_id"


def test_a_press_that_is_not_acknowledged_fails(workspace: Workspace, client: WebClient) -> None:
    assert workspace.press("U0MAYA", "C0MARKETING", card(client), "go") is False


def test_a_form_is_checked_by_slack_then_by_the_app(
    workspace: Workspace, client: WebClient, connected_app: App
) -> None:
    seen: list[Json] = []
    opening(connected_app, modal(text_input("a", min_length=3), text_input("b", "note", optional=True)))

    @connected_app.view("form")
    def on_submit(ack: Any, view: Json) -> None:
        seen.append(view["state"]["values"])
        value = view["state"]["values"]["a"]["text"]["value"]
        ack(response_action="errors", errors={"a": "Try again."}) if value == "wrong" else ack()

    open_modal(workspace, client, {})
    assert workspace.submit("U0MAYA") == {"a": "Please complete this required field."}
    assert workspace.submit("U0MAYA", {"text": "ab"}) == {"a": "Please enter at least 3 characters."}
    assert seen == []
    assert workspace.submit("U0MAYA", {"text": "wrong"}) == {"a": "Try again."}
    assert workspace.submit("U0MAYA", {"a": {"text": "right"}}) is None
    assert workspace.view("U0MAYA") is None
    note = {"type": "plain_text_input", "value": None}
    assert seen[1] == {"a": {"text": {"type": "plain_text_input", "value": "right"}}, "b": {"note": note}}


def test_errors_for_a_block_that_is_not_there_fail(
    workspace: Workspace, client: WebClient, connect: Connections, app: App
) -> None:
    opening(app, modal(text_input("a")))
    app.view("form")(lambda ack: ack(response_action="errors", errors={"zzz": "?"}))
    connect.socket(app)
    open_modal(workspace, client, {})
    with pytest.raises(RuntimeError, match="no input block zzz"):
        workspace.submit("U0MAYA", {"text": "x"})


def test_a_submission_can_update_push_and_clear(
    workspace: Workspace, client: WebClient, connect: Connections, app: App
) -> None:
    answers = [
        {"response_action": "update", "view": modal(text_input("second"))},
        {"response_action": "push", "view": modal(text_input("third"))},
        {"response_action": "clear"},
    ]
    opening(app, modal(text_input("first")))
    app.view("form")(lambda ack: ack(answers.pop(0)))
    connect.socket(app)
    open_modal(workspace, client, {})
    first = workspace.view("U0MAYA")
    workspace.submit("U0MAYA", {"text": "x"})
    second = workspace.view("U0MAYA")
    assert first
    assert second
    assert (second["id"], second["blocks"][0]["block_id"]) == (first["id"], "second")
    workspace.submit("U0MAYA", {"text": "x"})
    third = workspace.view("U0MAYA")
    assert third
    assert third["previous_view_id"] == third["root_view_id"] == first["id"]
    workspace.submit("U0MAYA", {"text": "x"})
    assert workspace.view("U0MAYA") is None


def test_closing_is_told_when_asked_for(
    workspace: Workspace, client: WebClient, connect: Connections, app: App
) -> None:
    closed: list[Json] = []
    opening(app, modal(text_input("a"), notify_on_close=True))
    app.view_closed("form")(lambda ack, body: (ack(), closed.append(body)))
    connect.socket(app)
    open_modal(workspace, client, {})
    workspace.close_view("U0MAYA")
    assert workspace.view("U0MAYA") is None
    assert closed[0]["is_cleared"] is False


def test_an_updated_view_keeps_what_was_filled_in(
    workspace: Workspace, client: WebClient, connect: Connections, app: App
) -> None:
    opening(app, modal(text_input("a")))
    connect.socket(app)
    open_modal(workspace, client, {})
    workspace.fill("U0MAYA", {"text": "half a sentence"})
    view = workspace.view("U0MAYA")
    assert view
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal(text_input("a"), text_input("b")))
    updated = workspace.view("U0MAYA")
    assert updated
    assert updated["state"]["values"]["a"]["text"]["value"] == "half a sentence"
    assert error_of(client.views_update, view_id=view["id"], hash=view["hash"], view=modal()) == "hash_conflict"


def test_a_home_with_an_old_hash_is_refused(workspace: Workspace, client: WebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = client.views_publish(user_id="U0MAYA", view=home)["view"]["hash"]
    client.views_publish(user_id="U0MAYA", view=home, hash=first)
    assert error_of(client.views_publish, user_id="U0MAYA", view=home, hash=first) == "hash_conflict"
    published = workspace.home("U0MAYA")
    assert published
    assert published["blocks"][0]["type"] == "divider"
    assert workspace.home("U0TOMAS") is None


def test_a_button_in_home_knows_its_view(
    workspace: Workspace, client: WebClient, connect: Connections, app: App
) -> None:
    heard = opening(app, modal(text_input("a")))
    connect.socket(app)
    client.views_publish(user_id="U0ADA", view={"type": "home", "blocks": [actions(button())]})
    assert workspace.press_in_home("U0ADA", "go")
    assert heard[0]["container"]["type"] == "view"
    assert heard[0]["view"]["type"] == "home"
    workspace.wait_for(lambda: workspace.view("U0ADA"))


def test_a_response_url_works_five_times(
    workspace: Workspace, client: WebClient, connect: Connections, app: App
) -> None:
    heard: list[Json] = []
    app.action("go")(lambda ack, body: (ack(), heard.append(body)))
    connect.socket(app)
    ts = card(client)
    workspace.press("U0MAYA", "C0MARKETING", ts, "go")
    webhook = WebhookClient(heard[0]["response_url"])
    assert webhook.send(text="only you").body == "ok"
    assert webhook.send(text="everyone", response_type="in_channel").status_code == 200
    assert webhook.send(text="replaced", replace_original=True).status_code == 200
    assert workspace.thread("C0MARKETING", ts)[0]["text"] == "replaced"
    assert webhook.send(delete_original=True).status_code == 200
    assert webhook.send(text="after it", response_type="in_channel").status_code == 200
    assert [m["text"] for m in workspace.messages("C0MARKETING")] == ["everyone", "after it"]
    assert [m["text"] for m in workspace.ephemerals("U0MAYA")] == ["only you"]


def test_a_response_url_is_used_up_and_expires(
    workspace: Workspace, client: WebClient, connect: Connections, app: App
) -> None:
    heard: list[Json] = []
    app.action("go")(lambda ack, body: (ack(), heard.append(body)))
    connect.socket(app)
    ts = card(client)
    workspace.press("U0MAYA", "C0MARKETING", ts, "go")
    workspace.press("U0MAYA", "C0MARKETING", ts, "go")
    first, second = (body["response_url"] for body in heard)
    answers = [httpx.post(first, json={"text": str(n)}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[-1].json()["error"] == "used_url"
    time.sleep(2.05)
    assert httpx.post(second, json={"text": "late"}).json()["error"] == "expired_url"


def test_a_command_is_answered_to_the_asker_alone(workspace: Workspace, connected_app: App) -> None:
    heard: list[Json] = []

    @connected_app.command("/signpost")
    def on_command(ack: Any, body: Json) -> None:
        heard.append(body)
        ack(f"You asked: {body['text']}")

    assert workspace.command("U0MAYA", "C0LAUNCH", "/signpost", "a & b")
    assert [m["text"] for m in workspace.ephemerals("U0MAYA")] == ["You asked: a & b"]
    assert workspace.messages("C0LAUNCH") == []
    assert (heard[0]["channel_id"], heard[0]["channel_name"]) == ("C0LAUNCH", "privategroup")
    with pytest.raises(Refused, match="unknown_command"):
        workspace.command("U0MAYA", "C0LAUNCH", "/other")


def test_a_command_can_be_answered_for_all(workspace: Workspace, connect: Connections, app: App) -> None:
    app.command("/signpost")(lambda ack: ack(text="for all", response_type="in_channel"))
    connect.socket(app)
    workspace.command("U0MAYA", "C0MARKETING", "/signpost", "x")
    assert [m["text"] for m in workspace.messages("C0MARKETING")] == ["for all"]


def test_a_message_shortcut_brings_its_message(workspace: Workspace, connected_app: App) -> None:
    heard: list[Json] = []
    connected_app.shortcut("ask_signpost")(lambda ack, body: (ack(), heard.append(body)))
    ts = workspace.say("U0TOMAS", "C0MARKETING", "which tool cuts video?")
    assert workspace.shortcut("U0MAYA", "C0MARKETING", ts, "ask_signpost")
    assert heard[0]["message"]["text"] == "which tool cuts video?"
    with pytest.raises(Refused, match="unknown_shortcut"):
        workspace.shortcut("U0MAYA", "C0MARKETING", ts, "other")
