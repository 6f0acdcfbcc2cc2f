"""Which words of a text are called a secret: "password: x", "DB_PASSWORD=x", "das Passwort für HubSpot ist x". Pure.

A name is followed by a sign ("password: x"), by a verb ("the password is x") or by the secret itself ("password x").
The less this says that a secret follows, the more must the secret look like one.
"""

import re
from collections.abc import Iterator

Span = tuple[int, int]  # from, up to

# Every repetition is bounded, so that no input makes the search slow.
_WORD_NAME = r"""(?P<password> pass(?:wor[dt]|wörter|wd|phrase|code)s? | kennw(?:ort|örter) | contrase[nñ]a
    | mot\ de\ passe | (?<![a-z])(?:pwd?|bearer) )"""  # any word can be one
_KEY_NAME = r"""(?P<key> (?:api|access|auth|private|client|account|signing|encryption)[ _-]?(?:keys?|schlüssel)
    | secret | (?<!max[ _-])token | [a-z]_key | authorization | credentials | zugangsdaten
    | (?<![a-z])(?: pass | pin(?:[ -]?code)? | sig(?:nature)?(?==) ) )"""  # hardly any word is one
_SUFFIX = r"(?: [ _-]? (?:access|key|base|value|v?\d{1,2}) ){0,3}"
_FOR_WHAT = r"""(?: \s{0,3} \( [^()\n]{0,40} \) | \s{1,3}
    (?:for|of|to|on|in|at|from|für|von|vom|zum|zur|zu|im|bei|beim|auf|der|des) (?: \s{1,3} [^\s?!;]{1,40} ){1,5}? )?"""
_SIGN = r"""(?P<sign> (?:\s(?:is|ist|lautet))? \s{0,3} (?: [:=]{1,2}>?(?!//) | [-~]> | → | ⇒ | >(?=[^\s=]) ) )
    [*_~]{0,3} \s{0,3} (?: (?:bearer|basic|digest|token|apikey) \s{1,3} )?"""
_VERB = r"""(?P<verb> \s{1,3} (?:is|was|are|be|ist|war|sind|lautet|est|es) \s{1,3} )
    (?: (?:(?:now|still|actually|currently|set\ to|changed\ to|not|jetzt|nun|noch|nicht) \s{1,3} ){1,2} )?"""
_NAMED = re.compile(
    rf"(?ix) (?:{_WORD_NAME}|{_KEY_NAME}) {_SUFFIX} [\"'`*_~)\]]{{0,4}} "
    rf"(?: {_FOR_WHAT} (?: {_SIGN} | {_VERB} ) | (?: ['’]s | \s[-–—] )? \s{{1,3}} )"
)

_QUOTED = re.compile(r"[\"'`“„‘«]{1,3}([^\"'`“”’»\n]{1,200})[\"'`“”’»]{1,3}")
_WORD = re.compile(r"[ \t]{0,3}(\S+)")
_PLAIN = re.compile(r"[^\W\d_]+(?:['’/.,…-]+[^\W\d_]+)*|\d{1,3}(?:-[^\W\d_]+|[a-z]{0,2})")
_COUNT = re.compile(r"(?:\d{1,5}|\d{1,3}[.,]\d{3})[km]?", re.I)  # of tokens, which are not always secret
_AROUND = "\"'`*_~<([{,;:?!.…)]}>“”„‘’«»"
_AFTER = ".,;:?)]}>\"'`*”’»"  # what is left standing behind a secret; "!" belongs to many

# Words that hold a sentence together: no secret, and where a passphrase ends.
_BINDING = frozenset(
    (  # noqa: SIM905  # as quoted words one could not read it
        "about after again all also always am an and any anyone are aren't as ask at be because been before being but "
        "by can can't cannot could did didn't do does doesn't don't else every everyone false for found from get had "
        "has hasn't have he help here how i i'm if in inside into is isn't it it's its just like max maximum min "
        "minimum must need no nobody none not now null of on only or over please same says see shall she should since "
        "so somebody someone something still than thanks that then there these they this those to too true unknown us "
        "use used very via was wasn't we were what what's when where which while who whose why will with within "
        "without won't works would yes you your "
        "aber als am an auch auf aus bei beim bis bitte da das dass dem den denn der die dies doch du ein eine einen "
        "er es fehlt für gestern gibt habe haben hat heute ich ihr im ins ist ja kann kein keine man mindestens mit "
        "nach nein nicht noch nur ob oder sehr sein seit sich sie sind soll steht und uns vom von vor wann warum was "
        "weil wenn wer werden wie wieder wir wird wo woher zu zum zur"
    ).split()
)
_ARTICLES = frozenset({"a", "the", "my", "our"})  # which a passphrase may begin with
# What is said of a password, and begins no secret after a verb; in a phrase after a sign it does.
_SAID = frozenset(
    (  # noqa: SIM905
        "another best better broken case confidential correct dead different difficult easy empty enough fine gone "
        "good hard identical important incorrect invalid known long longer lost mandatory mine missing necessary new "
        "off ok okay old optional out password present private public reset right safe safer secret secure sent set "
        "shared short shorter simple stale strong stronger super temporary unique up valid weak wrong yours "
        "abgelaufen alt bekannt dort falsch geheim gleich gültig hier korrekt kurz lang leer neu nötig richtig "
        "schwach sicher stark ungültig unsicher weg wichtig öffentlich"
    ).split()
)
_SAID_ENDING = re.compile(
    r"[a-zäöüß-]{3,30}(?:ed|ing|able|ible|ive|less|wise|lich|bar)|[a-zäöüß]{0,30}(?:ge|ver)[a-zäöüß]{2,20}(?:t|en)"
)
_PHRASE = 24  # words
_SENTENCE = 4  # so many words, none of them binding, are a passphrase even after a verb


def named_secrets(text: str) -> Iterator[Span]:
    """Where the values of named secrets stand in `text`, from left to right."""
    end = 0
    for name in _NAMED.finditer(text):
        start = name.end()
        if start >= end and (end := _end_of_value(name, text)) > start:
            yield start, end


def _end_of_value(name: re.Match[str], text: str) -> int:
    """Up to where the secret goes that begins after `name`; 0 where none does."""
    quoted, words = _QUOTED.match(text, name.end()), _line(text, name.end())
    first = _bare(words[0]) if words else ""
    if not first or (name["key"] and name["key"].lower() == "token" and _COUNT.fullmatch(first)):
        return 0
    if name["sign"]:
        return quoted.end() if quoted else _end_after_sign(first, words, of_password=bool(name["password"]))
    if name["verb"]:
        if quoted:
            return 0 if _is_said(quoted[1].lower()) else quoted.end()
        return _end_after_verb(first, words, of_password=bool(name["password"]))
    return _end(words[0]) if name["password"] and _mixed(first) else 0


def _end_after_sign(first: str, words: list[re.Match[str]], of_password: bool) -> int:
    if first in _BINDING or words[0][1].endswith(":") or first.startswith(("http://", "https://")):
        return 0  # a question or an explanation, the next field of a form, an address to look at
    if not of_password and _SAID_ENDING.fullmatch(first):
        return 0  # "invalid token: expired"
    return _end(_phrase(words)[-1]) if _PLAIN.fullmatch(first) else _end(words[0])


def _end_after_verb(first: str, words: list[re.Match[str]], of_password: bool) -> int:
    if not _PLAIN.fullmatch(first):
        return _end(words[0])
    phrase = _phrase(words)
    # "temporarily disabled" says as little of the password as "disabled".
    telling = next((_bare(word) for word in phrase if not _bare(word).endswith("ly")), first)
    return _end(phrase[-1]) if of_password and (not _is_said(telling) or len(phrase) >= _SENTENCE) else 0


def _is_said(word: str) -> bool:
    """Whether "the password is `word`" tells something about the password, and not the password."""
    if word in _BINDING | _ARTICLES | _SAID or _SAID_ENDING.fullmatch(word):
        return True
    return word[:1].isdigit() and _PLAIN.fullmatch(word) is not None


def _line(text: str, start: int) -> list[re.Match[str]]:
    """The words from `start` to the end of the line, as many as a phrase may have."""
    words: list[re.Match[str]] = []
    while len(words) < _PHRASE and (word := _WORD.match(text, words[-1].end() if words else start)):
        words.append(word)
    return words


def _phrase(words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The first word and those that may belong to it."""
    for number, word in enumerate(words):
        if number and (_bare(word) in _BINDING | _ARTICLES or word[1].endswith(":") or "=" in word[1]):
            return words[:number]
        if word[1].endswith((".", "?", "!", ";")):
            return words[: number + 1]
    return words


def _bare(word: re.Match[str]) -> str:
    return word[1].strip(_AROUND).lower().replace("’", "'")


def _end(word: re.Match[str]) -> int:
    return word.start(1) + len(word[1].rstrip(_AFTER))


def _mixed(word: str) -> bool:
    return len(word) >= 6 and any(map(str.isdigit, word)) and any(map(str.isalpha, word))
