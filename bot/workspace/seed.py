"""Who and what a workspace starts with: people, channels, groups, the app and its tokens."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Literal

ChannelKind = Literal["public", "private", "im"]

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "chat:write",
    "commands",
    "im:history",
    "im:read",
    "im:write",
    "users:read",
    "usergroups:read",
    "reactions:read",
    "channels:history",
    "groups:history",
)
EVENTS = (
    "app_mention",
    "app_home_opened",
    "message.im",
    "message.channels",
    "message.groups",
    "reaction_added",
    "member_joined_channel",
)


@dataclass(frozen=True)
class User:
    """A person; `tz` is an IANA name, `tz_offset` its seconds east of UTC as Slack sends it."""

    id: str
    name: str
    real_name: str
    title: str = ""
    color: str = "4a5568"
    tz: str = "Europe/Berlin"
    tz_offset: int = 3600

    @property
    def initials(self) -> str:
        """The first letters of the first and the last name, for the avatar."""
        words = self.real_name.split() or [self.name]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@dataclass(frozen=True)
class BotUser:
    """The app as it appears in the workspace: its user, its bot and its app id."""

    user_id: str
    bot_id: str
    app_id: str
    name: str
    real_name: str
    color: str = "0f766e"


@dataclass(frozen=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind
    members: tuple[str, ...]
    topic: str = ""
    is_ext_shared: bool = False


@dataclass(frozen=True)
class UserGroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True)
class Command:
    command: str
    description: str
    usage_hint: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A message shortcut: shown in a message's menu, sent to the app as `message_action`."""

    callback_id: str
    name: str


@dataclass(frozen=True)
class Persona:
    """Somebody the page offers to be."""

    id: str
    label: str


def _token(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(16)}"


@dataclass(frozen=True)
class Seed:
    """Everything a workspace holds before anybody has said anything. Tokens are made anew unless given."""

    team_id: str
    team_name: str
    bot: BotUser
    users: tuple[User, ...]
    channels: tuple[Channel, ...]
    groups: tuple[UserGroup, ...] = ()
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    personas: tuple[Persona, ...] = ()
    scopes: tuple[str, ...] = SCOPES
    events: tuple[str, ...] = EVENTS
    bot_token: str = field(default_factory=lambda: _token("xoxb"), repr=False)
    app_token: str = field(default_factory=lambda: _token("xapp-1"), repr=False)
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    client_id: str = "1000000000.2000000000"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    def with_scopes(self, *scopes: str) -> "Seed":
        """The same workspace where the app was granted only these scopes."""
        return replace(self, scopes=scopes)


_PEOPLE = (
    User("U0MAYA", "maya", "Maya Lindqvist", "Lifecycle Marketer", "b4457a"),
    User("U0TOMAS", "tomas", "Tomás Rivera", "Content Marketer", "2f6fb0"),
    User("U0ADA", "ada", "Ada Okafor", "AI Ops", "7a4bb3"),
    User("U0BEN", "ben", "Ben Carter", "Operations", "3f7d4e"),
    User("U0LENA", "lena", "Lena Hoffmann", "Chief Marketing Officer", "a8552b"),
    User("U0PRIYA", "priya", "Priya Nair", "Product Manager", "1d7f86"),
    User("U0OMAR", "omar", "Omar Haddad", "Operations Analyst", "6b6a2c"),
    User("U0SOFIA", "sofia", "Sofia Rossi", "Brand Lead", "a33d3d"),
)
_SIGNPOST = BotUser("U0SIGNPOST", "B0SIGNPOST", "A0SIGNPOST", "signpost", "Signpost")
_MARKETING = ("U0MAYA", "U0TOMAS", "U0SOFIA", "U0LENA")


def _channels(bot: str) -> tuple[Channel, ...]:
    everyone = tuple(person.id for person in _PEOPLE)
    return (
        Channel("C0GENERAL", "general", "public", (*everyone, bot), "Company-wide news"),
        Channel("C0MARKETING", "marketing", "public", (*_MARKETING, "U0ADA", bot), "Campaigns, content, brand"),
        Channel("C0PRODUCT", "product", "public", ("U0PRIYA", "U0ADA", "U0TOMAS", bot), "What we build and why"),
        Channel("C0OPS", "operations", "public", ("U0OMAR", "U0BEN", "U0ADA", bot), "How work gets done"),
        Channel("C0AIOPS", "ai-ops", "private", ("U0ADA", "U0BEN", bot), "Open questions and their answers"),
        Channel(
            "C0LAUNCH",
            "launch-room",
            "private",
            ("U0MAYA", "U0LENA", bot),
            "The spring launch, in confidence",
        ),
    )


def default_seed() -> Seed:
    """Acme: a marketing team, its neighbours, the owner of AI operations, and Signpost."""
    return Seed(
        team_id="T0ACME",
        team_name="Acme",
        bot=_SIGNPOST,
        users=_PEOPLE,
        channels=_channels(_SIGNPOST.user_id),
        groups=(
            UserGroup("S0MARKETING", "marketing", "Marketing", _MARKETING),
            UserGroup("S0PRODUCT", "product", "Product", ("U0PRIYA",)),
            UserGroup("S0OPS", "operations", "Operations", ("U0OMAR", "U0BEN", "U0ADA")),
            UserGroup("S0LEADERSHIP", "leadership", "Leadership", ("U0LENA",)),
        ),
        commands=(Command("/signpost", "Ask which tool or skill to use", "what do you need to do?"),),
        shortcuts=(Shortcut("ask_signpost", "Ask Signpost"), Shortcut("change_kind", "Change the Kind")),
        personas=(
            Persona("U0MAYA", "Asker · Maya, Lifecycle Marketer"),
            Persona("U0TOMAS", "Second asker · Tomás, Content Marketer"),
            Persona("U0ADA", "Owner · Ada, AI Ops"),
            Persona("U0LENA", "Leader · Lena, CMO"),
        ),
    )
