"""Weights of the confidence before a library has questions of its own.

ITEMS: a logistic regression over draws of 4 to 120 of 446 public skills with 0 to 3 past questions each: questions
written for them, near misses, questions of other work, and each draw again with a fifth of the items hidden. No
evidence may count against an item, so that libraries unlike those draws are judged soberly too; that cost 0.4 points
of AUROC. ANSWERS: likeness alone, over 20 curated answers with paraphrases and questions of the same subject that
they do not answer; with more features it was sure of the wrong ones.
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
        1.055, 0.3736, 0.542, 1.153, 0.9029, 0.9829, 0.3383,
        0.4517, 0.5082, 0.3805, 0.4908, 0.05677, 3.009, 4.146,
    ),
    deviations=(
        0.5625, 0.4609, 0.4954, 0.5896, 0.5115, 0.6913, 0.246,
        0.2096, 0.309, 0.1174, 0.5266, 0.1496, 0.5474, 0.7635,
    ),
    weights=(
        0, 0.1972, 0, -0.4971, 0, 0, 0.9489,
        -0.1364, 0.1082, 0.4437, 0, 0, 0.3087, -0.1501,
        -0.6482,
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
