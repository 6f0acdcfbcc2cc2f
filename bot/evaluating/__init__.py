"""Measuring answers: the very code that answers people, asked questions whose answer is known."""

from bot.evaluating.running import (
    EVALUATOR,
    NOTHING,
    Case,
    Result,
    asked,
    connect_embedder,
    mind,
    refitted,
    row_of,
    run,
)

__all__ = [
    "EVALUATOR",
    "NOTHING",
    "Case",
    "Result",
    "asked",
    "connect_embedder",
    "mind",
    "refitted",
    "row_of",
    "run",
]
