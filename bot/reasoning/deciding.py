"""From a ranking to a verdict: pure thresholds on one calibrated probability."""

from dataclasses import dataclass

from bot.domain import Ranking, Verdict


@dataclass(frozen=True)
class Policy:
    """From which confidence on an answer is given, and from which on candidates are shown. 0–1, answered the higher.

    Looked for on the public skills and hurried questions that the prior weights were learned on (64 skills a
    library, 0 to 2 past questions each; 2,304 questions that they answer, 678 that nothing answers): what is
    answered from 0.8 on is right in 96 %, from 0.75 on in 94 %, from 0.7 on in 92 %. The highest of these, because
    those are kind figures: on 60 skills kept apart, with more near misses, 0.75 gave 11 of 15 and 0.8 gave 8 of 9.
    Below 0.12 lie 22 % of the unknown questions and 14 % of the known ones, of which half would see the right one
    among three.
    """

    answered: float = 0.8
    tentative: float = 0.12


def decide(ranking: Ranking, policy: Policy) -> Verdict:
    """What a ranking is good for: an answer, up to three candidates to choose from, or a person."""
    if ranking.small_talk:
        return Verdict.OUT_OF_SCOPE
    if not ranking.candidates or ranking.confidence < policy.tentative:
        return Verdict.UNRESOLVED
    return Verdict.ANSWERED if ranking.confidence >= policy.answered else Verdict.TENTATIVE
