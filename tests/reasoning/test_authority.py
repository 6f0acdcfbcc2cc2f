import pytest

from bot.domain import Actor, GroupId, Organisation, PersonId, Role, Team, TeamName
from bot.errors import NotAllowed
from bot.reasoning import authority

ACME = Organisation(
    owner=PersonId("U0ADA"),
    deputy=PersonId("U0BEN"),
    leaders=("U0LENA", "@leadership"),
    teams={TeamName("marketing"): Team(TeamName("marketing"), group=GroupId("@marketing"))},
)


def _actor(person: str, *groups: str) -> Actor:
    return Actor(PersonId(person), frozenset(GroupId(g) for g in groups))


def test_roles_come_from_the_organisation_by_person_and_by_group() -> None:
    assert authority.roles(ACME, _actor("U0ADA")) == {Role.ASKER, Role.OWNER}
    assert authority.roles(ACME, _actor("U0BEN")) == {Role.ASKER, Role.OWNER}
    assert authority.roles(ACME, _actor("U0LENA")) == {Role.ASKER, Role.LEADER}
    assert authority.roles(ACME, _actor("U0NEW", "@leadership")) == {Role.ASKER, Role.LEADER}
    assert authority.roles(ACME, _actor("U0MAYA", "@marketing")) == {Role.ASKER}


def test_without_an_organisation_nobody_is_owner_or_leader() -> None:
    assert authority.roles(Organisation(), _actor("U0ADA")) == {Role.ASKER}


def test_only_the_owner_and_the_deputy_decide() -> None:
    authority.require_owner(ACME, _actor("U0BEN"))
    with pytest.raises(NotAllowed, match="<@U0ADA> or <@U0BEN>"):
        authority.require_owner(ACME, _actor("U0LENA"))


def test_a_person_belongs_to_the_teams_of_their_groups() -> None:
    assert authority.teams(ACME, _actor("U0MAYA", "@marketing", "@other")) == ("marketing",)
    assert authority.teams(ACME, _actor("U0OMAR")) == ()
