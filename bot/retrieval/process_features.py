"""What the regressions of process_sense.py see of a request and of its clauses: the same when learning and asked."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bot.reasoning.clauses import asks, clauses, denials, signs
from bot.retrieval.embedding import Vectors
from bot.retrieval.ranking import Array

Embed = Callable[[Sequence[str]], Vectors]

BLOCKS, FACT, STORY, WANTS = range(4)  # what a clause can be


def parts(text: str) -> list[str]:
    """The whole text and each of its clauses: what is embedded of it."""
    return [text, *(text[start:end] for start, end in clauses(text))]


def vectors_of(embed: Embed, requests: Sequence[str]) -> Mapping[str, Vectors]:
    """By part, of all parts of these requests. Raises whatever `embed` raises."""
    all_parts = tuple(dict.fromkeys(part for text in requests for part in parts(text)))
    return dict(zip(all_parts, embed(all_parts), strict=True))


def clause_features(text: str, vectors: Mapping[str, Vectors]) -> Array:
    """(clauses, dimension + signs). The factors set how strongly the regression may lean on each sort."""
    return np.array(
        [
            np.concatenate([2.0 * vectors[text[start:end]], 0.35 * np.array(signs(text[start : end + 1]))])
            for start, end in clauses(text)
        ]
    )


def request_features(text: str, vectors: Mapping[str, Vectors], chances: Array) -> Array:
    """The whole request, and what its clauses were taken for: `chances` is (clauses, 4)."""
    spans = clauses(text)
    asking = np.array([asks(text, span) for span in spans])
    words = np.array([len(text[start:end].split()) for start, end in spans], float)
    blocks, wants = chances[:, BLOCKS], chances[:, WANTS]
    wanted = wants * asking
    most = int(wanted.argmax())
    of_all = [
        _log_odds(wanted[most]),
        (wants * ~asking).max(),
        wanted[most] * (1 - blocks[most]),
        asking.mean(),
        asking.any(),
        min(denials(text), 2),
        _likeness(text, vectors, asking, int(blocks.argmax())),
        len(spans) / 4,
        2 * min(wanted[most], blocks.max()),
    ]
    weighed = 2 * (chances * words[:, None]).sum(0) / words.sum() if words.sum() else chances.mean(0)
    return np.concatenate(
        [
            1.5 * vectors[text],
            0.25 * np.array(signs(text)),
            _log_odds(chances.max(0)),
            weighed,
            np.array(of_all, float),
            chances[0],
            chances[-1],
        ]
    )


def _likeness(text: str, vectors: Mapping[str, Vectors], asking: Array, blocking: int) -> float:
    """How near the step that blocks is to what is asked for: a cure for it is no second piece of work."""
    told = np.array([vectors[text[start:end]] for start, end in clauses(text)])
    near = (told @ told[blocking]) * asking
    near[blocking] = 0.0
    return float(near.max())


def _log_odds(chance: Array) -> Array:
    clipped = np.clip(chance, 0.02, 0.98)
    return np.log(clipped / (1 - clipped)) / 2
