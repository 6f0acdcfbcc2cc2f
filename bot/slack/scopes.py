"""What the app asks for in manifest.json, for `doctor` to compare with what a workspace granted."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

MANIFEST = Path(__file__).resolve().parents[2] / "manifest.json"
WHY: Mapping[str, str] = {
    "app_mentions:read": "hear when somebody mentions it",
    "assistant:write": "say that it is looking",
    "chat:write": "answer",
    "commands": "take /signpost and the message shortcut",
    "im:history": "read direct messages to it",
    "im:read": "know its direct messages",
    "im:write": "open one",
    "users:read": "call people by their names",
    "usergroups:read": "know which team somebody belongs to",
    "reactions:read": "see reactions to its answers",
    "channels:history": "follow a thread without a mention, and check whether a lost message arrived",
    "groups:history": "the same in private channels",
}
# Without these something is less good; without any other one a part of Signpost does not work at all.
OPTIONAL = frozenset({"assistant:write", "reactions:read", "channels:history", "groups:history"})


def wanted(manifest: Path = MANIFEST) -> frozenset[str]:
    """The bot scopes that manifest.json asks for; those of WHY in an installation that has no such file."""
    if not manifest.is_file():
        return frozenset(WHY)
    return frozenset(json.loads(manifest.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])


def missing(granted: Collection[str], manifest: Path = MANIFEST) -> list[str]:
    """What is wanted and was not granted, in alphabetical order."""
    return sorted(wanted(manifest) - set(granted))


def granted_by(header: str) -> frozenset[str]:
    """The scopes in Slack's `x-oauth-scopes` header."""
    return frozenset(scope.strip() for scope in header.split(",") if scope.strip())
