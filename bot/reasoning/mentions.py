"""Which tools a question names: by id, title or alias, in any spelling, misspelt, or by half a name.

What can mean two tools means both, for the asker to choose: nothing is guessed.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain import ItemId, ToolNote
from bot.reasoning.spelling import distance, is_english, share

Words = tuple[str, ...]

# Words for editions of one product; those of a row mean the same edition.
EDITIONS: tuple[frozenset[str], ...] = (
    frozenset({"free", "personal", "private", "plus", "consumer"}),
    frozenset({"team"}),
    frozenset({"enterprise", "company", "corporate", "business", "work", "pro"}),
    frozenset({"classic", "legacy", "old", "on prem", "onprem"}),
    frozenset({"new", "cloud", "next"}),
)
ACCOUNTS = frozenset(
    {"account", "accounts", "login", "seat", "seats", "plan", "tier", "edition", "version", "license", "licence"}
)
_ONLY_BEFORE = frozenset({"old", "new"})  # "the new Tidemark", but "Tidemark: new customers"
_NEEDS_ACCOUNT = frozenset({"work", "team", "plus", "pro"})  # "does it work", "the team", "plus a list"
# Names that are words, too. Of these shares of all text on, a word is never half a name, and a whole one only where
# a name stands; see `spelling.share`.
_USUAL = 2e-6  # "chart", "slack"
_VERY_USUAL = 1e-5  # "drive", "box", "teams"
# Usual in questions about tools, though in no dictionary, or in few texts.
_TRADE = frozenset("ai api app apps csv crm html online pdf qr seo url web website".split())  # noqa: SIM905
# Companies with many products: their name alone means none of them ("Google Analytics" is not Google Drive).
_VENDORS = frozenset(
    "adobe amazon apple atlassian aws cisco google ibm intuit meta microsoft ms oracle sap zoho".split()  # noqa: SIM905
)
# After half a name these make it a verb: "hook it up" is not Hookline.
_PARTICLES = frozenset({"up", "it", "them", "off", "out", "us", "me"})
# "Cut me some slack, …", "no notion how …": a word with an article that nothing follows is no product.
_ARTICLES = frozenset({"a", "an", "no", "some", "any", "much", "more", "little"})
_FUNCTION = frozenset(
    (  # noqa: SIM905
        "about and at but does for from how if in into is of on or so that to until via when where why with work works"
    ).split()
)
_BEFORE_NAMES = frozenset("and can does from in into is onto or our through using via with".split())  # noqa: SIM905
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Word:
    """A word of the question in one spelling, and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """A place in a question that names a tool. Several `tools`: it can mean any of them."""

    tools: tuple[ItemId, ...]
    said: str  # as the asker wrote it
    start: int  # characters
    end: int
    first: int  # words, the last one not included
    last: int


@dataclass(frozen=True)
class Names:
    """Every name of every tool, as words."""

    exact: Mapping[Words, tuple[ItemId, ...]]
    editions: Mapping[ItemId, frozenset[int]]  # which rows of EDITIONS a tool's names mention
    titles: Mapping[ItemId, Words]
    firsts: frozenset[str]  # words that names of several words begin with
    by_size: Mapping[tuple[int, int], Sequence[tuple[str, frozenset[str], tuple[ItemId, ...]]]]  # words, characters


def names_of(tools: Mapping[ItemId, ToolNote]) -> Names:
    """What `mentions` looks names up in. Made once for a library."""
    exact: dict[Words, dict[ItemId, None]] = {}
    for note in tools.values():
        for name in (note.id.removeprefix("tool:"), note.title, *note.aliases):
            if words := _spelt(name):
                exact.setdefault(words, {})[note.id] = None
    by_size: dict[tuple[int, int], list[tuple[str, frozenset[str], tuple[ItemId, ...]]]] = {}
    for words, ids in exact.items():
        name = " ".join(words)
        by_size.setdefault((len(words), len(name)), []).append((name, frozenset(name), tuple(ids)))
    return Names(
        exact={words: tuple(ids) for words, ids in exact.items()},
        editions={note.id: _editions_in((note.title, *note.aliases)) for note in tools.values()},
        titles={note.id: _spelt(note.title) for note in tools.values()},
        firsts=frozenset(words[0] for words in exact if len(words) > 1),
        by_size=by_size,
    )


def words_of(text: str) -> list[Word]:
    """The words of a text without signs, in lower case; "Tidemark's" is "tidemark"."""
    bare = re.sub(r"['’]s\b", lambda match: " " * len(match[0]), text)
    return [Word(m[0].casefold(), m.start(), m.end()) for m in _WORD.finditer(bare)]


def mentions(text: str, names: Names) -> tuple[Mention, ...]:
    """The tools that a text names, from left to right; the longest name that fits at a place wins."""
    words = words_of(text)
    longest = max(map(len, names.exact), default=0)
    found: list[Mention] = []
    at = 0
    while at < len(words):
        mention = _exact_at(words, at, longest, names, text)
        if mention:
            found.append(mention)
        at = mention.last if mention else at + 1
    taken = {i for mention in found for i in range(mention.first, mention.last)}
    at = 0
    while at < len(words):
        mention = None if at in taken else _likely_at(words, at, longest, names, text, taken)
        if mention:
            found.append(mention)
        at = mention.last if mention else at + 1
    return tuple(sorted(found, key=lambda mention: mention.start))


def masked(text: str, found: Iterable[Mention]) -> str:
    """The text with blanks where it names a tool."""
    for mention in found:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text


def _exact_at(words: Sequence[Word], at: int, longest: int, names: Names, text: str) -> Mention | None:
    for count in range(min(longest, len(words) - at), 0, -1):
        said = tuple(word.text for word in words[at : at + count])
        if said in names.exact and not _is_common(words, at, at + count, text):
            tools = _with_editions(said, names.exact[said], names)
            return _mention(tools, words, at, at + count, names, text)
    return None


def _is_common(words: Sequence[Word], first: int, last: int, text: str) -> bool:
    """Whether a name of one word is used as the ordinary word that it is, too."""
    word = words[first].text
    if last - first > 1 or (first and text[words[first].start].isupper()):
        return False
    before = words[first - 1].text if first else ""
    ends = last == len(words) or bool(re.search(r"[^\s\w'’-]", text[words[first].end : words[last].start]))
    alone = ends or words[last].text in _FUNCTION
    if before in _ARTICLES and alone:
        return is_english(word)
    stands = (before in _BEFORE_NAMES and alone) or (before == "to" and ends)
    return not stands and share(word) >= _VERY_USUAL


def _with_editions(said: Words, tools: tuple[ItemId, ...], names: Names) -> tuple[ItemId, ...]:
    """With every tool whose title is this name and an edition word: "Tidemark" may mean "Tidemark Classic"."""
    others = (
        id
        for id, title in names.titles.items()
        if len(title) > len(said) and title[: len(said)] == said and _edition(" ".join(title[len(said) :])) is not None
    )
    return tuple(dict.fromkeys((*tools, *others)))


def _likely_at(
    words: Sequence[Word], at: int, longest: int, names: Names, text: str, taken: set[int]
) -> Mention | None:
    """Half a name, or a misspelt one."""
    then = words[at + 1].text if at + 1 < len(words) else ""
    if then not in _PARTICLES and (tools := _begun(words[at].text, names)):
        return _mention(tools, words, at, at + 1, names, text)
    for count in range(min(longest, len(words) - at), 0, -1):
        if taken.isdisjoint(range(at, at + count)):
            said = " ".join(word.text for word in words[at : at + count])
            if (tools := _misspelt(said, count, names)) and not is_english(said):
                return _mention(tools, words, at, at + count, names, text)
    return None


def _begun(word: str, names: Names) -> tuple[ItemId, ...]:
    """The tools whose name begins with this word. It must be a whole word of one: "sales" is not Salesforce.

    A word of the language has to begin the names of several, which is asked back: of one it is no name.
    """
    if word not in names.firsts or word in _VENDORS | _TRADE or len(word) < 3:
        return ()
    tools = _all_of(
        ids for name, ids in names.exact.items() if name[0] == word or (len(word) > 3 and name[0].startswith(word))
    )
    usual = share(word)
    return () if usual >= _USUAL or (usual and len(tools) == 1) else tools


def _misspelt(said: str, count: int, names: Names) -> tuple[ItemId, ...]:
    near = []
    letters = frozenset(said)
    for length in range(len(said) - 2, len(said) + 3):
        size = length - count + 1
        most = 0 if size < 4 else 1 if size < 8 else 2
        for name, own, ids in names.by_size.get((count, length), ()):
            # An edit brings in one letter at most, and takes one out: sets of letters spare most of the distances.
            if len(letters - own) > most or len(own - letters) > most:
                continue
            if 0 < distance(said, name, most) <= most:
                near.append(ids)
    return _all_of(near)


def _mention(
    tools: tuple[ItemId, ...], words: Sequence[Word], first: int, last: int, names: Names, text: str
) -> Mention:
    if len(tools) > 1:
        tools = _picked(tools, words, first, last, names)
    start, end = words[first].start, words[last - 1].end
    return Mention(tools, text[start:end], start, end, first, last)


def _picked(
    tools: tuple[ItemId, ...], words: Sequence[Word], first: int, last: int, names: Names
) -> tuple[ItemId, ...]:
    """The tools that an edition word beside the name picks; all where it picks none."""
    for row in _beside(words, first, last):
        if picked := tuple(id for id in tools if row in names.editions[id]):
            return picked
    return tools


def _beside(words: Sequence[Word], first: int, last: int) -> Iterable[int]:
    before = words[first - 1].text if first else ""
    after = words[last].text if last < len(words) else ""
    then = words[last + 1].text if last + 1 < len(words) else ""
    if (row := _edition(before)) is not None and before not in {"plus", "team"}:
        yield row
    sure = after not in _ONLY_BEFORE and (after not in _NEEDS_ACCOUNT or then in ACCOUNTS)
    if sure and (row := _edition(after)) is not None:
        yield row
    if (row := _edition(f"{after} {then}")) is not None:
        yield row


def _edition(words: str) -> int | None:
    return next((number for number, row in enumerate(EDITIONS) if words in row), None)


def _editions_in(names: Iterable[str]) -> frozenset[int]:
    rows = set()
    for name in names:
        words = _spelt(name)
        rows |= {_edition(word) for word in words[1:]} | {
            _edition(" ".join(pair)) for pair in itertools.pairwise(words)
        }
    return frozenset(row for row in rows if row is not None)


def _spelt(name: str) -> Words:
    return tuple(word.text for word in words_of(name))


def _all_of(ids: Iterable[tuple[ItemId, ...]]) -> tuple[ItemId, ...]:
    return tuple(dict.fromkeys(id for some in ids for id in some))
