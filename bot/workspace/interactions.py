"""What people do with what the app shows them: press, choose, submit, close.

Each builds the payload from what the workspace really holds, sends it once, and acts on the answer.
"""

import time
from dataclasses import dataclass
from typing import Any

from . import inputs, limits, shapes, views
from .delivery import Kind
from .hub import Hub
from .socket_mode import NotAcked
from .state import Conversation, Json, Message, Refused, View

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Submission:
    """What came of submitting a modal: `errors` by block id, or `failed` with a sentence, or neither."""

    errors: dict[str, str] | None = None
    failed: str | None = None


def common(hub: Hub, user: str, kind: str) -> Json:
    """What every interaction's payload begins with."""
    person = hub.state.users[user]
    team = {"id": hub.seed.team_id, "domain": hub.seed.team_name.lower()}
    return {
        "type": kind,
        "team": team,
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": hub.seed.team_id},
        "api_app_id": hub.state.bot.app_id,
        "token": "not-a-secret",
        "enterprise": None,
        "is_enterprise_install": False,
    }


async def send(hub: Hub, user: str, kind: Kind, payload: Json, failure: str = TROUBLE) -> Json | None:
    """The app's answer; None after telling the person that it did not come in time."""
    try:
        return await hub.delivery.request(kind, payload)
    except NotAcked:
        hub.pages.tell([user], {"type": "dispatch_failed", "text": failure})
        return None


def place(conversation: Conversation) -> Json:
    """A conversation as interactions name it."""
    return {"id": conversation.id, "name": shapes.channel_name(conversation)}


def find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The (block, element) with these ids. Refused: action_not_found, naming what is there."""
    there = list(limits.interactive(blocks))
    for block, element in there:
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id")):
            return block, element
    names = ", ".join(str(element.get("action_id")) for _, element in there) or "nothing to press"
    raise Refused("action_not_found", [f"no {action_id!r} here; there is {names}"])


def _action(block: Json, element: Json, given: Any) -> Json:
    """An entry of `actions` in the payload."""
    kind = element["type"]
    body: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    body["action_ts"] = f"{time.time():.6f}"
    if kind == "feedback_buttons":
        return body | _feedback(element, given)
    if kind in {"button", "icon_button"}:
        return body | {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    return body | inputs.chosen(element, given)


def _feedback(element: Json, given: Any) -> Json:
    for name in ("positive_button", "negative_button"):
        if given in (name, element[name]["value"]):
            return {"text": element[name]["text"], "value": element[name]["value"]}
    raise Refused("invalid_choice", [f"feedback is {element['positive_button']['value']!r} or its opposite"])


async def act_on_message(
    hub: Hub, user: str, channel: str, ts: str, action_id: str, given: Any = None, block_id: str | None = None
) -> bool:
    """Press or choose something in a message; whether the app acknowledged.

    Refused: channel_not_found, message_not_found where this person cannot see it; action_not_found,
    invalid_choice.
    """
    message = hub.state.message_seen_by(channel, ts, user)
    conversation = hub.state.conversation(channel)
    block, element = find_element(message.blocks, action_id, block_id)
    action = _action(block, element, given)
    _keep(message.values, block, element, action)
    payload = common(hub, user, "block_actions") | {
        "container": _container(message),
        "channel": place(conversation),
        "trigger_id": hub.state.new_trigger(user),
        "response_url": hub.base_url + hub.state.new_response_url(user, channel, message),
        "state": {"values": message.values},
        "actions": [action],
    }
    if not message.ephemeral_to:  # An interaction with an ephemeral message does not carry it.
        payload["message"] = shapes.message(hub.state, message)
    return await send(hub, user, "interactive", payload) is not None


def _container(message: Message) -> Json:
    ephemeral = message.ephemeral_to is not None
    body = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": ephemeral,
    }
    return body | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def _keep(values: Json, block: Json, element: Json, action: Json) -> None:
    """Menus and inputs keep their choice; buttons have none to keep."""
    slot = inputs.slot(element["type"])
    if element["type"] not in {"button", "icon_button", "feedback_buttons", "overflow"}:
        state = {"type": element["type"], slot: action.get(slot)}
        values.setdefault(block["block_id"], {})[element["action_id"]] = state


async def act_on_view(
    hub: Hub,
    user: str,
    view_id: str,
    action_id: str,
    given: Any = None,
    block_id: str | None = None,
    values: Json | None = None,
) -> bool:
    """The same in a modal or Home; `values` is what else is filled in by then. Refused also: not_found."""
    view = views.found(hub, view_id, user)
    fill(view, values or {})
    block, element = find_element(view.json["blocks"], action_id, block_id)
    action = _action(block, element, given)
    _keep(view.values, block, element, action)
    shown = shapes.view(hub.state, view)
    payload = common(hub, user, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": hub.state.new_trigger(user),
        "view": shown,
        "actions": [action],
    }
    return await send(hub, user, "interactive", payload) is not None


def fill(view: View, given: Json) -> None:
    """Take over {block_id: {action_id: value}} or {action_id: value}.

    Refused: action_not_found, invalid_choice.
    """
    block_ids = {block.get("block_id") for block in view.json["blocks"]}
    for name, value in given.items():
        nested = name in block_ids and isinstance(value, dict)
        for action_id, one in value.items() if nested else [(name, value)]:
            block, element = find_element(view.json["blocks"], action_id, name if nested else None)
            _keep(view.values, block, element, inputs.chosen(element, one))


async def submit(hub: Hub, user: str, view_id: str, values: Json) -> Submission:
    """Fill in and submit the modal in front. Refused: not_found unless it is in front of this person."""
    view = hub.state.top_view(user)
    if view is None or view.id != view_id:
        raise Refused("not_found")
    fill(view, values)
    faults = inputs.faults_before_sending(view.json["blocks"], view.values)
    if faults:
        return Submission(errors=faults)
    payload = common(hub, user, "view_submission") | {
        "trigger_id": hub.state.new_trigger(user),
        "view": shapes.view(hub.state, view),
        "response_urls": [],
    }
    answer = await send(hub, user, "interactive", payload)
    return Submission(failed=TROUBLE) if answer is None else await _after_submission(hub, user, view, answer)


async def _after_submission(hub: Hub, user: str, view: View, answer: Json) -> Submission:
    try:
        match answer.get("response_action"):
            case None:
                _take_away(hub, user, view)
            case "clear":
                views.close_all(hub, user)
            case "errors":
                return Submission(errors=_errors(view, answer.get("errors")))
            case "update":
                views.change(hub, view, views.checked(answer.get("view"), "modal"))
            case "push":
                views.push_on(hub, user, views.checked(answer.get("view"), "modal"))
            case other:
                raise Refused("invalid_response_action", [str(other)])
    except Refused as refusal:  # Slack shows the person a failure; the reason is for the developer.
        hub.pages.tell([user], {"type": "dispatch_failed", "text": f"{TROUBLE} ({refusal})"})
        return Submission(failed=str(refusal))
    return Submission()


def _take_away(hub: Hub, user: str, view: View) -> None:
    """Close the submitted view, unless the app has meanwhile put another one in its place."""
    if hub.state.top_view(user) is view:
        views.close_top(hub, user)


def _errors(view: View, errors: Any) -> dict[str, str]:
    if not isinstance(errors, dict) or not errors:
        raise Refused("invalid_errors", ["errors must map a block id to a sentence"])
    inputs_there = {block["block_id"] for block in view.json["blocks"] if block["type"] == "input"}
    unknown = sorted(errors.keys() - inputs_there)
    if unknown:
        raise Refused("invalid_errors", [f"no input block {', '.join(unknown)}"])
    return {str(block): str(sentence) for block, sentence in errors.items()}


async def close(hub: Hub, user: str, view_id: str) -> None:
    """Close a modal with its Cancel or X. Refused: not_found unless it is in front of this person."""
    view = hub.state.top_view(user)
    if view is None or view.id != view_id:
        raise Refused("not_found")
    whole = bool(view.json.get("clear_on_close"))
    closed = views.close_all(hub, user) if whole else [views.close_top(hub, user)]
    for gone in closed:
        if gone and gone.json.get("notify_on_close"):
            payload = {"view": shapes.view(hub.state, gone), "is_cleared": whole}
            await send(hub, user, "interactive", common(hub, user, "view_closed") | payload)


def open_home(hub: Hub, user: str, tab: str = "home") -> None:
    """A person opens the app's Home or its messages. ValueError for another tab."""
    if tab not in {"home", "messages"}:
        raise ValueError(f"There is no tab {tab!r}; there are home and messages.")
    channel = hub.state.direct_message(user)
    home = hub.state.homes.get(user)
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel.id,
        "tab": tab,
        "event_ts": hub.state.next_ts(),
    }
    if home and tab == "home":
        event["view"] = shapes.view(hub.state, home)
    hub.emit(event, channel, "app_home_opened")
