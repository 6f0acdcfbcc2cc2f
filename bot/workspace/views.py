"""Modals and Homes, and the Web API's views.* methods."""

import copy
import secrets
from typing import Any

from . import limits, shapes
from .hub import Hub
from .inputs import initial_values
from .methods import decoded, given, method
from .state import Json, Refused, View

DEEPEST = 3  # views on one stack


def checked(view: Any, kind: str) -> Json:
    """A view that Slack would take. Refused: invalid_arguments, saying where and why."""
    problems = limits.problems_in_view(view)
    if not problems and view["type"] != kind:
        problems = [f"must be {kind} [json-pointer:/view/type]"]
    if problems:
        raise Refused("invalid_arguments", [f"[ERROR] {problem}" for problem in problems])
    view = copy.deepcopy(view)
    for index, block in enumerate(view["blocks"]):
        block.setdefault("block_id", f"b{index}")
    for number, (_, element) in enumerate(limits.interactive(view["blocks"])):
        element.setdefault("action_id", f"a{number}")
    return dict(view)


def new(hub: Hub, user: str, json: Json, previous: View | None = None) -> View:
    """A view that nobody sees yet. Refused: duplicate_external_id."""
    external = json.get("external_id")
    if external and any(view.json.get("external_id") == external for view in hub.state.views.values()):
        raise Refused("duplicate_external_id")
    id = f"V0{secrets.token_hex(5).upper()}"
    view = View(id, user, json, _hash(hub), previous.root if previous else id, previous.id if previous else None)
    view.values = initial_values(json["blocks"])
    return view


def _hash(hub: Hub) -> str:
    return f"{int(hub.state.clock())}.{secrets.token_hex(4)}"


def open_on(hub: Hub, user: str, json: Json) -> View:
    """Show a modal in front of everything else this person had open."""
    close_all(hub, user)
    view = new(hub, user, json)
    hub.state.views[view.id] = view
    hub.state.stacks[user] = [view.id]
    tell(hub, "view_opened", view)
    return view


def push_on(hub: Hub, user: str, json: Json) -> View:
    """Lay a modal over the one in front. Refused: push_limit_reached, not_found where nothing is open."""
    stack = hub.state.stacks.get(user)
    if not stack:
        raise Refused("not_found")
    if len(stack) >= DEEPEST:
        raise Refused("push_limit_reached")
    view = new(hub, user, json, hub.state.views[stack[-1]])
    hub.state.views[view.id] = view
    stack.append(view.id)
    tell(hub, "view_opened", view)
    return view


def change(hub: Hub, view: View, json: Json) -> None:
    """Replace what a view shows; an input whose block and action ids stay keeps what was filled in."""
    kept = initial_values(json["blocks"])
    for block, actions in kept.items():
        for action in actions:
            old = view.values.get(block, {}).get(action)
            if old and old["type"] == actions[action]["type"]:
                actions[action] = old
    view.json, view.values, view.hash = json, kept, _hash(hub)
    tell(hub, "view_updated", view)


def close_top(hub: Hub, user: str) -> View | None:
    """Take the view in front away; which one it was."""
    stack = hub.state.stacks.get(user)
    if not stack:
        return None
    view = hub.state.views.pop(stack.pop())
    tell(hub, "view_closed", view)
    return view


def close_all(hub: Hub, user: str) -> list[View]:
    """Take the whole stack away; which views it held, the front one first."""
    closed = []
    while view := close_top(hub, user):
        closed.append(view)
    return closed


def tell(hub: Hub, kind: str, view: View) -> None:
    hub.pages.tell([view.user], {"type": kind, "view": shapes.view(hub.state, view)})


def publish(hub: Hub, user: str, json: Any, hash: Any) -> View:
    """Refused: invalid_arguments, hash_conflict."""
    if user not in hub.state.users:
        raise Refused("invalid_arguments", ["[ERROR] user_id is no user of this workspace"])
    view, json = hub.state.homes.get(user), checked(json, "home")
    if hash and (view is None or view.hash != hash):
        raise Refused("hash_conflict")
    if view is None:
        view = hub.state.homes[user] = new(hub, user, json)
    else:
        view.json, view.values, view.hash = json, initial_values(json["blocks"]), _hash(hub)
    tell(hub, "home", view)
    return view


def found(hub: Hub, view_id: str, user: str) -> View:
    """A view of this very person's: on their stack, or their Home. Refused: not_found."""
    view = hub.state.views.get(view_id)
    home = hub.state.homes.get(user)
    if home and home.id == view_id:
        return home
    if view is None or view.user != user:
        raise Refused("not_found")
    return view


def _answer(hub: Hub, view: View) -> Json:
    return {"view": shapes.view(hub.state, view)}


def _trigger(args: Json) -> str:
    return str(args.get("trigger_id") or args.get("interactivity_pointer") or "")


@method("views.open")
def views_open(hub: Hub, args: Json) -> Json:
    json = checked(decoded(args, "view"), "modal")
    trigger = hub.state.exchange_trigger(_trigger(args))
    return _answer(hub, open_on(hub, trigger.user, json))


@method("views.push")
def views_push(hub: Hub, args: Json) -> Json:
    json = checked(decoded(args, "view"), "modal")
    trigger = hub.state.exchange_trigger(_trigger(args))
    return _answer(hub, push_on(hub, trigger.user, json))


@method("views.update")
def views_update(hub: Hub, args: Json) -> Json:
    json = checked(decoded(args, "view"), "modal")
    view = _named(hub, args)
    if args.get("hash") and args["hash"] != view.hash:
        raise Refused("hash_conflict")
    change(hub, view, json)
    return _answer(hub, view)


def _named(hub: Hub, args: Json) -> View:
    """By `view_id` or `external_id`. Refused: not_found."""
    id, external = args.get("view_id"), args.get("external_id")
    for view in hub.state.views.values():
        if (id and view.id == id) or (external and view.json.get("external_id") == external):
            return view
    raise Refused("not_found")


@method("views.publish")
def views_publish(hub: Hub, args: Json) -> Json:
    return _answer(hub, publish(hub, given(args, "user_id"), decoded(args, "view"), args.get("hash")))
