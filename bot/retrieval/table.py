"""Vectors in one growing table, shared by what ranks now and what will rank next: each is held once.

Rows stand in blocks that never move, so that adding copies nothing and whoever reads an earlier view goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]

BLOCK = 4_096  # rows


@dataclass(frozen=True)
class View:
    """The first `count` rows, as they stand."""

    blocks: tuple[Vectors, ...]  # (BLOCK, dimension) each
    count: int

    def products(self, vectors: Vectors) -> Vectors:
        """float32 (m, count + 1): each vector with each row, and −inf in the last column."""
        found = np.empty((len(vectors), self.count + 1), np.float32)
        for number, block in enumerate(self.blocks):
            start = number * BLOCK
            end = min(start + BLOCK, self.count)
            np.matmul(vectors, block[: end - start].T, out=found[:, start:end])
        found[:, -1] = -np.inf
        return found

    def rows(self, places: Sequence[int] | Rows) -> Vectors:
        """float32 (n, dimension), copied."""
        wanted = np.asarray(places, np.intp)
        dimension = self.blocks[0].shape[1] if self.blocks else 0
        found = np.empty((len(wanted), dimension), np.float32)
        of = wanted // BLOCK
        for number in np.unique(of):
            here = of == number
            found[here] = self.blocks[number][wanted[here] % BLOCK]
        return found


class Table:
    """Where rows are added and let go. Not safe to change from several threads at once."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._blocks: list[Vectors] = []
        self._count = 0
        self._free: list[int] = []
        self._let_go: list[int] = []

    def add(self, vectors: Vectors) -> list[int]:
        """The rows that these now stand in."""
        places = [self._place() for _ in range(len(vectors))]
        for place, vector in zip(places, vectors, strict=True):
            self._blocks[place // BLOCK][place % BLOCK] = vector
        return places

    def let_go(self, places: Sequence[int]) -> None:
        """Rows that nobody wants any more. They are used again only after the next call: until what ranks now is
        replaced by what was made without them, it still reads them.
        """
        for place in self._let_go:
            self._blocks[place // BLOCK][place % BLOCK] = 0
        self._free += self._let_go
        self._let_go = list(places)

    def view(self) -> View:
        """As it is now."""
        return View(tuple(self._blocks), self._count)

    def _place(self) -> int:
        if self._free:
            return self._free.pop()
        if self._count == len(self._blocks) * BLOCK:
            self._blocks.append(np.zeros((BLOCK, self._dimension), np.float32))
        self._count += 1
        return self._count - 1
