"""What a person may do. Asked by whoever acts on a press, a command or a page, not only by who draws it."""

import re
from collections.abc import Iterable

from bot.domain import Actor, AskedQuestion, Organisation, PersonId, Role, TeamName
from bot.errors import NotAllowed

_PERSON = re.compile(r"[UW][A-Z0-9]+$")


def roles(organisation: Organisation, actor: Actor) -> frozenset[Role]:
    """Every role of this person; everyone is an asker."""
    found = {Role.ASKER}
    if actor.id in {organisation.owner, organisation.deputy} - {None}:
        found.add(Role.OWNER)
    if actor.id in organisation.leaders or any(group in organisation.leaders for group in actor.groups):
        found.add(Role.LEADER)
    return frozenset(found)


def teams(organisation: Organisation, actor: Actor) -> tuple[TeamName, ...]:
    """The teams whose user group this person is in, in the order of organisation.toml."""
    return tuple(team.name for team in organisation.teams.values() if team.group in actor.groups)


def require_owner(organisation: Organisation, actor: Actor) -> None:
    """Raises NotAllowed unless this is the AI ops owner or the deputy."""
    if Role.OWNER not in roles(organisation, actor):
        raise NotAllowed(f"Only {_names(organisation)} can decide this.")


def addressee(asked: AskedQuestion) -> PersonId | None:
    """The owner of the tool or rule that it is about, where they decide in place of the AI ops owner."""
    facts = asked.answer.facts if asked.answer else None
    return PersonId(facts.owner) if facts and facts.owner else None


def is_person(owner: str) -> bool:
    """Whether this is one person's id, who can be written to; not a group."""
    return bool(_PERSON.match(owner))


def require_decider(organisation: Organisation, actor: Actor, asked: AskedQuestion) -> None:
    """Raises NotAllowed unless this is the AI ops owner, the deputy, or the owner of the tool or rule it is about."""
    if actor.id != addressee(asked):
        require_owner(organisation, actor)


def require_leader(organisation: Organisation, actor: Actor) -> None:
    """Raises NotAllowed unless this is a leader, the AI ops owner or the deputy."""
    if not roles(organisation, actor) & {Role.LEADER, Role.OWNER}:
        raise NotAllowed("Only leaders and the AI ops owner see the team's numbers.")


def require_asker(asked: AskedQuestion, actor: Actor) -> None:
    """Raises NotAllowed unless this person asked the question."""
    if asked.question.asker != actor.id:
        raise NotAllowed("Only the person who asked can do this. Ask me yourself and I will answer you.")


def _names(organisation: Organisation) -> str:
    people: Iterable[str] = [p for p in (organisation.owner, organisation.deputy) if p]
    return " or ".join(f"<@{p}>" for p in people) or "the AI ops owner"
