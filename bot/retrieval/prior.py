"""Weights of the confidence before a library has questions of its own.

Logistic regressions over draws of 12 to 120 of 446 public skills, with 0 to 3 past questions each, over questions
that were written for them, near misses among them, and with a fifth of the items hidden (ITEMS); and over
20 curated answers, each with paraphrases and questions of the same subject that it does not answer (ANSWERS).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prior:
    """In the order of confidence.FEATURES; `weights` has one more, which stands alone."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]


ITEMS = Prior(
    means=(
        1.131,
        0.4063,
        0.5798,
        1.104,
        0.9627,
        1.063,
        0.3551,
        0.4713,
        0.5175,
        0.394,
        0.5175,
        0.06066,
        3.004,
        4.265,
    ),
    deviations=(
        0.5814,
        0.4782,
        0.5144,
        0.6073,
        0.5316,
        0.7226,
        0.2565,
        0.2168,
        0.3153,
        0.1208,
        0.5309,
        0.1558,
        0.5869,
        0.4867,
    ),
    weights=(
        0.1537,
        0.2761,
        -0.1495,
        -0.5583,
        -0.7388,
        -0.3396,
        1.042,
        -0.2437,
        0.2794,
        0.9541,
        0.01941,
        -0.272,
        0.4501,
        -0.118,
        -0.2857,
    ),
)
ANSWERS = Prior(
    means=(
        1.705,
        1.02,
        1.243,
        0.5112,
        1.221,
        1.465,
        0.4288,
        0.6513,
        0.6543,
        0.5723,
        1.647,
        0.7039,
        2.334,
        4.242,
    ),
    deviations=(
        0.7496,
        0.7395,
        0.7455,
        0.6303,
        0.5375,
        1.021,
        0.4002,
        0.2855,
        0.2205,
        0.2562,
        0.6961,
        0.6186,
        0.4291,
        0.458,
    ),
    weights=(
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        1.74,
        0,
        0,
        0,
        0,
        0.3142,
    ),
)
