"""Knowing that there is no answer: our confidence beside a plain look-up's best cosine, on the same questions. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.measures.quality import rank_auroc
from bot.measures.resampling import Figure, Places, averaged

REFUSED = 0.05  # of the answerable questions


@dataclass(frozen=True)
class Draw:
    """The same n questions with one choice of hidden items; higher means surer that there is an answer."""

    known: npt.NDArray[np.bool_]  # (n,)
    ours: npt.NDArray[np.float64]  # (n,)
    plain: npt.NDArray[np.float64]  # (n,)


@dataclass(frozen=True)
class Knowing:
    """Means over the draws."""

    draws: int
    unknown: float  # questions a draw
    auroc_ours: Figure
    auroc_plain: Figure
    auroc_gain: Figure  # difference, paired
    refused_ours: Figure  # share of the unknown refused, where REFUSED of the answerable are refused too
    refused_plain: Figure
    refused_ratio: Figure  # paired


def knowing(draws: Sequence[Draw]) -> Knowing:
    """Every draw must be of the same questions in the same order."""
    count = len(draws[0].known) if draws else 0

    def auroc_of(draw: int, places: Places) -> tuple[float, float]:
        known = draws[draw].known[places]
        return rank_auroc(draws[draw].ours[places], known), rank_auroc(draws[draw].plain[places], known)

    def refused_of(draw: int, places: Places) -> tuple[float, float]:
        known = draws[draw].known[places]
        return refused(draws[draw].ours[places], known), refused(draws[draw].plain[places], known)

    return Knowing(
        draws=len(draws),
        unknown=float(np.mean([(~draw.known).sum() for draw in draws])) if draws else 0.0,
        auroc_ours=averaged(len(draws), count, auroc_of),
        auroc_plain=averaged(len(draws), count, auroc_of, lambda means: means[1]),
        auroc_gain=averaged(len(draws), count, auroc_of, lambda means: means[0] - means[1]),
        refused_ours=averaged(len(draws), count, refused_of),
        refused_plain=averaged(len(draws), count, refused_of, lambda means: means[1]),
        refused_ratio=averaged(len(draws), count, refused_of, _ratio),
    )


def refused(scores: npt.NDArray[np.float64], known: npt.NDArray[np.bool_], share: float = REFUSED) -> float:
    """Share of the unknown below the score that refuses at most `share` of the answerable; nan where one is missing."""
    answerable, unknown = np.sort(scores[known]), scores[~known]
    if not len(answerable) or not len(unknown):
        return float("nan")
    return float((unknown < answerable[int(share * len(answerable))]).mean())


def _ratio(means: Sequence[float]) -> float:
    return means[0] / means[1] if means[1] else float("nan")
