"""The yardstick: what anyone would build first. Every entry and past question is a vector, the nearest wins."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Self
from uuid import uuid4

import chromadb
from chromadb.config import Settings

from bot.domain import Confirmed, Item, ItemId
from bot.retrieval.chroma_store import batches
from bot.retrieval.embedding import Embedder
from bot.retrieval.profiles import profile

ADD_AT_ONCE = 2_000  # Chroma takes at most 5,461
ASK_AT_ONCE = 100
MOST_HITS = 1_000  # a question: an entry with very many past questions takes many of them

Hit = tuple[ItemId, float]  # an item and the best cosine of its texts


class PlainSearch:
    """Nearest neighbours by cosine, in Chroma as it comes, in memory."""

    def __init__(self, embedder: Embedder, items: Mapping[ItemId, Item], history: Sequence[Confirmed] = ()) -> None:
        resolved: dict[ItemId, list[Confirmed]] = defaultdict(list)
        for one in history:
            resolved[one.resolved_by].append(one)
        profiles = [profile(item, resolved[id]) for id, item in sorted(items.items())]
        texts = [(each.id, text) for each in profiles for text in (each.whole, *each.asked)]
        self._embedder = embedder
        # So many texts hold at least ten items, whichever they are.
        most = max((len(each.asked) + 1 for each in profiles), default=1)
        self._hits = min(len(texts), 10 * most, MOST_HITS)
        self._client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        self._name = f"plain-{uuid4().hex}"  # all such clients of a process share one store
        self._collection = self._client.create_collection(
            self._name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        for some in batches(texts, ADD_AT_ONCE):
            self._collection.add(
                ids=[str(self._collection.count() + at) for at in range(len(some))],
                embeddings=embedder.embed([text for _, text in some]),
                metadatas=[{"item": id} for id, _ in some],
            )

    def nearest(self, questions: Sequence[str], limit: int = 10) -> list[list[Hit]]:
        """For each question up to `limit` items, the nearest first. Raises EmbeddingsUnavailable."""
        found: list[list[Hit]] = []
        for some in batches(questions, ASK_AT_ONCE):
            if not self._hits:
                found += [[] for _ in some]
                continue
            got = self._collection.query(
                query_embeddings=self._embedder.embed(some),
                n_results=self._hits,
                include=["metadatas", "distances"],
            )
            for metadatas, distances in zip(got["metadatas"] or [], got["distances"] or [], strict=True):
                best: dict[ItemId, float] = {}
                for metadata, distance in zip(metadatas, distances, strict=True):
                    best.setdefault(ItemId(str(metadata["item"])), 1.0 - distance)
                found.append(list(best.items())[:limit])
        return found

    def close(self) -> None:
        """Frees the memory."""
        self._client.delete_collection(self._name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
