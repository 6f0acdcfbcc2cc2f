"""An embedder that remembers: a measurement asks the same questions of many libraries."""

from collections.abc import Sequence

import numpy as np

from bot.retrieval.embedding import Embedder, Vectors


class Remembering:
    """Embeds each text once. For one measurement: it holds every vector until it goes itself."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._held: dict[str, Vectors] = {}
        self.name = embedder.name
        self.dimension = embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As in Embedder."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._held]
        if missing:
            self._held.update(zip(missing, self._embedder.embed(missing), strict=True))
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([self._held[text] for text in texts])
