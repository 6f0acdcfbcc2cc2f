"""The figures of `signpost eval`, for people and for programs."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.domain import ReaderUse, Spread
from bot.measures import counting
from bot.measures.comparing import Difference
from bot.measures.quality import Figure, Reached, Summary

_NAMES = {
    "top_1": "Right one first",
    "recall_3": "Right one in the first three",
    "recall_5": "Right one in the first five",
    "mrr": "Mean reciprocal rank",
    "answered_precision": "Right, of all answered",
    "coverage_at_90": "Answerable at 90 % precision",
    "auroc_known": "AUROC, known or unknown",
    "auroc_right": "AUROC, first right or not",
    "calibration_error": "Expected calibration error",
    "refusal_precision": "Unknown, of all not answered",
    "refusal_recall": "Not answered, of the unknown",
    "small_talk_recall": "Small talk seen as such",
    "small_talk_false": "Questions taken for small talk",
}
_WORST_SHOWN = 8


@dataclass(frozen=True)
class Spent:
    """What a language model cost."""

    read: int  # questions that it read; the ranking was sure of the others, or it failed
    questions: int
    tokens_a_question: float  # of those that it read
    milliseconds: Spread


def spent(uses: Sequence[ReaderUse | None]) -> Spent | None:
    """Of one run; None where no model was to be asked."""
    read = [use for use in uses if use]
    tokens = sum(use.tokens for use in read) / len(read) if read else 0.0
    return Spent(len(read), len(uses), round(tokens, 1), counting.spread(use.elapsed_ms for use in read))


def as_object(figures: Summary, differences: Sequence[Difference] = (), cost: Spent | None = None) -> dict[str, Any]:
    """One JSON object: each figure as value, low and high; null where there was nothing to measure."""
    found: dict[str, Any] = {"known": figures.known, "unknown": figures.unknown}
    for name in _NAMES:
        figure: Figure = getattr(figures, name)
        found[name] = {part: _number(number) for part, number in figure._asdict().items()}
    found["of_known"], found["of_unknown"] = asdict(figures.of_known), asdict(figures.of_unknown)
    found["worst"] = [
        {
            "question": row.question,
            "expected": list(row.expected),
            "candidates": list(row.candidates[:3]),
            "confidence": round(row.confidence, 3),
            "verdict": row.verdict.value,
        }
        for row in figures.worst
    ]
    if cost:
        found["reader"] = asdict(cost)
    if differences:
        found["compared"] = [asdict(difference) for difference in differences]
    return found


def show(figures: Summary, differences: Sequence[Difference] = (), cost: Spent | None = None) -> None:
    """Tables on standard output."""
    console = Console()
    console.print(_figures(figures))
    console.print(_reached(figures))
    if figures.worst:
        console.print(_worst(figures))
    if cost:
        console.print(_cost(cost))
    if differences:
        console.print(_compared(differences))


def _figures(figures: Summary) -> Table:
    table = Table("", "value", "95 % interval", title=f"{figures.known} known, {figures.unknown} unknown questions")
    for name, words in _NAMES.items():
        figure: Figure = getattr(figures, name)
        if not math.isnan(figure.value):
            table.add_row(words, f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}")
    return table


def _reached(figures: Summary) -> Table:
    table = Table("What people get to see", "known", "unknown")
    for field in fields(Reached):
        known, unknown = (getattr(part, field.name) for part in (figures.of_known, figures.of_unknown))
        table.add_row(field.name.replace("_", " "), str(known), str(unknown))
    return table


def _worst(figures: Summary) -> Table:
    table = Table("Surest misses", "sure", "got", "wanted", show_lines=True)
    for row in figures.worst[:_WORST_SHOWN]:
        wanted = " or ".join(row.expected) or "nothing"
        table.add_row(row.question[:160], f"{row.confidence:.2f}", row.candidates[0], wanted)
    return table


def _cost(cost: Spent) -> str:
    if not cost.read:
        return f"The language model read none of {cost.questions} questions."
    times = f"median {cost.milliseconds.p50:.0f} ms, 90 % within {cost.milliseconds.p90:.0f} ms"
    return (
        f"The language model read {cost.read} of {cost.questions} questions:"
        f" {cost.tokens_a_question:,.0f} tokens a question; {times}."
    )


def _compared(differences: Sequence[Difference]) -> Table:
    table = Table("Side by side", "before", "now", "gained", "lost", "p")
    for one in differences:
        table.add_row(one.name, str(one.before), str(one.after), str(one.gained), str(one.lost), f"{one.p:.3f}")
    return table


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
