"""Is it a question of fact, and of which kind? Told from how people ask once it is known what they name. Pure.

A question that is none must not be answered by the facts, so a weak sign ("ok", "fine") counts only where no other
request is made ("how do I", "I need help with").
"""

import itertools
import re
from collections.abc import Sequence

from bot.domain import Kind
from bot.reasoning import intent
from bot.reasoning.classes import classes_in
from bot.reasoning.mentions import Mention, masked

# ---------------------------------------------------------------- signs, each a small lexicon

# Who asks so asks for leave, whatever else the question says.
_LEAVE = re.compile(
    r"(?i)\b(?:allowed|permitted|permissible|permission|forbidden|prohibited|banned|legit|legal(?:ly)? (?:to|for)|"
    r"lawful|illegal|"
    r"compliant|compliance|gdpr|dsgvo|polic(?:y|ies)|green ?light|approv(?:ed|al)|cleared|(?:within|against|"
    r"by) the rules|rules? (?:on|for|about)|"
    r"may (?:i|we|our|my)|objections?|anything against|(?:a )?problem if|(?:any(?:one|body)|you) minds?|"
    r"d[aü]rf\w*|erlaubt|verboten|zul[aä]ssig)\b|"
    r"(?:^|[.?!:,;]\s*)(?:and |so |but )?may\b"
)
# Words of consent that mean other things, too: not at the very start ("ok, so …"), not "works fine".
_CONSENT = re.compile(
    r"(?i)(?<=\W)(?<!works )(?<!working )(?:ok|okay|fine|cool with|cool to|safe|alright|all right|good to go|"
    r"go ahead|am i good|"
    r"who says|legal|yes or no|in ordnung)\b|(?<=\W)(?:right|correct|confirm)\W*$|^\W*(?:ok|okay|fine|safe|"
    r"cool) (?:to|if|for)\b"
)
_PUTTING = (
    r"(?:put|past|upload|shar|feed|send|drop|dump|stor|sav|keep|enter|giv|load|add|typ|run|process|copy|copi|"
    r"throw|stick|record|let|"
    r"us|post|import|mov|transfer|submit|handl|hold|hav|collect|summari[sz]|forward|attach|index|connect)\w*"
)
_CAN_PUT = re.compile(
    rf"(?i)\b(?:can|could|should|shall|kann|k[oö]nnen)\s+(?:i|we|ich|wir|sales|marketing|support|[a-z]+)\s+(?:\w+\s+){{0,2}}?{_PUTTING}\b"
)
_CAN_BE = re.compile(
    r"(?i)\b(?:can|could)\b[^.?!]*\b(?:be (?:kept|stored|put|shared|used|uploaded|pasted|sent)|go (?:in|into|on|"
    r"to))\b"
)
_CAN_USE = re.compile(r"(?i)\b(?:can|could|should)\s+(?:i|we)\s+(?:(?:also|just|still|even)\s+)?use\b")
_PUT = re.compile(r"(?i)^\W*(?:put|paste|upload|store|enter|record|move)\b")
_HELPER = re.compile(r"(?i)\b(?:can|could|would|will)\s+(?:you|someone|somebody|any(?:one|body))\b")

_LINK = re.compile(
    r"(?i)\b(?:(?:works?|working|play|plays|go|goes|get along)\s+(?:\w+\s+)?(?:with|w|together)|"
    r"(?:connect|sync|integrat|compatib|interfac|verbind|verkn[uü]pf|anbind|anbindung|schnittstelle)\w*|"
    r"talk(?:s|ing)?\b(?! to (?:an?|my|our|some\w*|any\w*|you)\b)|"
    r"hook(?:s|ed|ing)?(?: \w+)? up|hook(?:s|ed)? into|plug(?:s|ged|ging)?(?: \w+)? in(?:to)?|"
    r"pip(?:e|es|ed|ing)|"
    r"link(?:s|ed|ing)?|tied? in(?:to)?|wired? up|two[- ]way|both (?:ways|directions)|bidirectional\w*|"
    r"together|zusammen)\b|<?[-=]+>|[→↔⇒]"
)
_WAY = re.compile(r"(?i)\b(?:from|out of|to|into|onto|in|on|inside|nach|von|via)\b")
_POLAR = re.compile(r"(?i)\b(?:does|do|did|can|could|will|would|is|are|has|have|should|geht|gehen|kann|gibt)\b")
_COMPARED = re.compile(r"(?i)^\W*(?:or|vs|versus|oder|instead of|rather than)\W*(?:(?:the|our|my)\W*)?$")
_DIFFERENCE = re.compile(r"(?i)\b(?:difference|compared? (?:to|with)|better than|instead of|switch from)\b")
_ASIDE = re.compile(
    r"(?i)\b(?:mcp|cli|command[ -]line|api(?!\W+(?:keys?|tokens?|docs?|documentation|limits?|errors?|calls?)))\b"
)
_LISTED = re.compile(
    r"(?i)\b(?:what|which|anything|everything|all|tools?|apps?)\b.*\b(?:works?|connect\w*|integrat\w*|syncs?|goes|"
    r"talks?|plugs?|"
    r"hook\w*|compatible|link\w*)\b"
)
_ADVICE = re.compile(r"(?i)\b(?:what|which)\b.*\b(?:use|recommend|take|pick|choose)\b")
_BESIDE = re.compile(r"(?i)\b(?:with|w|together|alongside|next to|beside|mit)\b")

# Another request than for leave: its words of consent and data are beside the point.
_REQUEST = re.compile(
    r"(?i)^\W*(?:(?:hi|hey|hello|so|and|please|pls|quick \w+)\W+)*(?:how|which|what|who(?! says)|whom|where|why|wie|"
    r"wer|wo|was)\b|"
    r"\b(?:how (?:do|can|to|should|would|often|many)|which (?:tool|one|app)|looking for|need (?:help|something|"
    r"some|an?|just)|"
    r"just need|help (?:me|with|us)|want to learn|something (?:to|for|that)|any(?:thing)? (?:ideas?|good|for)|"
    r"best way|"
    r"is there (?:an?(?! way)|some\w*|any\w*)|"
    r"(?:whom?|where) (?:do|can|should) i|what (?:do|does|should|can|is|are))\b|"
    r"^\W*(?:draft|write|rewrite|summari[sz]e|translate|clean|make|create|fix|show|explain|tool)\b|"
    r"\b(?:macro|template|tutorial|training|prompt|slow|down|crash\w*|error|forgot|benchmark\w*)\b"
)
_WHICH_TOOL = re.compile(
    r"(?i)\b(?:which|what|any|is there an?)\s+(?:\w+\s+){0,2}?(?:tools?|apps?|software|programs?)\b"
)
_WITH = re.compile(r"(?i)\bwith\s+(?:(?:the|our|my)\s+)?$")
_HELD = re.compile(r"(?i)\b(?:for|with|hold|holds|holding|handle|handles|store|stores)\b[^.?!,]*\bdata\b")
_SHORT = 20  # words: longer texts tell a story, in which signs are chance
_SENTENCE = re.compile(r"[.?!;\n]+\s+")
_SO_ENDS = re.compile(r"(?i)\b(?:in|into|through|via|with|to)\b.*\b(?:ok|okay|fine|alright|all right|safe)\b\W*$")
_SO_BEGINS = re.compile(r"(?i)\b(?:is|are)\s+(?:it\s+)?(?:\w+\s+)?(?:ok|okay|fine|safe|legal)\b")
# "from the … Gridloom": it comes from there, or goes there.
_BOUND = re.compile(r"(?i)\b(?:from|out of|into|onto|to|nach|von)\s+(?:(?:the|our|my|an?)\s+)?$")
_NOTHING_MORE = re.compile(r"(?i)^\W*(?:(?:at all|here|too|as well|yet|at work|now|account|please|pls)\W*)*$")


def kind_of(text: str, found: Sequence[Mention], classes: Sequence[str]) -> Kind:
    """The kind of a question once it is known which tools and data it names."""
    told = intent.kind_of(text)
    rest = masked(text, found)
    if asks_leave(text, rest, found, classes):
        return Kind.PERMISSION
    if _asks_connection(text, rest, found):
        return Kind.COMPATIBILITY
    # From the words alone they were taken for questions of fact; what they name says that they are none.
    return told if told not in {Kind.PERMISSION, Kind.COMPATIBILITY} or not found else Kind.WHICH


def asks_leave(text: str, rest: str, found: Sequence[Mention], classes: Sequence[str]) -> bool:
    """Whether leave is asked for: in so many words, or by the wish to put data of a class into a tool."""
    if not found:
        return _asks_leave_for_unknown(text, classes) if classes else intent.kind_of(text) is Kind.PERMISSION
    if _LEAVE.search(rest):
        return bool(classes) or len(found) == 1 or intent.kind_of(text) is Kind.PERMISSION
    if _HELPER.search(rest):
        return False
    if _CAN_PUT.search(rest) and classes:
        return True
    if _REQUEST.search(rest):
        return False
    one = len({mention.tools for mention in found}) == 1
    if one and ((_CAN_PUT.search(rest) and _WAY.search(rest)) or _only_uses(text, found)):
        return not _LINK.search(rest)
    if not classes:
        return one and bool(_CONSENT.search(rest)) and not _LINK.search(rest)
    if _CONSENT.search(rest) or _PUT.match(text) or _CAN_BE.search(rest):
        return True
    return one and len(text.split()) <= _SHORT and not _LINK.search(rest)


def _asks_leave_for_unknown(text: str, classes: Sequence[str]) -> bool:
    """Of a tool that nobody knows: only where one sentence says it all."""
    return any(
        len(sentence.split()) <= _SHORT
        and classes_in(sentence, classes)
        and not _HELPER.search(sentence)
        and not _REQUEST.search(sentence)
        and any(sign.search(sentence) for sign in (_LEAVE, _CAN_PUT, _CAN_USE, _PUT, _SO_ENDS, _SO_BEGINS))
        for sentence in _SENTENCE.split(text)
    )


def _only_uses(text: str, found: Sequence[Mention]) -> bool:
    """ "Can I use Gridloom", and no more: for a task it would be another question."""
    use = _CAN_USE.search(text)
    return bool(use) and bool(_NOTHING_MORE.match(text[found[-1].end :]))


def _asks_connection(text: str, rest: str, found: Sequence[Mention]) -> bool:
    if not found or _DIFFERENCE.search(rest):
        return False
    another = bool(_REQUEST.search(rest) or _HELPER.search(rest))
    if len({mention.tools for mention in found}) > 1:
        between = (text[one.end : two.start] for one, two in itertools.pairwise(found))
        if any(map(_COMPARED.match, between)):
            return False
        bound = any(_BOUND.search(text[: mention.start]) for mention in found)
        return bool(_LINK.search(rest)) or bound or (not another and bool(_WAY.search(rest) or _POLAR.search(rest)))
    if len(text.split()) > _SHORT:
        return False
    if _ASIDE.search(rest):
        return True
    if _LISTED.search(rest) and _LINK.search(rest + " with"):
        return True
    if _ADVICE.search(rest) and _BESIDE.search(text[: found[0].start]):
        return True
    howto = intent.kind_of(text) is Kind.HOWTO
    return not howto and bool(_LINK.search(rest)) and bool(_POLAR.search(rest))


def is_narrowed(text: str, found: Sequence[Mention], classes: Sequence[str]) -> bool:
    """Whether a tool is asked for that has to go with another one, or with a class of data."""
    rest = masked(text, found)
    if not _WHICH_TOOL.search(text) or _LISTED.search(rest):
        return False
    limited = classes and (_LEAVE.search(rest) or _CONSENT.search(rest) or _HELD.search(text))
    return bool(limited) or any(_WITH.search(text[: mention.start]) for mention in found)
