"""Who people are: their user groups and their names, as Slack last told us."""

import threading
import time
from collections.abc import Collection, Iterable

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain import Actor, GroupId, PersonId

log = structlog.get_logger()
GROUPS_KEPT = 300.0  # seconds
NAMES_KEPT = 3600.0


class People:
    """A cache over `usergroups.*` and `users.info`. Safe to share between threads; never raises.

    Groups are read by `refresh`, in the background: taking a question must not wait for Slack.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._groups: dict[PersonId, frozenset[GroupId]] = {}
        self._groups_at = float("-inf")
        self._names: dict[str, tuple[str, float]] = {}
        self._refreshing = threading.Lock()

    def actor(self, person: PersonId) -> Actor:
        """This person with the groups that were last known."""
        return Actor(person, self._groups.get(person, frozenset()))

    def among(self, named: Collection[str]) -> frozenset[PersonId] | None:
        """The people named, by themselves or by their group; None while Slack has not told who is in the groups."""
        groups = {GroupId(one) for one in named if one.startswith("@")}
        if groups and not self._groups:
            return None
        members = {person for person, own in self._groups.items() if own & groups}
        return frozenset(members | {PersonId(one) for one in named if not one.startswith("@")})

    def name(self, person: str | None) -> str:
        """The name that people know somebody by; empty when Slack does not tell."""
        if not person:
            return ""
        name, until = self._names.get(person, ("", 0.0))
        if until < time.monotonic():
            name = self._ask_name(person) or name
            self._names[person] = name, time.monotonic() + (NAMES_KEPT if name else 60)
        return name

    def names(self, people: Iterable[str | None]) -> dict[str, str]:
        """The names of those whose name is known."""
        return {p: name for p in set(people) if p and p[0] in "UW" and (name := self.name(p))}

    def refresh(self, *, now: bool = False) -> None:
        """Reads the user groups anew when they are old; keeps the last known where Slack fails."""
        if not now and time.monotonic() - self._groups_at < GROUPS_KEPT:
            return
        if not self._refreshing.acquire(blocking=False):
            return
        try:
            self._groups = self._read_groups()
        except (SlackApiError, OSError, ValueError) as error:
            log.warning("user_groups_unknown", reason=_reason(error))
        finally:
            self._groups_at = time.monotonic()
            self._refreshing.release()

    def _read_groups(self) -> dict[PersonId, frozenset[GroupId]]:
        found: dict[PersonId, set[GroupId]] = {}
        for group in self._client.usergroups_list().get("usergroups") or []:
            for member in self._client.usergroups_users_list(usergroup=group["id"]).get("users") or []:
                found.setdefault(PersonId(member), set()).add(GroupId("@" + group["handle"]))
        return {person: frozenset(groups) for person, groups in found.items()}

    def _ask_name(self, person: str) -> str:
        try:
            user = self._client.users_info(user=person).get("user") or {}
        except (SlackApiError, OSError, ValueError) as error:
            log.info("name_unknown", person=person, reason=_reason(error))
            return ""
        profile = user.get("profile") or {}
        return str(user.get("real_name") or profile.get("real_name") or user.get("name") or "")


def _reason(error: Exception) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else str(error)
