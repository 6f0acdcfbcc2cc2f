"""The one place where what a person or a file wrote becomes Slack's mrkdwn, and is cut to Slack's limits.

What comes out shows the words and does nothing: it names nobody, links nowhere, formats nothing.
"""

import re

SECTION = 3000  # characters that Slack takes in one section or context text
ELLIPSIS = " …"

# Not shown, or turning the direction of what follows: they can make a text read as another one.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Formatting signs have no escape in mrkdwn, so each gives way to its double; in the middle of a word
# (snake_case, 2*3) they format nothing and stay as they are.
_DOUBLES = {"*": "∗", "_": "ˍ", "~": "∼"}
_SIGN = re.compile(r"(?<![^\W_])[*_~]+|[*_~]+(?![^\W_])")
_EMOJI = re.compile(r":(?=[a-z0-9_+'-]+:)")
_QUOTE = re.compile(r"(?m)^([^\S\n]*)(?:&gt;)+")
_PERSON = re.compile(r"^[UW][A-Z0-9]+$")
_MENTION = re.compile(r"^<@[UW][A-Z0-9]+>$")
_PARTS = re.compile(r"(<@[UW][A-Z0-9]+>)")
_WEB = re.compile(r"^https?://[^\s<>|\"]+$")


def mrkdwn(text: str, most: int = SECTION) -> str:
    """`text` as inert mrkdwn of at most `most` characters, cut at a word."""
    return cut(_escape(_neutral(_clean(text, most))), most)


def line(text: str, most: int = SECTION) -> str:
    """As `mrkdwn`, with line breaks and runs of spaces closed up."""
    return mrkdwn(one_line(text[: most * 8]), most)


def sentence(text: str, most: int = SECTION) -> str:
    """One of our own sentences about people: as `mrkdwn`, but a whole `<@U…>` in it stays a mention."""
    return cut(
        "".join(mention(part[2:-1]) if _MENTION.match(part) else mrkdwn(part) for part in _PARTS.split(text)),
        most,
    )


def plain(text: str, most: int) -> str:
    """For a plain_text object, which Slack shows as it is: cleaned, never empty, at most `most` characters."""
    return cut(_clean(text, most).strip(), most) or "–"


def one_line(text: str) -> str:
    """Line breaks and runs of spaces closed up."""
    return re.sub(r"\s+", " ", text).strip()


def cut(text: str, most: int) -> str:
    """At most `most` characters, ending at a word and never inside an escaped sign."""
    if len(text) <= most:
        return text
    kept = re.sub(r"&[a-z]{0,3}$", "", text[: most - len(ELLIPSIS)])
    words = re.match(r"(?s)(.*\S)\s", kept)
    if words and len(words[1]) > len(kept) * 0.6:
        kept = words[1]
    return kept.rstrip() + ELLIPSIS


def mention(person: str | None) -> str:
    """`<@U…>` for what is a person's id; for a group or a name from a file, the plain words."""
    if person and _PERSON.match(person):
        return f"<@{person}>"
    return line(person or "", 80)


def link(address: str, label: str) -> str:
    """A link to a web address; only the label where it is none."""
    shown = line(label, 150).replace("|", "¦")
    return f"<{_escape(address)}|{shown}>" if _WEB.match(address) and shown else shown


def _clean(text: str, most: int) -> str:
    # Far more than can be shown is never looked at: a text may be megabytes long.
    return _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", text[: most * 4]))


def _neutral(text: str) -> str:
    text = text.replace("`", "'")
    text = _SIGN.sub(lambda run: "".join(_DOUBLES[sign] for sign in run[0]), text)
    return _EMOJI.sub("꞉", text)


def _escape(text: str) -> str:
    escaped = re.sub(r"[&<>]", lambda sign: _ENTITIES[sign[0]], text)
    return _QUOTE.sub(lambda start: start[1] + "›", escaped)
