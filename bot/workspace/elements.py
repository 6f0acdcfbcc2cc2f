"""The limits of what sits inside blocks: buttons, menus, inputs."""

from collections.abc import Callable
from typing import Any

from .checks import Json, Problems, check_id, check_text, children, has_list, has_object, keys, text_length

SELECTS = {
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
}
TEXT_INPUTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
PICKERS = {"datepicker", "timepicker", "datetimepicker"}
CHOICES = {"radio_buttons", "checkboxes"}
INTERACTIVE = (
    {"button", "overflow", "feedback_buttons", "icon_button", "file_input"} | SELECTS | TEXT_INPUTS | PICKERS | CHOICES
)


def check(element: Any, at: str, problems: Problems, where: set[str]) -> None:
    """Note what is wrong with an element; `where` names the types that its block may hold."""
    if not has_object(element, at, problems):
        return
    kind = element.get("type")
    if kind not in where:
        problems.add(f"unsupported type: {kind}", f"{at}/type")
        return
    check_id(element, "action_id", at, problems)
    if "confirm" in element:
        _check_confirm(element["confirm"], f"{at}/confirm", problems)
    if "placeholder" in element:
        check_text(element["placeholder"], f"{at}/placeholder", problems, longest=150, plain=True)
    _checker(str(kind))(element, at, problems)


def _checker(kind: str) -> Callable[[Json, str, Problems], None]:
    if kind in SELECTS:
        return _check_options if "static" in kind else _check_nothing_more
    return {
        "button": _check_button,
        "icon_button": _check_icon_button,
        "feedback_buttons": _check_feedback,
        "overflow": _check_overflow,
        "image": _check_image_element,
        "plain_text_input": _check_text_input,
        "radio_buttons": _check_choice,
        "checkboxes": _check_choice,
    }.get(kind, _check_nothing_more)


def _check_nothing_more(element: Json, at: str, problems: Problems) -> None:
    """Pickers and the remaining inputs have no limits beyond the common ones."""


def _check_button(element: Json, at: str, problems: Problems) -> None:
    allowed = {"action_id", "url", "value", "style", "confirm", "accessibility_label"}
    keys(element, at, problems, required={"text"}, allowed=allowed)
    check_text(element.get("text"), f"{at}/text", problems, longest=75, plain=True)
    _check_value(element, at, problems)
    _at_most(element, "url", at, problems, 3000)
    _at_most(element, "accessibility_label", at, problems, 75)
    if element.get("style", "primary") not in {"primary", "danger"}:
        problems.add("must be one of primary, danger", f"{at}/style")


def _check_icon_button(element: Json, at: str, problems: Problems) -> None:
    allowed = {"action_id", "value", "accessibility_label", "visible_to_user_ids", "confirm"}
    keys(element, at, problems, required={"icon", "text"}, allowed=allowed)
    check_text(element.get("text"), f"{at}/text", problems, longest=75, plain=True)
    _check_value(element, at, problems)


def _check_feedback(element: Json, at: str, problems: Problems) -> None:
    keys(element, at, problems, required={"positive_button", "negative_button"}, allowed={"action_id"})
    for name in ("positive_button", "negative_button"):
        button, place = element.get(name), f"{at}/{name}"
        if has_object(button, place, problems):
            keys(button, place, problems, required={"text", "value"}, allowed={"accessibility_label"})
            check_text(button.get("text"), f"{place}/text", problems, longest=75, plain=True)
            _check_value(button, place, problems)


def _check_overflow(element: Json, at: str, problems: Problems) -> None:
    if has_list(element, "options", at, problems, most=5):
        _check_each_option(element, at, problems)


def _check_choice(element: Json, at: str, problems: Problems) -> None:
    if has_list(element, "options", at, problems, most=10):
        _check_each_option(element, at, problems)


def _check_options(element: Json, at: str, problems: Problems) -> None:
    if "option_groups" not in element:
        if has_list(element, "options", at, problems, most=100):
            _check_each_option(element, at, problems)
        return
    if has_list(element, "option_groups", at, problems, most=100):
        for place, group in children(element, "option_groups", at):
            if has_object(group, place, problems) and has_list(group, "options", place, problems, most=100):
                check_text(group.get("label"), f"{place}/label", problems, longest=75, plain=True)
                _check_each_option(group, place, problems)


def _check_each_option(holder: Json, at: str, problems: Problems) -> None:
    for place, option in children(holder, "options", at):
        if not has_object(option, place, problems):
            continue
        keys(option, place, problems, required={"text", "value"}, allowed={"description", "url"})
        check_text(option.get("text"), f"{place}/text", problems, longest=75)
        if "description" in option:
            check_text(option["description"], f"{place}/description", problems, longest=75)
        _at_most(option, "value", place, problems, 150)


def _check_text_input(element: Json, at: str, problems: Problems) -> None:
    allowed = {
        "action_id", "initial_value", "multiline", "min_length", "max_length", "placeholder",
        "dispatch_action_config", "focus_on_load",
    }  # fmt: skip
    keys(element, at, problems, allowed=allowed)
    longest = element.get("max_length", 3000)
    if not (isinstance(longest, int) and 1 <= longest <= 3000):
        problems.add("must be between 1 and 3000", f"{at}/max_length")
    elif text_length(element.get("initial_value")) > longest:
        problems.add(f"must be less than {longest + 1} characters", f"{at}/initial_value")


def _check_image_element(element: Json, at: str, problems: Problems) -> None:
    keys(element, at, problems, required={"alt_text"}, allowed={"image_url", "slack_file"})
    check_image(element, at, problems)


def check_image(image: Json, at: str, problems: Problems) -> None:
    """What image blocks and image elements share."""
    if "image_url" not in image and "slack_file" not in image:
        problems.add("missing required field: image_url", at)
    _at_most(image, "image_url", at, problems, 3000)
    _at_most(image, "alt_text", at, problems, 2000)


def _check_confirm(confirm: Any, at: str, problems: Problems) -> None:
    if not has_object(confirm, at, problems):
        return
    for name, longest, plain in (
        ("title", 100, True),
        ("text", 300, False),
        ("confirm", 30, True),
        ("deny", 30, True),
    ):
        if name in confirm:
            check_text(confirm[name], f"{at}/{name}", problems, longest=longest, plain=plain)
    if "text" not in confirm:
        problems.add("missing required field: text", at)


def _check_value(element: Json, at: str, problems: Problems) -> None:
    if "value" in element and not isinstance(element["value"], str):
        problems.add("must be a string", f"{at}/value")
    _at_most(element, "value", at, problems, 2000)


def _at_most(holder: Json, name: str, at: str, problems: Problems, longest: int) -> None:
    if text_length(holder.get(name)) > longest:
        problems.add(f"must be less than {longest + 1} characters", f"{at}/{name}")
