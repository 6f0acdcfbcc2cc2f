"""Is this a question for the library at all, or small talk, help, a message meant for a colleague?"""

import re

import numpy as np

from bot.retrieval.embedding import Vectors
from bot.retrieval.examples import SMALL_TALK, WORK
from bot.retrieval.index import VectorIndex

NEIGHBOURS = 3
# By how much a message must be nearer to small talk than to work: with 0.12 no question about 67 public skills is lost
# (with 0.08 three are); a question taken for talk reaches nobody, talk taken for a question costs a shrug.
MARGIN = 0.13
KNOWN_BEST = 1.0  # a candidate this good (see ranking.py) is a question, whatever it sounds like

# Words that only open, close or decorate. What is left when they are gone is what was said.
_DECORATION = re.compile(
    r"\b(?:hi|hiya|hello|hey|heya|yo|good (?:morning|afternoon|evening|night)|morning|afternoon|evening|thanks?|"
    r"thank you|thx|ty|cheers|please|pls|plz|ok|okay|k|kk|cool|great|perfect|nice|awesome|lovely|super|lol|haha+|hehe|"
    r"yes|yep|yeah|no|nope|sure|sorry|bye|ciao|all|team|everyone|folks|guys|there|bot|signpost|so much|very much|"
    r"a lot|again)\b",
    re.IGNORECASE,
)
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


class SmallTalk:
    """Examples of both sorts, as vectors."""

    def __init__(self, index: VectorIndex) -> None:
        self._talk = index.vectors(SMALL_TALK)
        self._work = index.vectors(WORK)

    def sounds(self, text: str, vector: Vectors, best: float) -> bool:
        """Whether this is no question for the library; `best` is the score of the best candidate."""
        if not _LETTERS.search(_DECORATION.sub(" ", _EMOJI.sub(" ", text))):
            return True
        return best < KNOWN_BEST and _nearness(self._talk, vector) - _nearness(self._work, vector) > MARGIN


def _nearness(examples: Vectors, vector: Vectors) -> float:
    return float(np.sort(examples @ vector)[-NEIGHBOURS:].mean())
