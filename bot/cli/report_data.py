"""What `signpost eval` found, as JSON for programs."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from bot.domain import ReaderUse, Spread
from bot.evaluating.explaining import Miss
from bot.evaluating.findings import Comparison, Findings
from bot.evaluating.replaying import Fate, Replay
from bot.measures import counting
from bot.measures.quality import SHOWN, Summary
from bot.measures.resampling import Figure


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


def as_object(found: Findings, cost: Spent | None = None) -> dict[str, Any]:
    """One JSON object: each figure as value, low and high; null where there was nothing to measure."""
    rest = {
        "entries": found.entries,
        "past_questions": found.past_questions,
        "embedder": found.embedder,
        "reliability": _data(found.bins),
        "at_90_precision": _data(found.at_90),
        "stolen": _data(found.stolen),
    }
    if cost:
        rest["reader"] = asdict(cost)
    if found.compared:
        rest |= _compared_data(found.compared)
    if found.other:
        names = {"before": found.other.compared.before, "after": found.other.compared.after}
        rest["embeddings"] = {
            **names,
            "figures": _summary_data(found.other.figures),
            **_compared_data(found.other.compared),
        }
    if found.beside:
        rest["plain"] = _data(found.beside)
    if found.hidden:
        rest["hidden"] = _data(found.hidden)
    if found.lessons:
        rest["learning_curve"] = _data(found.lessons)
    return {**_summary_data(found.figures), "worst": [_miss_data(miss) for miss in found.misses], **rest}


def _summary_data(figures: Summary) -> dict[str, Any]:
    return {name: value for name, value in _data(figures).items() if name != "worst"}


def _miss_data(miss: Miss) -> dict[str, Any]:
    row = miss.result.row
    return {
        "question": row.question,
        "expected": list(row.expected),
        "candidates": list(row.candidates[:SHOWN]),
        "confidence": round(row.confidence, 3),
        "verdict": row.verdict.value,
        "reason": miss.reason.value,
        "place": miss.place,
        "signals": list(miss.signals),
        "words": list(miss.words),
        "lacking": list(miss.lacking),
    }


def _compared_data(compared: Comparison) -> dict[str, Any]:
    return {"compared": _data(compared.differences), "compared_figures": _data(compared.shifts)}


def _data(value: Any) -> Any:
    """Dataclasses and figures as JSON takes them."""
    if isinstance(value, Figure):
        return {name: _data(number) for name, number in value._asdict().items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_data(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def replay_as_object(found: Replay) -> dict[str, Any]:
    """One JSON object; what stays as it was is only counted."""
    changed = [one for one in found.questions if one.fate is not Fate.SAME]
    return {
        "days": found.days,
        "questions": len(found.questions),
        "confirmed": sum(one.confirmed is not None for one in found.questions),
        "in_sight_before": found.in_sight_before,
        "in_sight_after": found.in_sight_after,
        **{fate.value: len(found.of(fate)) for fate in Fate},
        "changes": [
            {
                "question_id": one.id,
                "question": one.words,
                "asked_at": one.asked_at.isoformat(),
                "fate": one.fate.value,
                "confirmed": one.confirmed,
                "before": _data(one.before),
                "after": _data(one.after),
            }
            for one in changed
        ],
        "stolen": _data(found.stolen),
        "moved": _data(found.moved),
    }
