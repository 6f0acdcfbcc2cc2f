"""A request cut into clauses, and the signs in each of process talk and of wanting a tool. Pure."""

import re
from dataclasses import dataclass
from itertools import pairwise
from math import log1p

from bot.domain import Kind

Span = tuple[int, int]  # from the first character up to, not including, the last

_CUT = re.compile(
    r"[.!?;:]+(?:\s|$)|(?<=[?!])\s*|\s[-–—+&]\s|[()\"\n]|→|"
    r",\s+(?=(?:and|but|so|then|who|because|which|though|plus|also|is|what|that)\b)|"
    r"\s(?=(?:because|coz|bc|but|though|although)\b)"
)
_ASKING = re.compile(
    r"(?i)\?|\b(?:tools?|apps?|ai|bot|software|skill|template|prompts?|automat\w*|chatgpt|robot|assistant|need|want\w*|"
    r"look(?:ing)? for|would (?:like|love)|i'?d (?:like|love)|recommend\w*|suggest\w*|which|what|something|anything|"
    r"sth|smth|thing|pls|please|help\w*|how)\b"
)
_DENIED = re.compile(
    r"(?i)\b(?:nothing (?:is )?(?:wrong|overdue)|no ?(?:one|body) (?:complains|argues|has to|is waiting|changes)|"
    r"(?:on|in) time|the same day|all (?:agreed|approved)|already approved|approved the|well organised|runs well|"
    r"went well|up to date|only me|self inflicted|know who)\b"
)
# What people say of a step that holds them up, of work of their own, and of neither. One column each.
_SIGNS = tuple(
    re.compile(sign, re.IGNORECASE)
    for sign in (
        r"\b(?:waits?|waiting|sits?|lies?|hangs?|stuck|stall\w*|late|queue)\b",
        r"\b(?:approv\w+|sign(?:s|ed|atures?|\s?off|-off)?|ok|blessing|consent|released?|yes)\b",
        r"\b(?:nobody|no ?one|none|neither|never|nowhere|not)\b",
        r"\b(?:each|every|both|all)\b",
        r"\b(?:twice|again|re-?\w{3,}ed|back|anew|\d+ times|three times)\b",
        r"\b(?:two|three|four|five|six|seven|eight|nine|\d+)\b",
        r"\b(?:then|until|till|before|after|since|because|once)\b",
        r"\b(?:boss|manager|director|legal|compliance|procurement|purchasing|finance|hr|it|team|board|committee|panel|"
        r"head|council|security|office|sales|marketing|product|ops|qa|controller|department\w*|partner)\b",
        r"\b(?:who|whose)\b",
        r"\b(?:owner|owns|decide\w*|responsible|charge|belongs?|agreed?)\b",
        r"\b(?:tool|app|ai|bot|software|skill|template|prompt|automat\w*|chatgpt|ocr|robot|program|assistant|generator)\b",
        r"\b(?:need|want|looking for|would like|i'd like|i'd love|wanted|recommend\w*|suggest\w*|which|"
        r"what (?:can|could|would|do)|something|anything|sth|smth|thing|pls|please|help)\b",
        r"\?",
        r"\b(?:i|my|me)\b",
        r"\b(?:we|our|us)\b",
        r"\b(?:they|their|them|he|she|his|her)\b",
        r"^(?:who|when|where|how (?:many|long|much)|what(?:'s| is| are| does)|is|are|do|does|did|can|will|am)\b",
        r"\b(?:allowed|may|permitted|ok to|can i|can we|policy|rule)\b",
        r"\b(?:works? with|talk to|connect\w*|integrat\w*|open in|read from)\b",
        r"\b(?:also|besides|plus|and then|separately|anyway|on top|btw|another|too|though|second)\b|\+|&",
        r"\b(?:by hand|manual\w*|hours?|by eye|typing|type|copy)\b",
        r"\b(?:thanks?|hi|hello|lol|haha|congrat\w*|morning|sorry)\b",
        _DENIED.pattern.removeprefix("(?i)"),
    )
)


def clauses(text: str) -> tuple[Span, ...]:
    """Where each clause stands in the text, in order; the whole text where nothing cuts it."""
    edges = [(0, 0), *(cut.span() for cut in _CUT.finditer(text)), (len(text), len(text))]
    spans = [_trimmed(text, before[1], after[0]) for before, after in pairwise(edges)]
    return tuple(s for s in spans if re.search(r"\w{2}", text[s[0] : s[1]])) or ((0, len(text)),)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "%'’"):
        end -= 1
    return start, end


def signs(text: str) -> list[float]:
    """How often each sign stands in it, up to three, and the logarithm of its length in words."""
    return [float(min(len(sign.findall(text)), 3)) for sign in _SIGNS] + [log1p(len(text.split()))]


def asks(text: str, clause: Span) -> bool:
    """Whether a clause asks for something, by its words or its question mark."""
    return bool(_ASKING.search(text[clause[0] : clause[1] + 1]))


def denials(text: str) -> int:
    """How often the text says that nothing is wrong with the people."""
    return len(_DENIED.findall(text))


@dataclass(frozen=True)
class Marked:
    """A request to learn from: where the step that blocks stands in it, and the work that wants a tool."""

    text: str
    blocking: tuple[Span, ...]
    wanting: tuple[Span, ...]

    @property
    def kind(self) -> Kind:
        """PROCESS, MIXED, WHICH (a tool is wanted) or OTHER (neither)."""
        if self.blocking:
            return Kind.MIXED if self.wanting else Kind.PROCESS
        return Kind.WHICH if self.wanting else Kind.OTHER


def marked(line: str) -> Marked:
    """Reads "[the step that blocks], {the work that wants a tool}". Raises ValueError where a mark is not closed."""
    text = ""
    blocking: list[Span] = []
    wanting: list[Span] = []
    opened: list[tuple[str, int]] = []
    for sign in line:
        if sign in "[{":
            opened.append((sign, len(text)))
        elif sign in "]}":
            if not opened or (mark := opened.pop())[0] + sign not in {"[]", "{}"}:
                raise ValueError(f"a mark is closed that was not opened: {line!r}")
            (blocking if sign == "]" else wanting).append((mark[1], len(text)))
        else:
            text += sign
    if opened:
        raise ValueError(f"a mark is not closed: {line!r}")
    return Marked(text, tuple(blocking), tuple(wanting))


def covered(clause: Span, spans: tuple[Span, ...]) -> float:
    """Which part of a clause lies in the spans, 0–1."""
    shared = sum(max(0, min(clause[1], end) - max(clause[0], start)) for start, end in spans)
    return shared / max(1, clause[1] - clause[0])
