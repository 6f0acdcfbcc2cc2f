"""Weights of the confidence before a library has questions of its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prior:
    """In the order of confidence.FEATURES; `weights` has one more, which stands alone."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]


PRIOR = Prior(
    means=(1.14, 0.4409, 0.6094, 1.114, 0.9524, 1.182, 0.3453, 0.4623, 0.521, 0.3865, 0.4871, 0.05384, 2.993, 4.199),
    deviations=(
        0.6998, 0.5959, 0.6289, 0.6043, 0.5557, 1.101, 0.2513, 0.2113, 0.3099, 0.1213, 0.5222, 0.1476, 0.574, 0.5486,
    ),
    weights=(
        -0.5446, 0.2918, 0.1593, -0.2606, -0.444, 0.1432, 0.882, -0.1844, 0.2435, 0.9832, 0.0891, -0.1986, 0.4138,
        -0.2232, -0.3836,
    ),
)
