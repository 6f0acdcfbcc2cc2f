"""What a language model may say of evidence that was chosen without it, held against that evidence. Pure.

A sentence stands only if every word that carries meaning is in the passage it cites or in the question, most of them
in the passage, and if it denies and decides nothing that the passage does not. That is strict: a good paraphrase may
fail, and then the evidence speaks for itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain import Answer, ItemKind, Kind, Passage, PassageKind, Verdict

MOST = 3  # sentences
PASSAGES = 6  # that are shown of one source
_LONGEST = 280  # characters of a sentence
_OWN = 0.6  # share of a sentence's words that must be the passage's; the rest may be the question's
_CLOSE = 0.17  # lead of the first candidate (a sixth of the scale: a factor of e) up to which two are close

_SENTENCE = re.compile(r"\s*(.+?[.!?](?:\s*\[\d+\])*)(?=\s+[^\s\[]|\s*\Z)", re.DOTALL)
_CITED = re.compile(r"\s*\[(\d+)\]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# What prose needs. No sign of Slack's or Markdown's: nothing here can become a mention, a link or formatting.
_PROSE = re.compile(r"[^\W_]|[ .,;:!?'’“”\"()%&+/–-]")


def _listed(words: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", words))


_ADDRESS = re.compile(r"(?i)://|www\.|mailto:")
_DENYING = _listed("not no never without only unless except cannot don't doesn't isn't can't won't nobody none neither")
_CONDITIONS = _listed("if until unless before")
_DECIDING = _CONDITIONS | _listed(
    """allow allowed forbidden permitted approved prohibited must may safe required mandatory free guaranteed always
    ask"""
)
# Words that say nothing by themselves; what denies or decides is looked at apart.
_GLUE = _listed(
    """a an the this that these those it its they them their there here you your yours we our us i my me he she who
    which what when where how why and or but so as then than into onto in on at by for from of to with about over out
    up is are was were be been being do does did done has have had can could will would should shall must may not no
    only if before until also just very more most some any each all both use uses used using help helps make makes
    making get gets give gives need needs want wants let lets turn turns start starts one yes please like such while
    after once same own"""
)
_ENDINGS = ("ings", "ing", "ies", "ied", "ers", "es", "ed", "er", "ly", "s", "e", "y")


@dataclass(frozen=True)
class Cited:
    """A passage as the writer is shown it: its number is its place in the list, from 1."""

    source: int  # the number of the evidence it comes from, from 1
    title: str
    text: str


def may_be_worded(answer: Answer) -> bool:
    """Whether a model may word this answer: one recommendation of a skill or a tool.

    What is allowed, what works together and what the owner said stand in their own words alone.
    """
    return (
        answer.verdict is Verdict.ANSWERED
        and answer.kind not in {Kind.PERMISSION, Kind.COMPATIBILITY, Kind.PROCESS, Kind.MIXED}
        and bool(answer.evidence)
        and answer.evidence[0].kind in {ItemKind.SKILL, ItemKind.TOOL}
    )


def needs_telling_apart(answer: Answer) -> bool:
    """Whether the first two of several candidates are close."""
    if answer.verdict is not Verdict.TENTATIVE or len(answer.evidence) < 2:
        return False
    first, second = answer.candidates[:2]
    kinds = {one.kind for one in answer.evidence[:2]}
    return first.score - second.score <= _CLOSE and kinds <= {ItemKind.SKILL, ItemKind.TOOL}


def chosen(passages: Iterable[Passage], question: str) -> list[Passage]:
    """What is shown of a source: what it says it is for, then the stretches that share most words with the question."""
    own = [p for p in passages if p.kind in {PassageKind.DESCRIPTION, PassageKind.BODY}]
    asked = set(_stems(question))
    body = [p for p in own if p.kind is PassageKind.BODY]
    body.sort(key=lambda p: -len(asked & set(_stems(f"{p.heading} {p.text}"))))
    return [*(p for p in own if p.kind is PassageKind.DESCRIPTION), *body][:PASSAGES]


def complete_sentences(text: str, *, finished: bool) -> tuple[list[str], str]:
    """The sentences that are surely whole, and what is left. Once `finished`, all that is left counts as one."""
    sentences, at = [], 0
    while found := _SENTENCE.match(text, at):
        if not finished and found.end() >= len(text.rstrip()):
            break  # a citation may still come
        sentences.append(re.sub(r"\s+", " ", found[1]))
        at = found.end()
    rest = text[at:]
    if finished and rest.strip():
        return [*sentences, rest.strip()], ""
    return sentences, rest


def checked(sentence: str, passages: Sequence[Cited], question: str) -> str | None:
    """The sentence with the numbers of its sources in place of its passages'; None where it does not rest on them."""
    numbers = [int(number) for number in _CITED.findall(sentence)]
    said = _CITED.sub("", sentence)
    if not numbers or not all(1 <= number <= len(passages) for number in numbers):
        return None
    cited = [passages[number - 1] for number in numbers]
    if len(said) > _LONGEST or not all(map(_PROSE.match, said)) or not _rests_on(said, cited, question):
        return None
    sources = "".join(f" [{number}]" for number in sorted({one.source for one in cited}))
    return re.sub(r"\s*([.!?]?)\s*$", lambda end: sources + end[1], said, count=1)


def checked_question(text: str, passages: Sequence[Cited], question: str) -> str | None:
    """The one question that tells the first two candidates apart; None where it is not that."""
    sentences, _ = complete_sentences(text.strip(), finished=True)
    if len(sentences) != 1 or not sentences[0].endswith("?"):
        return None
    both = [one for one in passages if one.source in {1, 2}]
    said = _CITED.sub("", sentences[0])
    asked = {int(number) for number in _CITED.findall(sentences[0])}
    if asked != {1, 2} or len(said) > _LONGEST or not all(map(_PROSE.match, said)):
        return None
    return said if _rests_on(said, both, question) else None


def _rests_on(said: str, cited: Sequence[Cited], question: str) -> bool:
    text = "\n".join(f"{one.title}. {one.text}" for one in cited)
    words, there, asked = set(_stems(said)), set(_stems(text)), set(_stems(question))
    if not words or not words <= there | asked or len(words & there) < _OWN * len(words):
        return False
    return (
        not _ADDRESS.search(said)
        and _names(said) <= _tokens(text)
        and _turns(said) == _turns(_nearest(words, text), _turns(said))
    )


def _nearest(words: set[str], text: str) -> str:
    """The two neighbouring sentences of a text that share most words: what a sentence must agree with."""
    parts = [part for part in re.split(r"(?<=[.!?;])\s+|\n", text) if part.strip()]
    pairs = [f"{one} {two}" for one, two in zip(parts, [*parts[1:], ""], strict=True)]
    single = max(parts, key=lambda part: len(words & set(_stems(part))), default="")
    best = max(pairs, key=lambda pair: len(words & set(_stems(pair))), default="")
    gains = len(words & set(_stems(best))) > len(words & set(_stems(single)))
    return best if gains else single


def _turns(text: str, but: set[str] | None = None) -> set[str]:
    """The words of a text that deny or decide. Where `but` is given, other deciding words than those do not count."""
    words = {word.replace("’", "'") for word in _WORD.findall(text.casefold())}
    deciding = words & _DECIDING
    return (words & _DENYING) | (deciding if but is None else deciding & (but | _CONDITIONS))


def _names(text: str) -> set[str]:
    """Tokens that can only be a name, a number, an id or an address."""
    tokens = [token.strip(".,;:!?'’“”\"()") for token in text.split()]
    named = [t for at, t in enumerate(tokens) if _is_name(t, first=at == 0)]
    return {token.casefold() for token in named}


def _is_name(word: str, *, first: bool) -> bool:
    capitals = word[1:] if first else word.removeprefix("I") if word in {"I", "I'm", "I’m"} else word
    return any(c.isdigit() or c.isupper() for c in capitals) or bool(re.search(r"\d|\w[./&+:]\w", word))


def _tokens(text: str) -> set[str]:
    return {token.strip(".,;:!?'’“”\"()[]*_`").casefold() for token in text.split()}


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text.casefold()) if word not in _GLUE]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
