"""Weights of the confidence before a library has questions of its own.

Measured with either local model, by `python -m tests.prior`. Items: a logistic regression over draws of 4 to 50 of the
67 public skills that no model was ever taught (taught/held-out.txt) with 0 to 3 past questions each: questions written
for them, near misses, questions of other work. Answers: the same over draws of some 20 curated answers with
paraphrases, and with questions of the same subject that they do not answer (the larger model's: gold/answers.txt).
No evidence may count against an item, so that libraries unlike those draws are judged soberly too.
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
LARGE_ITEMS = Prior(
    means=(
        1.362, 0.5436, 0.7573, 0.8633, 1.252, 1.081, 0.3646,
        0.4731, 0.6686, 0.4875, 0.6954, 0.1366, 2.988, 3.475,
    ),
    deviations=(
        0.567, 0.5315, 0.558, 0.6107, 0.4775, 0.7335, 0.2654,
        0.2283, 0.2814, 0.1227, 0.6167, 0.2452, 0.5867, 0.5974,
    ),
    weights=(
        0, 0, 0, -0.3177, 0.154, 0, 0.2413,
        0, 0.3045, 1.145, 0, 0, 0.2118, -0.1751,
        0.8236,
    ),
)
SMALL_ITEMS = Prior(
    means=(
        1.232, 0.4909, 0.6952, 0.9697, 1.109, 1.106, 0.3742,
        0.4731, 0.6308, 0.4499, 0.5233, 0.05392, 2.988, 3.475,
    ),
    deviations=(
        0.563, 0.5465, 0.575, 0.6138, 0.4671, 0.7174, 0.2642,
        0.2283, 0.2947, 0.1184, 0.5042, 0.1478, 0.5867, 0.5974,
    ),
    weights=(
        0, 0, 0, -0.3136, 0, 0, 0.42,
        0, 0.3761, 0.809, 0, 0, 0.285, -0.1863,
        0.3939,
    ),
)
SMALL_ANSWERS = Prior(
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
LARGE_ANSWERS = Prior(
    means=(
        1.656, 0.9792, 1.217, 0.4067, 1.09, 1.297, 0.2885,
        0.5842, 0.656, 0.495, 1.529, 0.5818, 2.004, 3.681,
    ),
    deviations=(
        0.5925, 0.6235, 0.6035, 0.5164, 0.4132, 0.9348, 0.252,
        0.2413, 0.1819, 0.1489, 0.5944, 0.5241, 0.2967, 0.4947,
    ),
    weights=(
        0, 0, 0, 0, 0.7058, 0, 0,
        0, 0.06992, 0.5816, 1.02, 0.6306, 0.8966, 0.0299,
        0.7156,
    ),
)
# fmt: on


@dataclass(frozen=True)
class Learned:
    """What was learned with one embedding model."""

    items: Prior  # skills, tools and rules
    answers: Prior  # curated answers


LARGE, SMALL = Learned(LARGE_ITEMS, LARGE_ANSWERS), Learned(SMALL_ITEMS, SMALL_ANSWERS)


def learned_with(model: str) -> Learned:
    """What was learned with the embedding model of this name; with one not known, the larger local one's."""
    return SMALL if model.startswith("all-MiniLM") else LARGE
