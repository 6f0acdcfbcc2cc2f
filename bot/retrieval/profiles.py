"""What an item offers to be found by: its texts, sorted by the part they play in ranking. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import (
    Confirmed,
    CuratedAnswer,
    Item,
    ItemId,
    ItemKind,
    Passage,
    PassageKind,
    Rule,
    Skill,
    ToolNote,
)
from bot.library.passages import passages

LONGEST = 1_600  # characters that the local model could still read of a text: about 256 tokens
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")
_SHORTEST_SENTENCE = 16  # characters; shorter ones are headings and scraps


@dataclass(frozen=True)
class Profile:
    """One item's texts. Every field but `asked` holds at least one, so that items can be compared part by part."""

    id: ItemId
    kind: ItemKind
    title: str
    passages: tuple[Passage, ...]  # that may be shown: a past question was asked by somebody, perhaps in private
    whole: str
    headline: str  # names and description
    sentences: tuple[str, ...]  # of the description
    bodies: tuple[str, ...]  # body passages under their headings
    asked: tuple[str, ...]  # questions it is known to answer
    words: str  # for the lexical index


def profile(item: Item, confirmed: Sequence[Confirmed] = ()) -> Profile:
    """The texts of one item, with the past questions that it was confirmed to answer."""
    own = passages(item)
    names = _texts(own, PassageKind.NAME) or [title_of(item)]
    questions = _texts(own, PassageKind.QUESTION)
    # A curated answer has no description: the question it answers stands in for it.
    about = _texts(own, PassageKind.DESCRIPTION) or (questions if isinstance(item, CuratedAnswer) else [])
    bodies = [under_heading(passage) for passage in own if passage.kind is PassageKind.BODY]
    headline = f"{', '.join(names)}: {' '.join(about)}" if about else ", ".join(names)
    whole = "\n".join([headline, *bodies])
    return Profile(
        id=item.id,
        kind=kind_of(item),
        title=title_of(item),
        passages=own,
        whole=whole[:LONGEST],
        headline=headline[:LONGEST],
        sentences=tuple(sentences(about)) or (headline,),
        bodies=tuple(bodies) or (headline,),
        asked=tuple(dict.fromkeys([*questions, *(one.question for one in confirmed if one.question.strip())])),
        # Names and description say what it is for; the body mentions much else.
        words="\n".join([*names, *names, *about, *about, *bodies]),
    )


def kind_of(item: Item) -> ItemKind:
    """Which of the four kinds of things that can be recommended."""
    kinds = {Skill: ItemKind.SKILL, ToolNote: ItemKind.TOOL, Rule: ItemKind.RULE, CuratedAnswer: ItemKind.ANSWER}
    return kinds[type(item)]


def title_of(item: Item) -> str:
    """What people read: a title, or the question that a curated answer answers."""
    return item.question if isinstance(item, CuratedAnswer) else item.title


def _texts(own: Sequence[Passage], kind: PassageKind) -> list[str]:
    return [passage.text for passage in own if passage.kind is kind and passage.text.strip()]


def under_heading(passage: Passage) -> str:
    """A passage as it is embedded."""
    return f"{passage.heading}: {passage.text}" if passage.heading else passage.text


def sentences(texts: Sequence[str]) -> list[str]:
    """The sentences of these texts that say something by themselves; the texts where there is none."""
    found = [sentence for text in texts for sentence in _SENTENCE.split(text)]
    return [sentence for sentence in found if len(sentence) >= _SHORTEST_SENTENCE] or list(texts)
