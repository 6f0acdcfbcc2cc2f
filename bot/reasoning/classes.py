"""Which classes of data a question names, in people's words. Pure.

Where words name data of a kind that the organisation has no class for, no class is taken to be named: a milder one
must not stand in for it.
"""

import re
from collections.abc import Mapping, Sequence

_PEOPLE = (  # of customers or of colleagues: whose is not said, so both count
    r"pii|personal (?:data|details|information)|health (?:data|records?)|medical|passports?|ibans?|"
    r"bank (?:details|accounts?)|"
    r"credit cards?|card numbers|social security|ssns?|home address(?:es)?|dates? of birth|personenbezogen\w*"
)
_WORDS: Mapping[str, str] = {
    "customer": r"customers?|clients?|subscribers?|buyers?|prospects?|consumers?|end users?|user (?:data|records)|"
    r"(?:contact|mailing|lead) lists?|support tickets?|(?:help ?desk|ticket) (?:texts?|data|contents?|exports?)|"
    r"crm (?:data|exports?|records?)|kund(?:e|en|in|innen)\w*",
    "employee": r"employees?|staff|personnel|colleagues?|coworkers?|salar(?:y|ies)|wages?|payroll|pay ?(?:slips?|"
    r"checks?)|"
    r"sick (?:notes?|leave|days)|absences?|cvs?|r[ée]sum[ée]s|applicants?|candidates?|(?:job )?applications?|"
    r"(?:job )?interviews?|new hires?|hr (?:data|files?|records?)|"
    r"(?:performance|peer|annual|team'?s?) reviews?|reviews? of (?:my|our|the) (?:team|people)|appraisals?|holidays?|"
    r"vacations?|birthdays|mitarbeit\w+|geh[aä]lt\w+|lohn\w*|bewerb\w+|lebensl[aä]uf\w*|krank\w+|personal(?:akte|"
    r"daten)\w*",
    "secret": r"passwords?|passwds?|passphrases?|secrets?|credentials?|(?:api|private|access|ssh|secret|signing|"
    r"encryption) ?keys?|"
    r"tokens?|pins|2fa codes?|cvvs?|unannounced|unreleased|unpublished|embargo\w*|confidential|trade secrets?|"
    r"(?:not|isn'?t|never) (?:yet |been )?(?:public|published|announced)|passw[oö]rt\w*|passw[oö]rter\w*|"
    r"zugangsdaten",
    "internal": r"internal|roadmaps?|budgets?|forecasts?|handbooks?|meetings?|minutes of|demos?|"
    r"(?:our|internal|project|launch|business) plans?|strateg(?:y|ies)|org charts?|intern(?:e|er|es|en)",
    # A public channel is a place, no data.
    "public": r"public(?! (?:\w+ )?(?:channels?|folders?|links?|boards?|repos?\w*|calendars?|groups?|pages?|"
    r"sites?|spaces?|cloud|"
    r"workspaces?|drives?)\b)|published|press (?:releases?|texts?|kits?|photos?|statements?|articles?)|on the web|"
    r"pressemitteilung\w*|ver[oö]ffentlicht\w*",
}
# What organisations call such classes.
_CALLED: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer", "client", "personal", "pii", "personal data"),
    "employee": ("employee", "staff", "hr", "people", "personnel", "personal", "pii", "personal data"),
    "secret": ("secret", "restricted", "credential", "strictly confidential"),
    "internal": ("internal", "confidential"),
    "public": ("public",),
}
_ALL_DATA = re.compile(r"(?i)\ball (?:of )?(?:our|the|my) data\b|\beverything we have\b")


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?i)\b(?:{words})\b")


_PATTERNS = {name: _pattern(words) for name, words in _WORDS.items()}
_PATTERN_PEOPLE = _pattern(_PEOPLE)


def classes_in(text: str, classes: Sequence[str]) -> tuple[str, ...]:
    """The organisation's classes that a text names, in its order; `text` without the names of tools."""
    if _ALL_DATA.search(text):
        return tuple(classes)
    kinds = {kind for kind, pattern in _PATTERNS.items() if pattern.search(text)}
    if _PATTERN_PEOPLE.search(text):
        kinds |= {"customer", "employee"}
    own = {name: _kinds_of(name) for name in classes}
    if (kinds - {"public"}) - {kind for some in own.values() for kind in some}:
        return ()
    said = {name for name in classes if _pattern(f"{re.escape(name)}s?").search(text)}
    named = {name for name, some in own.items() if kinds.intersection(some)}
    # "public" in the text has more to it than the bare word: see above.
    return tuple(name for name in classes if name in named or (name in said and not own[name]))


def _kinds_of(name: str) -> tuple[str, ...]:
    low = name.lower().removesuffix(" data").removesuffix("s")
    return tuple(kind for kind, names in _CALLED.items() if low in {one.removesuffix("s") for one in names})
