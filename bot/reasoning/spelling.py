"""How near two spellings are, and which words are no misspelling of anything."""

from functools import cache

from spellchecker import SpellChecker


def distance(a: str, b: str, most: int) -> int:
    """Damerau-Levenshtein (optimal string alignment): letters added, left out, changed or swapped.

    `most` + 1 for any more than `most`.
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        oldest, before, row = before, row, [i]
        for j, right in enumerate(b, 1):
            steps = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                steps = min(steps, oldest[j - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return most + 1
    return row[-1]


def is_english(words: str) -> bool:
    """Whether each is a word of the language: "clause" is not "Claude" misspelt, nor "stack" Slack."""
    return all(word in _dictionary() for word in words.split())


def share(word: str) -> float:
    """How much of all English text a word makes up: "find" 1 in 800, "slack" 1 in 400,000; 0 where it is no word."""
    return float(_dictionary().word_usage_frequency(word))


@cache
def _dictionary() -> SpellChecker:
    """Read only once something looks misspelt: half a second."""
    return SpellChecker(language="en")
