"""From a ranking to a verdict: pure thresholds on one calibrated probability."""

from dataclasses import dataclass

from bot.domain import Ranking, Verdict


@dataclass(frozen=True)
class Policy:
    """From which confidence on an answer is given, and from which on candidates are shown. 0–1, answered the higher."""

    answered: float = 0.75
    tentative: float = 0.2


def decide(ranking: Ranking, policy: Policy) -> Verdict:
    """What a ranking is good for: an answer, up to three candidates to choose from, or a person."""
    if ranking.small_talk:
        return Verdict.OUT_OF_SCOPE
    if not ranking.candidates or ranking.confidence < policy.tentative:
        return Verdict.UNRESOLVED
    return Verdict.ANSWERED if ranking.confidence >= policy.answered else Verdict.TENTATIVE
