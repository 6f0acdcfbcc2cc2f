"""Weights of the confidence before a library has questions of its own, as `python -m tests.prior` finds them.

Items: a logistic regression over draws of 4 to 50 of the 67 public skills that no local model was ever taught
(taught/held-out.txt) with 0 to 3 past questions each: questions written for them, near misses, questions of other work.
Answers: the same over draws of 1 to 15 curated answers of tests/gold/answers.txt in a part of the starter library: the
same question in other words, and questions of the same subject that they do not answer. No evidence may count against
an item, so that libraries unlike those draws are judged soberly too.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "taught" / "confidence.json"


@dataclass(frozen=True)
class Prior:
    """In the order of confidence.FEATURES; `weights` has one more, which stands alone."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Learned:
    """What was learned with one embedding model."""

    items: Prior  # skills, tools and rules
    answers: Prior  # curated answers


def learned_with(model: str) -> Learned:
    """What was learned with the embedding model of this name; with one not known, the larger local one's."""
    return _read()["small" if model.startswith("all-MiniLM") else "local"]


@cache
def _read() -> dict[str, Learned]:
    found = json.loads(FILE.read_text(encoding="utf-8"))
    return {model: Learned(_prior(of["items"]), _prior(of["answers"])) for model, of in found.items()}


def _prior(numbers: dict[str, list[float]]) -> Prior:
    return Prior(tuple(numbers["means"]), tuple(numbers["deviations"]), tuple(numbers["weights"]))
