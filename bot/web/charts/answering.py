"""What became of the questions: outcomes, time to answer, process or technology."""

from bot.domain import Spread, State
from bot.measures.report import Report, Week
from bot.web.charts import marks
from bot.web.charts.adoption import FEW_WEEKS
from bot.web.charts.picture import Picture, Spec, day, rounded, share, shown, spread_cells, table

# The letter stands in the bar, so that colour is not all there is.
_STATES = (
    (State.CONFIRMED, "C", "confirmed", marks.GREEN, "#ffffff"),
    (State.ANSWERED_BY_OWNER, "O", "answered by the owner", marks.BLUE, "#ffffff"),
    (State.UNRATED, "U", "unrated", "#c3c9d3", "#1b2430"),
    (State.ESCALATED, "W", "waiting for the owner", "#e3a72f", "#1b2430"),
    (State.FAILED, "F", "failed", marks.RED, "#ffffff"),
    (State.WITHDRAWN, "T", "taken back", "#b3a8d6", "#1b2430"),
)
_KINDS = (
    ("process", "P", marks.PURPLE, "#ffffff"),
    ("mixed", "M", "#c3b9e3", "#1b2430"),
    ("technology", "T", marks.BLUE, "#ffffff"),
)


def outcomes(report: Report) -> Picture:
    """Outcomes stacked by week."""
    names = [name for _, _, name, _, _ in _STATES]
    rows = [
        (day(w.start), *(_state(w, state) for state, *_ in _STATES), w.undecided, w.questions) for w in report.weeks
    ]
    values: list[Spec] = [
        {"week": day(w.start), "what": f"{letter} {name}", "n": n, "order": at, "label": f"{letter} {n}", "ink": ink}
        for w in report.weeks
        for at, (state, letter, name, _, ink) in enumerate(_STATES)
        if (n := _state(w, state))
    ]
    states = report.states or {}
    says = "Of all questions, " + ", ".join(f"{shown(states.get(s))} {name}" for s, _, name, _, _ in _STATES) + "."
    told = f"n = {sum(states.values()):,} questions" if report.states else "n not shown"
    picture = (
        _stacked(
            values, [day(w.start) for w in report.weeks], says, max((w.questions or 0 for w in report.weeks), default=0)
        )
        if values
        else None
    )
    return Picture("outcomes", says, told, table(("Week of", *names, "undecided", "all questions"), rows), picture)


def _state(week: Week, state: State) -> int | None:
    return None if week.states is None else week.states.get(state, 0)


def _stacked(values: list[Spec], weeks: list[str], says: str, most: int) -> Spec:
    x = marks.weeks_across(weeks)
    scale = {"domain": [f"{s[1]} {s[2]}" for s in _STATES], "range": [s[3] for s in _STATES]}
    legend = {"title": None, "orient": "top", "labelLimit": 170}
    tooltip = [
        {"field": "week", "title": "Week of"},
        {"field": "what", "title": "State"},
        {"field": "n", "title": "Questions"},
    ]
    stack = {"stack": "n", "groupby": ["week"], "sort": [{"field": "order"}], "as": ["low", "high"]}
    middle = {"calculate": "(datum.low + datum.high) / 2", "as": "middle"}
    y = {"field": "low", "type": "quantitative", "title": "questions", "axis": {"tickMinStep": 1}}
    return marks.chart(
        values,
        300,
        says,
        transform=[stack, middle],
        encoding={"x": x},
        layer=[
            {
                "mark": {"type": "bar", "stroke": "#ffffff", "strokeWidth": 1},
                "encoding": {
                    "y": y, "y2": {"field": "high"}, "tooltip": tooltip,
                    "color": {"field": "what", "type": "nominal", "scale": scale, "legend": legend},
                },
            },
            {
                "transform": [{"filter": f"datum.n >= {max(1.0, most * 0.055):.2f}"}],
                "mark": {"type": "text", "fontSize": 10},
                "encoding": {
                    "y": {"field": "middle", "type": "quantitative"},
                    "text": {"field": "label"},
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
        ],
    )  # fmt: skip


def first_answer(report: Report) -> Picture:
    """Time to the bot's first answer by week."""
    return _times(report, "first_answer", "seconds", [w.first_answer for w in report.weeks])


def owner_answer(report: Report) -> Picture:
    """Time to the owner's answer by week, with what is promised."""
    times = [w.owner_answer for w in report.weeks]
    return _times(report, "owner_answer", "working hours", times, report.promise.red)


def _times(report: Report, key: str, unit: str, times: list[Spread], promise: float | None = None) -> Picture:
    weeks = [day(w.start) for w in report.weeks]
    names = ("half are faster", "nine in ten are faster")
    values: list[Spec] = [
        {"week": week, "what": what, "value": rounded(value, 2), "n": time.n}
        for week, time in zip(weeks, times, strict=True)
        for what, value in zip(names, (time.p50, time.p90), strict=True)
        if value is not None
    ]
    joined = len(values) >= 2 * marks.FEW
    measured = [(week, time) for week, time in zip(weeks, times, strict=True) if time.p50 is not None]
    says = "Nothing to show yet."
    if measured:
        week, last = measured[-1]
        half, most = shown(rounded(last.p50)), shown(rounded(last.p90))
        says = f"Week of {week}: half within {half} {unit}, nine in ten within {most}."
    if promise is not None:
        says += f" Promised: {promise:g} {unit}."
    rows = [(week, *spread_cells(time)) for week, time in zip(weeks, times, strict=True)]
    return Picture(
        key,
        says,
        f"n = {sum(time.n for time in times):,} answers",
        table(("Week of", f"p50, {unit}", f"p90, {unit}", "n"), rows),
        marks.series(values, weeks, says, unit, names, joined, promise) if values else None,
        () if joined else (FEW_WEEKS,),
    )


def kinds(report: Report) -> Picture:
    """Process versus technology by team."""
    rows = [(k.team, k.process, k.mixed, k.technology, k.n, share(k.process_share)) for k in report.kinds]
    values: list[Spec] = [
        {
            "team": k.team,
            "what": f"{letter} {name}",
            "n": n,
            "order": at,
            "label": f"{letter} {n}",
            "ink": ink,
            "of": k.n,
        }
        for k in report.kinds
        for at, (name, letter, _, ink) in enumerate(_KINDS)
        if (n := getattr(k, name))
    ]
    n = sum(k.n or 0 for k in report.kinds)
    rates = [k.process_share for k in report.kinds if k.process_share is not None]
    says = f"By team {share(min(rates))} to {share(max(rates))} in the process." if rates else "Nothing to show yet."
    columns = ("Team", "Process", "Mixed", "Technology", "n", "Process, in part or whole")
    picture = _shares(values, says, len(report.kinds)) if values else None
    return Picture("kinds", says, f"n = {n:,} questions with a kind", table(columns, rows), picture)


def _shares(values: list[Spec], says: str, teams: int) -> Spec:
    y = {"field": "team", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 110, "ticks": False}}
    scale = {"domain": [f"{k[1]} {k[0]}" for k in _KINDS], "range": [k[2] for k in _KINDS]}
    stack = {
        "stack": "n",
        "groupby": ["team"],
        "sort": [{"field": "order"}],
        "offset": "normalize",
        "as": ["low", "high"],
    }
    x = {
        "field": "low",
        "type": "quantitative",
        "title": "share of questions",
        "axis": {"format": ".0%", "tickCount": 5},
    }
    tooltip = [
        {"field": "team", "title": "Team"},
        {"field": "what", "title": "Where"},
        {"field": "n", "title": "Questions"},
        {"field": "of", "title": "of"},
    ]
    colour = {"field": "what", "type": "nominal", "scale": scale, "legend": {"title": None, "orient": "top"}}
    return marks.chart(
        values,
        34 * teams + 60,
        says,
        transform=[stack, {"calculate": "(datum.low + datum.high) / 2", "as": "middle"}],
        encoding={"y": y},
        layer=[
            {
                "mark": {"type": "bar", "stroke": "#ffffff", "strokeWidth": 1},
                "encoding": {"x": x, "x2": {"field": "high"}, "color": colour, "tooltip": tooltip},
            },
            {
                "transform": [{"filter": "datum.high - datum.low > 0.08"}],
                "mark": {"type": "text", "fontSize": 11},
                "encoding": {
                    "x": {"field": "middle", "type": "quantitative"},
                    "text": {"field": "label"},
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
        ],
    )
