"""When do two people meet the same bottleneck, and when is it time to say so to its owner? Pure."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from bot.domain import BlockedStep

WINDOW = timedelta(days=30)
ASKERS = 3  # distinct people within the window
# From which cosine on two steps are one. Looked for on pairs of steps told in other words, with both shipped
# embedders: see docs/process-or-technology.md. Steps of one sort may differ more in their words.
_ALIKE, _ALIKE_OF_ONE_KIND = 0.55, 0.5


def nearest(step: BlockedStep, others: Sequence[BlockedStep]) -> int | None:
    """Which of the others is the same bottleneck, the likest one; None where none is."""
    likeness = [_likeness(step, other) for other in others]
    best = max(range(len(others)), key=likeness.__getitem__, default=None)
    return best if best is not None and likeness[best] > 0 else None


def _likeness(one: BlockedStep, other: BlockedStep) -> float:
    """The cosine of their words; 0 where they are not the same bottleneck."""
    if one.team != other.team or one.embedder != other.embedder or not one.vector or not other.vector:
        return 0.0
    cosine = float(np.dot(one.vector, other.vector))
    return cosine if cosine >= (_ALIKE_OF_ONE_KIND if one.kind is other.kind else _ALIKE) else 0.0
