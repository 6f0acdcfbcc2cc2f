"""Weights of the confidence before a library has questions of its own.

Measured over the 67 public skills that no local model was ever taught (taught/held-out.txt), by `python -m
tests.prior`. ITEMS, with the larger local model, and SMALL, with the smaller one: a logistic regression over draws of
4 to 50 of them with 0 to 3 past questions each: questions written for them, near misses, questions of other work.
ANSWERS, with the smaller one: the same over 20 curated answers with paraphrases, and with questions of the same
subject that they do not answer. No evidence may count against an item, so that libraries unlike those draws are
judged soberly too.
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
SMALL = Prior(
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


def items(model: str) -> Prior:
    """The weights for skills, tools and rules under an embedding model of this name; of one not known, ITEMS."""
    return SMALL if model.startswith("all-MiniLM") else ITEMS
