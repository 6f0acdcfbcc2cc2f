"""Weights of the confidence before a library has questions of its own.

Measured with the taught local model over the 67 public skills that it was never taught (taught/held-out.txt).
ITEMS: a logistic regression over draws of 4 to 50 of them with 0 to 3 past questions each: questions written for
them, near misses, questions of other work, and each draw again with a fifth of the items hidden. ANSWERS: the same
over 20 curated answers with paraphrases, and with questions of the same subject that they do not answer. No evidence
may count against an item, so that libraries unlike those draws are judged soberly too.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prior:
    """In the order of confidence.FEATURES; `weights` has one more, which stands alone."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]


# Rows of numbers, which nobody reads one by one.
# fmt: off
ITEMS = Prior(
    means=(
        1.104, 0.4301, 0.6241, 1.043, 1.013, 0.9305, 0.3379,
        0.4484, 0.5925, 0.4276, 0.4899, 0.04397, 2.994, 3.397,
    ),
    deviations=(
        0.5452, 0.4981, 0.5256, 0.5966, 0.4589, 0.6932, 0.2522,
        0.2187, 0.3028, 0.1152, 0.4926, 0.1248, 0.543, 0.4371,
    ),
    weights=(
        0, 0, 0, -0.2511, 0.07177, 0, 0.4571,
        0.1069, 0.2345, 1.145, 0.007032, 0, 0.33, -0.04644,
        -0.2536,
    ),
)
ANSWERS = Prior(
    means=(
        1.637, 1.182, 1.382, 0.4297, 1.176, 1.438, 0.4498,
        0.6059, 0.6997, 0.5727, 1.557, 0.6439, 2.247, 3.277,
    ),
    deviations=(
        0.7837, 0.7922, 0.7945, 0.595, 0.5421, 1.033, 0.4028,
        0.3122, 0.1899, 0.2574, 0.7375, 0.6278, 0.3298, 0.4962,
    ),
    weights=(
        0, 0, 0, 0, 0.2608, 0, 0,
        -0.3919, 0, 1.549, 0.4962, 0, 0.6456, 0.0003694,
        0.3853,
    ),
)
