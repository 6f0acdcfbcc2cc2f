"""What `signpost eval` found, as tables in the terminal."""

import math
from collections.abc import Sequence
from dataclasses import fields

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.report_data import Spent
from bot.evaluating.baseline import Beside
from bot.evaluating.explaining import Miss
from bot.evaluating.findings import Comparison, Findings
from bot.evaluating.replaying import Fate, Replay, Seen
from bot.measures.knowing import Knowing
from bot.measures.learning import Lesson
from bot.measures.quality import Reached, Summary
from bot.measures.resampling import Figure
from bot.measures.stealing import Pair

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
_PAIRS_SHOWN = 10
_CHANGES_SHOWN = 40


def show(found: Findings, cost: Spent | None = None) -> None:
    """Tables on standard output."""
    console = Console()
    console.print(_figures(found.figures))
    console.print(_reached(found.figures))
    if found.misses:
        console.print(_worst(found.misses))
    if found.stolen:
        console.print(_pairs(found.stolen, "Who takes whose questions"))
    if cost:
        console.print(_cost(cost))
    for compared in (found.compared, found.other.compared if found.other else None):
        if compared:
            console.print(_compared(compared))
            console.print(_shifted(compared))
    if found.beside:
        console.print(_plain(found.beside))
    for knowing, title in (
        (found.beside and found.beside.knowing, "Knowing that there is no answer"),
        (found.hidden, "The same with a fifth of the entries hidden"),
    ):
        if knowing and not math.isnan(knowing.auroc_ours.value):
            console.print(_knowing(knowing, title))
    if found.lessons:
        console.print(_lessons(found.lessons))


def show_replay(found: Replay) -> None:
    """Counts, and a table of what would change."""
    console = Console()
    counts = {fate: len(found.of(fate)) for fate in Fate}
    console.print(f"Asked again, of the last {found.days} days: {len(found.questions)}.")
    console.print(
        f"Of the answers: {counts[Fate.LOST]} confirmed lost, {counts[Fate.GAINED]} confirmed gained,"
        f" {counts[Fate.CHANGED]} others changed, {counts[Fate.SAME]} the same."
    )
    changed = [one for one in found.questions if one.fate is not Fate.SAME]
    if changed:
        table = Table("", "question", "before", "after", "confirmed", title="What would change", show_lines=True)
        for one in changed[:_CHANGES_SHOWN]:
            words = one.words or "(asked in private)"
            table.add_row(
                one.fate.value, Text(words[:160]), _seen(one.before), _seen(one.after), Text(one.confirmed or "")
            )
        console.print(table)
    if len(changed) > _CHANGES_SHOWN:
        console.print(f"… and {len(changed) - _CHANGES_SHOWN} more: --json has them all.")
    if found.stolen:
        console.print(_pairs(found.stolen, "Who would stand first instead of the confirmed one"))
    if found.moved:
        console.print(_pairs(found.moved, "Who would stand first instead of whom before"))


def _seen(seen: Seen) -> Text:
    return Text(f"{seen.verdict.value}: {seen.first or 'nothing'}")


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


def _worst(misses: Sequence[Miss]) -> Table:
    table = Table("Surest misses", "sure", "got", "wanted", "why", show_lines=True)
    for miss in misses[:_WORST_SHOWN]:
        row = miss.result.row
        # As text: what people wrote is no markup.
        cells = (row.question[:120], f"{row.confidence:.2f}", miss.winner, " or ".join(miss.wanted) or "nothing")
        table.add_row(*map(Text, cells), Text(miss.sentence))
    return table


def _pairs(pairs: Sequence[Pair], title: str) -> Table:
    table = Table("takes", "from", "questions", "and back", title=title)
    for pair in pairs[:_PAIRS_SHOWN]:
        table.add_row(Text(pair.taker), Text(pair.loser), str(pair.taken), str(pair.taken_back))
    return table


def _cost(cost: Spent) -> str:
    if not cost.read:
        return f"The language model read none of {cost.questions} questions."
    times = f"median {cost.milliseconds.p50:.0f} ms, 90 % within {cost.milliseconds.p90:.0f} ms"
    return (
        f"The language model read {cost.read} of {cost.questions} questions:"
        f" {cost.tokens_a_question:,.0f} tokens a question; {times}."
    )


def _compared(compared: Comparison) -> Table:
    table = Table("Side by side", compared.before, compared.after, "gained", "lost", "p")
    for one in compared.differences:
        table.add_row(one.name, str(one.before), str(one.after), str(one.gained), str(one.lost), f"{one.p:.3f}")
    return table


def _shifted(compared: Comparison) -> Table:
    table = Table("", compared.before, compared.after, "difference", "95 % interval")
    for one in compared.shifts:
        if not math.isnan(one.difference.value):
            table.add_row(one.name, f"{one.before:.3f}", f"{one.after:.3f}", *_with_interval(one.difference, "+.3f"))
    return table


def _plain(beside: Beside) -> Table:
    table = Table("Plain Chroma and MiniLM", "value", "95 % interval")
    for words, figure in (
        ("Right one first", beside.top_1),
        ("Right one in the first three", beside.recall_3),
        ("Share of its errors removed: first", beside.removed_top_1),
        ("Share of its errors removed: first three", beside.removed_recall_3),
    ):
        table.add_row(words, *_with_interval(figure))
    return table


def _knowing(knowing: Knowing, title: str) -> Table:
    many = f", {knowing.draws} draws" if knowing.draws > 1 else ""
    table = Table("", "value", "95 % interval", title=f"{title}: {knowing.unknown:.0f} unknown questions{many}")
    for words, figure in (
        ("AUROC of our confidence", knowing.auroc_ours),
        ("AUROC of the plain best cosine", knowing.auroc_plain),
        ("Gain", knowing.auroc_gain),
        ("Unknown refused where 5 % of the answerable are: ours", knowing.refused_ours),
        ("Plain", knowing.refused_plain),
        ("Ratio", knowing.refused_ratio),
    ):
        table.add_row(words, *_with_interval(figure))
    return table


def _lessons(lessons: Sequence[Lesson]) -> Table:
    table = Table("past questions an entry", "first", "first three", "at 90 %", "AUROC", "calibration error")
    for lesson in lessons:
        figures = (
            lesson.top_1,
            lesson.recall_3,
            lesson.coverage_at_90,
            lesson.auroc_known,
            lesson.calibration_error,
        )
        table.add_row(str(lesson.past_questions), *(_short(figure) for figure in figures))
    return table


def _with_interval(figure: Figure, form: str = ".3f") -> tuple[str, str]:
    if math.isnan(figure.value):
        return "–", ""
    return f"{figure.value:{form}}", f"{figure.low:{form}} to {figure.high:{form}}"


def _short(figure: Figure) -> str:
    if math.isnan(figure.value):
        return "–"
    return f"{figure.value:.3f} ± {(figure.high - figure.low) / 2:.3f}"
