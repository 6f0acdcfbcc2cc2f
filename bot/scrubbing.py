"""Takes secrets out of what a person typed, before it is stored, embedded or shown.

The patterns of tokens and keys are detect-secrets' own; those it lacks, what is called a secret, key blocks and
whatever is too strange for a person to have made up are added here. A word that holds a key goes as a whole:
half a key is still a hint. Better one word too many than one secret kept.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector

from bot.measures.strangeness import RANDOM, strangeness
from bot.reasoning.naming import Span, named_secrets

REMOVED = "[secret removed]"

_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?"
    r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.S,
)
# Words that could hold a key; a longer one is looked at in parts, so that no pattern has to go far.
_WORD = re.compile(r"[!-~]{8,512}")
_KNOWN = re.compile(  # what detect-secrets does not know, or no longer as it looks today
    r"(?<![A-Za-z0-9])(?:"
    r"(?:sk|rk|pk|whsec|gsk|hf|r8|npm|lin|ntn|figd|shpat|shpss|glsa|lsv2|dckr|dop|sbp|github)_"
    r"(?:[a-z]{1,4}\d?_)?(?=\w{0,40}\d)[A-Za-z0-9]{16,}|sk-(?=[\w-]{0,40}\d)[\w-]{20,}|hvs\.\w{20,}|xkeysib-\w{20,}"
    r"|secret_[A-Za-z0-9]{32,}|AIza[\w-]{30,}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,}|x(?:ox[a-z]|app)[-.][\w-]{8,})"
)
_IN_ADDRESS = re.compile(r"://[^\s/?#@:]*:[^\s/]+@")  # redis://:password@host
_ADDRESS = re.compile(  # of a page or a person
    r"(?i)\bhttps?://[^\s\"'<>|,;)}\]]+|(?<![\w.-])(?:[a-z0-9-]{1,60}\.){1,5}[a-z]{2,12}/\S*"
    r"|[\w.+-]{1,64}@[\w-]{1,60}\.[\w.-]+"
)
_HEX = re.compile(r"(?i)(?<![0-9a-z])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,})")
_RUN = re.compile(r"[A-Za-z0-9+/=_.~-]{16,}")


def scrub(text: str) -> str:
    """`text` with every secret replaced by REMOVED. Scrubbing twice changes nothing more."""
    # What is left between two removals is looked at once more, on its own. Each round removes something or is the last.
    while (scrubbed := _scrub_once(text)) != text:
        text = scrubbed
    return text


def _scrub_once(text: str) -> str:
    for find in (_key_blocks, named_secrets, _key_words):
        text = REMOVED.join(_without(part, find(part)) for part in text.split(REMOVED))
    return text


def _without(text: str, secrets: Iterable[Span]) -> str:
    """`text` with REMOVED for each of the spans, which come from left to right and may overlap."""
    kept, at = "", 0
    for start, end in secrets:
        if start >= at:
            kept += text[at:start] + REMOVED
        at = max(at, end)
    return kept + text[at:]


def _key_blocks(text: str) -> Iterator[Span]:
    return (block.span() for block in _KEY_BLOCK.finditer(text))


def _key_words(text: str) -> Iterator[Span]:
    return (word.span() for word in _WORD.finditer(text) if _holds_a_key(word[0]))


def _holds_a_key(word: str) -> bool:
    return bool(_IN_ADDRESS.search(word) or _KNOWN.search(word)) or _is_detected(word) or _is_random(word)


def _is_detected(word: str) -> bool:
    # Shorter or without a digit, what fits its patterns is nearly always a word.
    if len(word) < 16 or not re.search(r"\d", word):
        return False
    return any(True for detector in _detectors() for _ in detector.analyze_string(word))


def _is_random(word: str) -> bool:
    # A page has a strange address and is no secret; whoever knows the address of a webhook can write there.
    left = word if "hook" in word else _ADDRESS.sub(" ", word)
    return bool(_HEX.search(left)) or any(strangeness(run) >= RANDOM for run in _RUN.findall(left))


@cache
def _detectors() -> tuple[RegexBasedDetector, ...]:
    skipped = {"IPPublicDetector"}  # an address of a machine is no secret
    plugins = get_mapping_from_secret_type_to_class().values()
    return tuple(
        plugin() for plugin in plugins if issubclass(plugin, RegexBasedDetector) and plugin.__name__ not in skipped
    )
