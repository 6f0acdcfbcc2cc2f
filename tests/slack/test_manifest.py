"""manifest.json against the code: what it names is what the listeners listen to."""

import json

from bot.slack import asking, mending, scopes
from bot.workspace import default_seed

MANIFEST = json.loads(scopes.MANIFEST.read_text(encoding="utf-8"))


def test_the_manifest_names_the_command_and_the_shortcut_that_are_listened_to() -> None:
    assert [c["command"] for c in MANIFEST["features"]["slash_commands"]] == [asking.COMMAND]
    assert [s["callback_id"] for s in MANIFEST["features"]["shortcuts"]] == [asking.SHORTCUT, mending.SHORTCUT]


def test_every_scope_has_its_reason_and_the_local_workspace_grants_them_all() -> None:
    assert scopes.wanted() == set(scopes.WHY) == set(default_seed().scopes)
    assert set(scopes.WHY) > scopes.OPTIONAL


def test_a_missing_scope_is_named() -> None:
    granted = scopes.granted_by(", ".join(scopes.WHY.keys() - {"im:write"}))
    assert scopes.missing(granted) == ["im:write"]


def test_the_manifest_connects_by_socket_mode_and_hears_what_it_needs() -> None:
    settings = MANIFEST["settings"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    heard = set(settings["event_subscriptions"]["bot_events"])
    assert heard == {"app_mention", "app_home_opened", "message.im", "message.channels", "message.groups"}
    assert heard <= set(default_seed().events)


def test_long_texts_are_as_long_as_slack_wants_them() -> None:
    about = MANIFEST["display_information"]
    assert 174 <= len(about["long_description"]) <= 4000
    assert len(about["description"]) <= 140
