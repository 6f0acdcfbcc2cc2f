"""The learning curve: the same questions with more and more of the history known."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from bot.domain import Confirmed, ItemId
from bot.evaluating.running import Case, refitted, run
from bot.measures.learning import Lesson, lesson
from bot.retrieval.embedding import Embedder
from bot.retrieval.progress import Report, silent
from bot.wiring import Mind

STEPS = (0, 1, 2, 5, 10, 20)  # past questions an item
DRAWS = 3


def curve(
    mind: Mind, embedder: Embedder, cases: Sequence[Case], history: Sequence[Confirmed], report: Report = silent
) -> list[Lesson]:
    """The figures at each step that the history reaches, without a language model."""
    lessons = []
    for step in steps(history):
        pasts = [drawn(history, step, seed) for seed in range(DRAWS)]
        # Where all are taken, or none, the draws are the same.
        pasts = pasts[:1] if len({frozenset(past) for past in pasts}) == 1 else pasts
        rows = []
        for number, past in enumerate(pasts, 1):
            what = f"{step} past questions an item, {number} of {len(pasts)}"
            results = run(refitted(mind, embedder, mind.known.items, past), cases, report, what)
            rows.append([result.row for result in results])
        lessons.append(lesson(step, [len(past) for past in pasts], rows))
    return lessons


def steps(history: Sequence[Confirmed]) -> list[int]:
    """Those of STEPS that give something new: up to the first that takes everything."""
    most = max(Counter(one.resolved_by for one in history).values(), default=0)
    return [step for before, step in zip((-1, *STEPS), STEPS, strict=False) if before < most]


def drawn(history: Sequence[Confirmed], step: int, seed: int) -> list[Confirmed]:
    """Up to `step` past questions of each item; with the same seed a larger step holds all of a smaller one."""
    taken: Counter[ItemId] = Counter()
    chosen = []
    for at in np.random.default_rng(seed).permutation(len(history)):
        one = history[at]
        if taken[one.resolved_by] < step:
            taken[one.resolved_by] += 1
            chosen.append(one)
    return chosen
