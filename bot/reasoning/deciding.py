"""From a ranking to a verdict: pure thresholds on one calibrated probability."""

from dataclasses import dataclass

from bot.domain import Ranking, Verdict


@dataclass(frozen=True)
class Policy:
    """From which confidence on an answer is given, and from which on candidates are shown. 0–1, answered the higher.

    Chosen on the public skills and hurried questions that the prior weights were learned on (64 skills a library,
    0 to 2 past questions each; 2,304 questions that they answer, 678 that nothing answers), and on none that
    figures are reported for. What is answered from 0.75 on is right in 94 % there, from 0.7 on in 92 %: room to
    spare over nine in ten, since a library of one's own is never quite like those. Below 0.12 lie 22 % of the unknown
    questions and 14 % of the known ones, and of these only half would see the right one among three.
    """

    answered: float = 0.75
    tentative: float = 0.12


def decide(ranking: Ranking, policy: Policy) -> Verdict:
    """What a ranking is good for: an answer, up to three candidates to choose from, or a person."""
    if ranking.small_talk:
        return Verdict.OUT_OF_SCOPE
    if not ranking.candidates or ranking.confidence < policy.tentative:
        return Verdict.UNRESOLVED
    return Verdict.ANSWERED if ranking.confidence >= policy.answered else Verdict.TENTATIVE
