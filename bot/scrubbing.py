"""Takes secrets out of what a person typed, before it is stored, embedded or shown.

The patterns of tokens and keys are detect-secrets' own; what people do and files do not (a password in a
sentence, a key block pasted whole) is added here. A word that holds a secret goes as a whole: half a token
is still a hint. Better one word too many than one secret kept.
"""

import re
from functools import cache

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString

REMOVED = "[secret removed]"

_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S)
_NAMED = re.compile(  # "password is hunter2", "pw: x", "api key = x", "client_secret=x"
    r"(?i)\b((?:pass(?:word|wort|phrase|code)|pwd?|pin code|secret|client[ _-]?secret|api[ _-]?key|"
    r"access[ _-]?(?:key|token)|auth[ _-]?token|bearer|token)\b[\"']?\s*(?:[:=]|\b(?:is|was|ist|lautet)\b)\s*)"
    r"([\"']?)([^\s\"']+)\2"
)
_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_\-.]{20,}")
_ORDINARY = re.compile(r"(?i)^(?:a|an|the|my|our|not|in|on|it|that|this|stored|missing|wrong|expired|required|needed)$")


def scrub(text: str) -> str:
    """`text` with every secret replaced by REMOVED; scrubbing twice changes nothing more."""
    text = _KEY_BLOCK.sub(REMOVED, text)
    text = _NAMED.sub(_named, text)
    return re.sub(r"\S+", lambda word: REMOVED if _is_secret(word.group()) else word.group(), text)


def _named(match: re.Match[str]) -> str:
    # "the password is wrong" names no secret; "the password is wr0ng!" does.
    if _ORDINARY.match(match[3].strip(".,;:!?")) or (not _has_colon(match[1]) and match[3].strip(".,;!?").isalpha()):
        return match[0]
    return match[1] + REMOVED


def _has_colon(name: str) -> bool:
    return name.rstrip().endswith((":", "="))


def _is_secret(word: str) -> bool:
    if any(True for detector in _detectors() for _ in detector.analyze_string(word)):
        return True
    return any(_is_random(run) for run in _LONG_WORD.findall(word) if "://" not in word)


def _is_random(run: str) -> bool:
    """A long run of mixed characters as no language writes it (commit hashes and ids count as secrets too)."""
    mixed = any(c.isdigit() for c in run) and any(c.isalpha() for c in run)
    return mixed and _entropy().calculate_shannon_entropy(run) > 3.7 and len(re.findall(r"[A-Za-z]{4,}", run)) < 3


@cache
def _detectors() -> tuple[RegexBasedDetector, ...]:
    skipped = {"Public IPv4 (ipv4)"}
    classes = get_mapping_from_secret_type_to_class().items()
    return tuple(
        plugin()
        for kind, plugin in classes
        if issubclass(plugin, RegexBasedDetector) and kind not in skipped and plugin.__name__ != "IPPublicDetector"
    )


@cache
def _entropy() -> Base64HighEntropyString:
    return Base64HighEntropyString(limit=4.5)
