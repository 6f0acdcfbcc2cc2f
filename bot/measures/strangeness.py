"""How far a run of characters is from what people write: random keys are strange, words and file names are not. Pure.

Every pair of neighbouring characters speaks for or against a person: letters that often follow each other for,
letters that hardly do and changes of case or between letters and digits against. The weights are rounded
logarithms of how often a pair is seen in keys over how often in words. They are added along the run, and
begin again whenever they fall below nothing (Page's CUSUM): so a key is found behind a long readable name too.
"""

from itertools import pairwise

# What is as strange as this is a key: of 16 random letters and digits nineteen in twenty are, of 24 nearly all.
RANDOM = 15

# For each letter those that often follow it: 260 pairs, of which nineteen in twenty are made in the 30,000
# commonest words of English and of German (ä, ö, ü, ß as a, o, u, s), and two in five among random letters.
_FOLLOWERS = dict(
    letter_and_followers.split(":")
    for letter_and_followers in (  # noqa: SIM905  # as quoted words one could not read it
        "a:bcdfghiklmnprstuvy b:aeilorsu c:aehiklortu d:aeilorsu e:abcdfghiklmnoprstuvwxy f:aeilortu g:aehilnorstu "
        "h:aeilmnortuw i:abcdefgklmnoprstvz j:aeu k:aeilorstu l:adeiostuy m:abeiopsu n:acdefgikostuz "
        "o:abcdfghiklmnprstuvw p:aehilorstu q:u r:abcdefghiklmnostuvwyz s:acehiklmoptu t:aehilorsuwyz "
        "u:abcdefgilmnprst v:aeio w:aehio x: y:es z:eiu"
    ).split()
)


def strangeness(run: str) -> int:
    """The strangest stretch of `run` (ASCII without blanks), from 0; a pair that comes again says nothing new."""
    strangest = so_far = 0
    seen: set[tuple[str, str]] = set()
    for first, second in pairwise(run):
        if (first, second) not in seen:
            seen.add((first, second))
            so_far = max(0, so_far + _weight(first, second))
            strangest = max(strangest, so_far)
    return strangest


def _weight(first: str, second: str) -> int:
    if not (first.isalnum() and second.isalnum()):
        return -1  # people part words with signs; keys hold few, and each makes two pairs
    if first.isdigit() or second.isdigit():
        return 0 if first.isdigit() and second.isdigit() else 2
    if first.islower() and second.isupper():
        return 2
    if first.lower() == second.lower():
        return 0
    return -1 if second.lower() in _FOLLOWERS[first.lower()] else 3
