"""What a person fills in or picks, as Slack's state values. Pure."""

import re
from typing import Any

from . import limits
from .state import Json, Refused

_PICKED = {
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
_INITIAL = {
    "users_select": "initial_user",
    "multi_users_select": "initial_users",
    "conversations_select": "initial_conversation",
    "multi_conversations_select": "initial_conversations",
    "channels_select": "initial_channel",
    "multi_channels_select": "initial_channels",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
}
_ONE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
_MANY_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
_NO_STATE = {"button", "icon_button", "feedback_buttons", "overflow"}


def options(element: Json) -> list[Json]:
    """Every option of a menu, those in groups included."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def slot(kind: str) -> str:
    """The key under which Slack keeps the choice of an element of this type."""
    if kind in _ONE_OPTION:
        return "selected_option"
    if kind in _MANY_OPTIONS:
        return "selected_options"
    return _PICKED.get(kind, "value")


def _initial(element: Json) -> Any:
    kind = element["type"]
    if kind in _ONE_OPTION:
        return element.get("initial_option")
    if kind in _MANY_OPTIONS:
        return element.get("initial_options") or []
    return element.get(_INITIAL.get(kind, "initial_value"))


def initial_values(blocks: list[Json]) -> Json:
    """The state of a view nobody has touched: block_id → action_id → value."""
    values: Json = {}
    for block, element in limits.interactive(blocks):
        if element["type"] not in _NO_STATE:
            state = {"type": element["type"], slot(element["type"]): _initial(element)}
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def chosen(element: Json, given: Any) -> Json:
    """The state of an element after a choice: `given` is the bare value(s), or Slack's own state object.

    Refused: invalid_choice, where the element has no such option.
    """
    kind = element["type"]
    if isinstance(given, dict) and "type" in given and slot(kind) in given:
        given = given[slot(kind)]
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": None if given is None else _option(element, given)}
    if kind in _MANY_OPTIONS:
        picked = given if isinstance(given, list) else [] if given is None else [given]
        return {"type": kind, "selected_options": [_option(element, one) for one in picked]}
    if slot(kind) == "value":
        given = None if given in (None, "") else str(given)
    return {"type": kind, slot(kind): given}


def _option(element: Json, given: Any) -> Json:
    value = given.get("value") if isinstance(given, dict) else given
    if element["type"].endswith("external_select") and isinstance(given, dict):
        return given
    for option in options(element):
        if option.get("value") == value:
            return option
    raise Refused("invalid_choice", [f"{element.get('action_id')} has no option {value!r}"])


def faults_before_sending(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's own form would object to before the app hears of it: block_id → sentence."""
    faults = {}
    for block, element in limits.interactive(blocks):
        if block["type"] == "input":
            state = values.get(block["block_id"], {}).get(element["action_id"], {})
            fault = _fault(block, element, state.get(slot(element["type"])))
            if fault:
                faults[block["block_id"]] = fault
    return faults


def _fault(block: Json, element: Json, value: Any) -> str | None:
    if value in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] == "plain_text_input":
        return _length_fault(element, str(value))
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(value)):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not re.match(r"https?://\S+$", str(value)):
        return "Please enter a valid URL."
    if element["type"] == "number_input":
        return _number_fault(element, str(value))
    return None


def _length_fault(element: Json, text: str) -> str | None:
    if len(text) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    longest = element.get("max_length", 3000)
    return f"Please enter no more than {longest} characters." if len(text) > longest else None


def _number_fault(element: Json, text: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, text):
        return "Please enter a number."
    if "min_value" in element and float(text) < float(element["min_value"]):
        return f"Please enter at least {element['min_value']}."
    if "max_value" in element and float(text) > float(element["max_value"]):
        return f"Please enter at most {element['max_value']}."
    return None
