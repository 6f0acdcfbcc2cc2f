"""A small, true Slack on loopback: to try the bot in, and to test it against.

It imports nothing else of this project, so that it can be wrong only about Slack.
"""

from .delivery import Sent
from .faults import Fault, Faults, Rate
from .seed import (
    BotUser,
    Channel,
    Command,
    Persona,
    Seed,
    Shortcut,
    User,
    UserGroup,
    default_seed,
)
from .server import Workspace
from .state import Call, Refused, Timing

__all__ = [
    "BotUser",
    "Call",
    "Channel",
    "Command",
    "Fault",
    "Faults",
    "Persona",
    "Rate",
    "Refused",
    "Seed",
    "Sent",
    "Shortcut",
    "Timing",
    "User",
    "UserGroup",
    "Workspace",
    "default_seed",
]
