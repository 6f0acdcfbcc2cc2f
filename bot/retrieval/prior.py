"""Weights of the confidence before a library has questions of its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prior:
    """In the order of confidence.FEATURES; `weights` has one more, which stands alone."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]


PRIOR = Prior(means=(0.0,) * 14, deviations=(1.0,) * 14, weights=(0.0,) * 15)
