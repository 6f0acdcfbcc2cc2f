"""What `signpost eval` found, as one HTML page that needs nothing else."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.cli import charts
from bot.cli.report_data import Spent
from bot.evaluating.findings import Findings
from bot.measures.quality import Reached, Summary
from bot.measures.resampling import Figure
from bot.reasoning.deciding import Policy

_PAIRS_SHOWN = 30


@dataclass(frozen=True)
class Names:
    """What was measured with."""

    library: str
    questions: str
    history: str | None


@dataclass(frozen=True)
class Line:
    """One figure of the first table."""

    name: str
    figure: Figure
    count: int
    meaning: str
    share: bool = True


def render(found: Findings, names: Names, policy: Policy, cost: Spent | None = None) -> str:
    """The whole page. Everything that people or files wrote is escaped by the template engine."""
    environment = Environment(
        loader=PackageLoader("bot.cli"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "interval": interval, "plain": plain, "plain_interval": plain_interval}
    return environment.get_template("report.html").render(
        found=found,
        names=names,
        policy=policy,
        cost=cost,
        made=datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC"),
        lines=[line for line in _lines(found.figures) if not math.isnan(line.figure.value)],
        seen=_seen(found.figures),
        reliability=charts.reliability(found.bins, policy),
        risk=charts.risk_coverage(found.risk, found.at_90),
        learning=charts.learning_curve(found.lessons) if found.lessons else None,
        knowing=_knowing(found),
        stolen=found.stolen[:_PAIRS_SHOWN],
        more_stolen=max(0, len(found.stolen) - _PAIRS_SHOWN),
    )


def percent(value: float) -> str:
    """0.613 → "61.3 %"."""
    return "–" if math.isnan(value) else f"{100 * value:.1f} %"


def interval(figure: Figure) -> str:
    """The interval of a share."""
    return "–" if math.isnan(figure.low) else f"{100 * figure.low:.1f} to {100 * figure.high:.1f}"


def plain(value: float) -> str:
    """A number that is no share."""
    return "–" if math.isnan(value) else f"{value:.3f}"


def plain_interval(figure: Figure) -> str:
    """The interval of a number that is no share."""
    return "–" if math.isnan(figure.low) else f"{figure.low:.3f} to {figure.high:.3f}"


def _lines(figures: Summary) -> list[Line]:
    known, unknown, asked = figures.known, figures.unknown, figures.known + figures.unknown
    answered = sum(part.answered_right + part.answered_wrong for part in (figures.of_known, figures.of_unknown))
    return [
        Line("Right one first", figures.top_1, known, "Known questions whose first candidate is a right one."),
        Line("Right one in the first three", figures.recall_3, known, "The same for the three that can be shown."),
        Line("Right one in the first five", figures.recall_5, known, "The same for five."),
        Line("Mean reciprocal rank", figures.mrr, known, "1 when the right one is first, ½ when second, …", False),
        Line("Right, of all answered", figures.answered_precision, answered, "Unknown questions count as wrong."),
        Line(
            "Answerable at 90 % precision",
            figures.coverage_at_90,
            known,
            "Known questions that get a right answer where the surest are answered and 90 % of the answers are right.",
        ),
        Line(
            "AUROC, known or unknown",
            figures.auroc_known,
            asked,
            "How often a known question is surer than an unknown one; ½ is chance.",
            False,
        ),
        Line(
            "AUROC, first right or not",
            figures.auroc_right,
            asked,
            "How often a question whose first candidate is right is surer than one where it is wrong.",
            False,
        ),
        Line(
            "Expected calibration error",
            figures.calibration_error,
            asked,
            "Mean distance of confidence from the share that is right, over ten equally filled bins. The interval lies"
            " higher than the truth: the fewer questions, the more this figure overstates.",
            False,
        ),
        Line(
            "Unknown, of all not answered", figures.refusal_precision, asked - answered, "How often silence was right."
        ),
        Line("Not answered, of the unknown", figures.refusal_recall, unknown, "The rest got a wrong answer."),
        Line("Questions taken for small talk", figures.small_talk_false, asked, "Nobody is asked about them."),
    ]


def _seen(figures: Summary) -> list[tuple[str, str, int, int]]:
    """What people get to see, what that means, and how many known and unknown questions."""
    rows = [
        ("answered_right", "Answered, and right", ""),
        ("tentative_right", "Three shown, the right one among them", ""),
        ("tentative_wrong", "Three shown, none of them right", "They are told that it is not sure."),
        ("unresolved", "“I don't know”, and the owner is asked", "Right for an unknown question."),
        ("answered_wrong", "Answered, and wrong", "The worst that can happen."),
        ("out_of_scope", "Taken for small talk", ""),
    ]

    def of(part: Reached, name: str) -> int:
        return int(getattr(part, name))

    return [(title, note, of(figures.of_known, name), of(figures.of_unknown, name)) for name, title, note in rows]


def _knowing(found: Findings) -> list[tuple[str, object]]:
    """What tells known from unknown, measured in one way or two."""
    both = [
        (f"The unknown questions of the set ({found.figures.unknown})", found.beside and found.beside.knowing),
        ("A fifth of the entries hidden", found.hidden),
    ]
    return [(title, one) for title, one in both if one and not math.isnan(one.auroc_ours.value)]
