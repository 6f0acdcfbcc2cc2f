"""Many texts an item: one figure an item out of one figure a text, without a table as wide as the item with most."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]


class Groups:
    """Which columns of a table of texts belong to which item. An item may have none.

    Items with about as many texts are taken together, so that a skill with 500 past questions does not make 4,000
    others 500 wide.
    """

    def __init__(self, columns: Sequence[Sequence[int]]) -> None:
        self._count = len(columns)
        widths = np.array([len(own) for own in columns], np.int64)
        levels = np.ceil(np.log2(np.maximum(widths, 1))).astype(np.int64)
        self._blocks = [
            (rows, _table([columns[int(row)] for row in rows]))
            for level in np.unique(levels)
            if (rows := np.flatnonzero((levels == level) & (widths > 0))).size
        ]

    def reduce(self, values: Values, one_of: Callable[[Values], Values]) -> npt.NDArray[np.float64]:
        """(m, items) from (m, texts + 1), whose last column is −inf: `one_of` makes one of the last axis.

        An item without a text gets −inf.
        """
        result = np.full((len(values), self._count), -np.inf)
        for rows, table in self._blocks:
            result[:, rows] = one_of(values[:, table])
        return result


def best_mean(values: Values, count: int) -> Values:
    """Mean of the `count` highest along the last axis, of as many as there are; −inf where there is none."""
    count = min(count, values.shape[-1])
    if values.shape[-1] > count:
        values = np.partition(values, values.shape[-1] - count, axis=-1)[..., -count:]
    there = np.isfinite(values)
    total = np.where(there, values, np.float32(0)).sum(axis=-1)
    return np.where(there.any(axis=-1), total / np.maximum(there.sum(axis=-1), 1), -np.inf).astype(np.float32)


def soft_maximum(values: Values, softness: float) -> Values:
    """A maximum that grows a little with every further value near it, and with nothing ever falls."""
    peak = values.max(axis=-1, keepdims=True)
    safe = np.where(np.isfinite(peak), peak, np.float32(0))
    total = np.exp((values - safe) / np.float32(softness)).sum(axis=-1)
    with np.errstate(divide="ignore"):
        return np.asarray(safe[..., 0] + np.float32(softness) * np.log(total))


def _table(columns: Sequence[Sequence[int]]) -> npt.NDArray[np.int64]:
    """(rows, most) columns; −1, the empty column, where a row has fewer."""
    table = np.full((len(columns), max(map(len, columns))), -1, np.int64)
    for row, own in enumerate(columns):
        table[row, : len(own)] = own
    return table
