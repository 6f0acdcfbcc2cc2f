"""What kind of question is this? Told from its words alone."""

import re

from bot.domain import Kind

# Order matters: a question that asks for leave is one even when it names two tools.
_SIGNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.PERMISSION,
        re.compile(
            r"(?i)\b(?:am i|are we|is it|is \w+)\s+(?:allowed|permitted|ok(?:ay)? to)\b|"
            r"\ballowed to\b|\bmay (?:i|we)\b|"
            r"\b(?:can|could|should) (?:i|we)\s+(?:\w+\s+){0,3}?(?:put|paste|upload|share|feed|send)\b|"
            r"\b(?:policy|compliant|gdpr|permission)\b"
        ),
    ),
    (
        Kind.COMPATIBILITY,
        re.compile(
            r"(?i)(?<!to )\bworks? (?:together )?with\b|\b(?:integrat|connect|sync)\w*\b.*\b(?:with|to|and|into)\b|"
            r"\btalks? to\b|\bcompatible\b|\bmcp server\b|\bget \w+(?: \w+){0,4} from \w+.* (?:to|into) "
        ),
    ),
    (Kind.WHICH, re.compile(r"(?i)\b(?:which|what(?:'s| is)? the best|is there an?|anything (?:for|that))\b")),
    (Kind.HOWTO, re.compile(r"(?i)^\s*how (?:do|can|should|would) (?:i|we|you)\b|\bhow to\b")),
)


def kind_of(text: str) -> Kind:
    """The kind of a question; WHICH where nothing tells otherwise, since that is what people come for."""
    return next((kind for kind, sign in _SIGNS if sign.search(text)), Kind.WHICH)


_PERSON = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_EMOJI = re.compile(r":[a-z0-9_+\-]+:")
_PLEASANTRY = re.compile(
    r"(?i)^\W*(?:(?:ok(?:ay)?|thanks?|thank you|thx|ty|cheers|great|perfect|nice|cool|got it|will do|lol|haha|"
    r"so much|a lot|you|very much|that helps?|that helped|awesome|amazing|yes|no|yep|nope|sure)\W*)+$"
)


def is_addressed_to_somebody_else(text: str, bot_user: str) -> bool:
    """Whether a message in a thread names another person first: talk between people, not a follow-up."""
    named = _PERSON.search(text)
    return bool(named) and bot_user not in text


def is_pleasantry(text: str) -> bool:
    """Nothing but thanks or a nod: in a thread it wants no reply."""
    words = _EMOJI.sub("", text)
    return not re.search(r"\w", words) or bool(_PLEASANTRY.match(words))
