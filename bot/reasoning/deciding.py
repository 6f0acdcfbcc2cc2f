"""From a ranking to a verdict: pure thresholds on one calibrated probability."""

from dataclasses import dataclass

from bot.domain import Ranking, Verdict


@dataclass(frozen=True)
class Policy:
    """From which confidence on an answer is given, and from which on candidates are shown. 0–1, answered the higher.

    Looked for on 67 public skills that no local model was ever taught, in draws of 4 to 50 with 0 to 3 past questions
    each, a quarter of the questions answered by nothing, on draws not fitted on: what is answered from 0.8 on is right
    in 92 %, from 0.75 on in 90 %, from 0.85 on in 94 %. The lower bound leaves three candidates to look at rather than
    nothing wherever one of them may still be the one: below 0.15 lie 2 % of the questions that show the right one
    among three, but two in five of those that only seem to be for a skill.
    """

    answered: float = 0.8
    tentative: float = 0.15
    # From which confidence on the ranking needs no language model to read the catalogue.
    unread: float = 0.93


def decide(ranking: Ranking, policy: Policy) -> Verdict:
    """What a ranking is good for: an answer, up to three candidates to choose from, or a person."""
    if ranking.small_talk:
        return Verdict.OUT_OF_SCOPE
    if not ranking.candidates or ranking.confidence < policy.tentative:
        return Verdict.UNRESOLVED
    return Verdict.ANSWERED if ranking.confidence >= policy.answered else Verdict.TENTATIVE
