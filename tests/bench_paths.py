"""`python -m tests.bench_paths`: the path search over 5,000 edges against the embedding of one question, in one run."""

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

from bot.domain import Edge, ItemId, Review, ToolNote
from bot.reasoning import compatibility
from bot.retrieval import embedding

TODAY = date(2026, 11, 24)
EDGES, TOOLS, ROUNDS = 5000, 1000, 400


def library(seed: int = 7) -> dict[ItemId, ToolNote]:
    """Tools with edges of every kind; a few of them are hubs, as bridges and spreadsheets are."""
    pick = random.Random(seed)
    ids = [ItemId(f"tool:t{number}") for number in range(TOOLS)]
    weights = [40 if number < 10 else 1 for number in range(TOOLS)]
    edges: dict[ItemId, list[Edge]] = {id: [] for id in ids}
    for _ in range(EDGES):
        one, other = pick.choices(ids, weights, k=2)
        edge = Edge(
            one,
            other,
            via=pick.choice(["native", "api", "csv", "mcp", ids[0]]),
            direction=pick.choice(["both", "to", "from"]),
            status=pick.choice(["works", "works", "partial", "broken"]),
            tested=TODAY - timedelta(days=pick.randrange(150)),
        )
        edges[one].append(edge)
    every = timedelta(days=90)
    return {id: ToolNote(id, id, review=Review(TODAY, every), works_with=tuple(edges[id])) for id in ids}


def p95(do: Callable[[int], object]) -> float:
    """Milliseconds."""
    taken = []
    for number in range(ROUNDS):
        start = time.perf_counter()
        do(number)
        taken.append((time.perf_counter() - start) * 1000)
    return quantiles(taken, n=20)[-1]


def main() -> None:
    """Prints both and their ratio; above 1 the search is the slower one."""
    tools = library()
    graph = compatibility.graph_of(tools, TODAY)
    pick = random.Random(11)
    pairs = [pick.sample(list(tools), 2) for _ in range(ROUNDS)]
    avoid = frozenset(list(tools)[:3])
    embedder = embedding.connect("local", Path(".signpost/models"))
    search = p95(lambda n: compatibility.pair(graph, ItemId(pairs[n][0]), ItemId(pairs[n][1]), avoid))
    embed = p95(lambda n: embedder.embed([f"does tool {pairs[n][0]} work with {pairs[n][1]} in our team?"]))
    print(f"path search, {EDGES} edges, both ways: p95 {search:.2f} ms")
    print(f"embedding of one question: p95 {embed:.2f} ms")
    print(f"ratio: {search / embed:.2f} (under 1 is good)")


if __name__ == "__main__":
    main()
