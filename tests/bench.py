"""`make bench`: how long an answer takes, beside the bare embedding of the same question in the same run.

Machines differ and are noisy, so what counts are the ratios; milliseconds stand there to make them tangible.
"""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import chromadb
from chromadb.config import Settings as ChromaSettings
from rich.console import Console
from rich.table import Table

from bot import evaluating, settings
from bot.answering import consider
from bot.evaluating import Case
from bot.library import loading
from bot.library.passages import passages
from bot.retrieval import embedding
from bot.retrieval.embedding import Embedder
from tests.conftest import MODELS, ROOT

WARM_UP = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each question is asked")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), rounds)


def measure(folder: Path, rounds: int) -> None:
    """Prints a table of medians and 95th percentiles, in milliseconds and as ratios to the bare embedding."""
    (folder / "models").symlink_to(MODELS)
    embedder = embedding.connect("local", MODELS)
    began = time.perf_counter()
    mind = evaluating.mind(settings.load({"DATA_DIR": str(folder), "LIBRARY_DIR": str(ROOT)}))
    built = time.perf_counter() - began
    questions = [text for skill in mind.known.library.skills.values() for text in skill.questions]
    plain = _plain_search(folder, embedder)
    timed = {
        "bare embedding of the question": _timed(lambda text: embedder.embed([text]), questions, rounds),
        "plain Chroma look-up": _timed(plain, questions, rounds),
        "Signpost's answer": _timed(
            lambda text: consider(mind, evaluating.asked(Case(text, ()), 0)), questions, rounds
        ),
    }
    _show(timed, built, len(mind.known.items))


def _plain_search(folder: Path, embedder: Embedder) -> Callable[[str], object]:
    """What anyone would build first: every passage in Chroma, the nearest one wins."""
    client = chromadb.PersistentClient(str(folder / "plain"), settings=ChromaSettings(anonymized_telemetry=False))
    collection = client.create_collection("plain", embedding_function=None)
    texts = [p.text for item in loading.load(ROOT).items().values() for p in passages(item)]
    collection.add(ids=[str(n) for n in range(len(texts))], embeddings=embedder.embed(texts))
    return lambda text: collection.query(query_embeddings=embedder.embed([text]), n_results=3)


def _timed(call: Callable[[str], object], questions: Sequence[str], rounds: int) -> list[float]:
    """Milliseconds of each call, after a warm-up."""
    for text in questions[:WARM_UP]:
        call(text)
    durations = []
    for text in list(questions) * rounds:
        start = time.perf_counter()
        call(text)
        durations.append((time.perf_counter() - start) * 1000)
    return durations


def _show(timed: dict[str, list[float]], built: float, items: int) -> None:
    baseline = statistics.median(next(iter(timed.values())))
    table = Table("", "median ms", "p95 ms", "median ÷ bare embedding", title=f"{items} entries")
    for name, durations in timed.items():
        median, late = statistics.median(durations), statistics.quantiles(durations, n=20)[-1]
        table.add_row(name, f"{median:.1f}", f"{late:.1f}", f"{median / baseline:.2f}")
    Console().print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Console().print(f"Index built and fitted in {built:.1f} s from nothing; peak memory {peak:.0f} MB.")


if __name__ == "__main__":
    main()
