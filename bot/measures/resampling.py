"""How far a figure would move if other questions had been asked: the bootstrap (Efron 1979). Pure and seeded."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]

RESAMPLES = 300


class Figure(NamedTuple):
    """A number with its 95 % interval; nan where there was nothing to measure."""

    value: float
    low: float
    high: float


NOTHING = Figure(float("nan"), float("nan"), float("nan"))


def resampled(count: int, figure: Callable[[Places], float]) -> Figure:
    """A figure of `count` questions with its interval; `figure` takes their places, one as often as it was drawn.

    What belongs to one question is drawn together, so two runs over the same questions stay paired.
    """
    return averaged(1, count, lambda _, places: (figure(places),))


def averaged(
    draws: int,
    count: int,
    parts: Callable[[int, Places], Sequence[float]],
    combined: Callable[[Sequence[float]], float] = lambda means: means[0],
) -> Figure:
    """The same where the same questions were asked in several draws: `combined` takes the means of `parts` over them.

    Each resample takes the same questions in every draw, and draws the draws again too: which items were hidden, or
    which past questions were known, is chance as well.
    """
    if not count or not draws:
        return NOTHING
    chance = np.random.default_rng(0)

    def once(chosen: Sequence[int], places: Places) -> float:
        return combined([float(np.mean(part)) for part in zip(*(parts(draw, places) for draw in chosen), strict=True)])

    values = np.array(
        [
            once(chance.integers(draws, size=draws).tolist(), chance.integers(count, size=count))
            for _ in range(RESAMPLES)
        ]
    )
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0.025, 0.975]) if len(values) else (float("nan"), float("nan"))
    return Figure(once(range(draws), np.arange(count)), float(low), float(high))
