"""Who may see what. Every place that shows words to people asks here, and nowhere else decides it."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain import EVERYONE, CuratedAnswer, Item, PersonId, Place, Question, TeamName, Visibility


@dataclass(frozen=True)
class Audience:
    """The people who will be able to read a text: one person, or everyone in a conversation."""

    conversation: str | None = None  # "T1:C1"; None for a page or a Home that one person sees
    person: PersonId | None = None  # the only reader, where there is only one
    teams: frozenset[TeamName] = frozenset()  # teams that every reader belongs to


def conversation(place: Place) -> str:
    """The key of a conversation, whatever thread a message is in."""
    return f"{place.workspace}:{place.channel}"


def may_show_words(asker: PersonId, place: Place | None, audience: Audience) -> bool:
    """Whether a question's own words may appear before `audience`.

    What was said in public may be shown. A direct message stays one and a private channel's words stay
    there; only the person who wrote them sees them in another place of their own (their Home).
    """
    if audience.person == asker:
        return True
    if place is None:  # asked in a terminal or on a page: between the asker and the bot
        return False
    if place.visibility is Visibility.PUBLIC:
        return True
    return audience.conversation == conversation(place)


def may_show_item(item: Item, audience: Audience) -> bool:
    """Whether everyone in `audience` may see this item: only curated answers can be for some teams."""
    if not isinstance(item, CuratedAnswer):
        return True
    return in_scope(item.scope, audience.teams)


def in_scope(scope: Collection[str], teams: Collection[str]) -> bool:
    """Whether members of `teams` are among those whom `scope` names. A scope that names nobody is for nobody."""
    return EVERYONE in scope or any(team in scope for team in teams)


def audience_of(place: Place | None, asker: PersonId, teams: Collection[TeamName]) -> Audience:
    """Who reads an answer given in `place`. In a channel the readers' teams are not known, so none is assumed."""
    if place is None or place.visibility is Visibility.DIRECT or place.response_url:
        return Audience(person=asker, teams=frozenset(teams))
    return Audience(conversation=conversation(place))


def shareable(question: Question) -> str | None:
    """The words the owner may see at once; None when they were said in private and need the asker's leave."""
    private = question.place is not None and question.place.visibility is not Visibility.PUBLIC
    return None if private or (question.place and question.place.response_url) else question.text
