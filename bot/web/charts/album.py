"""A report as pictures, in the order in which leaders look. Pure."""

from bot.measures.report import Report
from bot.web.charts import adoption, answering, library
from bot.web.charts.picture import Picture, Table, figure_table

# What a busy person looks at first; the rest of the figures is one click away.
STRIP = (
    "questions", "askers", "returning_askers", "adoption_28", "self_serve_rate", "unrated_share", "failed_share",
    "escalation_rate", "first_answer_p50", "owner_answer_p50",
)  # fmt: skip
SECTIONS = (
    ("Do people use it?", (adoption.weeks, adoption.funnel, adoption.teams, adoption.depth)),
    ("Does it help?", (answering.outcomes, answering.first_answer, answering.owner_answer, answering.kinds)),
    ("What is missing, what is used?", (library.gaps, library.use, library.radar, library.stop)),
    ("What is it worth?", (library.value_map, library.closed)),
    ("Who answers for it?", (library.mandate,)),
)


def sections(report: Report) -> list[tuple[str, list[Picture]]]:
    """Every picture under its heading."""
    return [(heading, [draw(report) for draw in drawn]) for heading, drawn in SECTIONS]


def tables(report: Report) -> dict[str, Table]:
    """The numbers of every picture by its key; `figures` are those of the strip and the rest of their kind."""
    drawn = {picture.key: picture.table for _, each in sections(report) for picture in each}
    return {"figures": figure_table(report.figures)} | drawn
