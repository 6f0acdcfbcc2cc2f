"""How many ask, come back, and how widely: weeks, funnel, teams, depth."""

from bot.measures.report import Report
from bot.web.charts import marks
from bot.web.charts.picture import Picture, Spec, day, rounded, share, shown, table

FEW_WEEKS = "Fewer than four weeks are shown, so no line is drawn through them."
_MOST_LABELLED = 14  # weeks: more make cells too narrow for words


def weeks(report: Report) -> Picture:
    """Weekly active and returning askers."""
    rows = [(day(w.start), w.active, w.returning, w.questions, w.days) for w in report.weeks]
    values: list[Spec] = [
        {"week": week, "what": what, "value": value, "n": active}
        for week, active, returning, _, _ in rows
        for what, value in (("active", active), ("returning", returning))
        if value is not None
    ]
    last = report.weeks[-1] if report.weeks else None
    says = (
        f"In the week of {day(last.start)} {shown(last.active)} people asked, {shown(last.returning)} returning."
        if last
        else "Nothing was asked yet."
    )
    return Picture(
        "weeks",
        says,
        f"n = {shown(report.people)} people",
        table(("Week of", "Active", "Returning", "Questions", "Days in the period"), rows),
        marks.series(
            values, [day(w.start) for w in report.weeks], says, "people", ("active", "returning"), report.trend
        )
        if values
        else None,
        () if report.trend else (FEW_WEEKS,),
    )


def funnel(report: Report) -> Picture:
    """From asking to helped."""
    found = report.funnel
    stages = (
        ("asked", found.asked),
        ("returned", found.returned),
        ("pointed to a skill", found.used_skill),
        ("said it helped", found.confirmed),
    )
    rows = [(name, n, _of(n, found.asked)) for name, n in stages]
    values: list[Spec] = [
        {"name": name, "value": n, "label": f"{n:,} · {part} of all"} for name, n, part in rows if n is not None
    ]
    says = (
        f"Of {shown(found.asked)} people who asked, {shown(found.returned)} returned, {shown(found.used_skill)} of "
        f"them were pointed to a skill, and {shown(found.confirmed)} of those said it helped."
    )
    picture = marks.bars(values, says, "people") if values else None
    return Picture(
        "funnel", says, f"n = {shown(found.asked)} people", table(("Stage", "People", "Of all"), rows), picture
    )


def _of(part: int | None, whole: int | None) -> str:
    return share(part / whole if part is not None and whole else None)


def teams(report: Report) -> Picture:
    """Team × week heat map, of the headcount where it is known."""
    columns = ("Team", "Headcount", *(day(w.start) for w in report.weeks), "Last 28 days", "Adoption, 28 days")
    rows = [
        (
            team.name,
            "unknown" if team.headcount is None else team.headcount,
            *(cell.people for cell in team.cells),
            team.people_28,
            share(team.adoption_28),
        )
        for team in report.teams
    ]
    values: list[Spec] = [
        {
            "team": team.name,
            "week": day(cell.week),
            "people": cell.people,
            "share": rounded(cell.share, 3),
            "label": "–" if cell.people is None else str(cell.people),
            "words": shown(cell.people) if cell.share is None else f"{cell.people} people, {share(cell.share)}",
        }
        for team in report.teams
        for cell in team.cells
    ]
    rates = [team.adoption_28 for team in report.teams if team.adoption_28 is not None]
    says = f"Distinct askers, {len(report.teams)} rows by {len(report.weeks)} weeks." + (
        f" In 28 days {share(min(rates))} to {share(max(rates))} of a team asked." if rates else ""
    )
    notes = ("A dash: fewer than five people, counted in “other”. The number in a cell is people.",)
    picture = _heat(values, says, len(report.teams), [day(w.start) for w in report.weeks]) if values else None
    return Picture("teams", says, f"n = {shown(report.people)} people", table(columns, rows), picture, notes)


def _heat(values: list[Spec], says: str, teams: int, weeks: list[str]) -> Spec:
    encoding = {
        "x": marks.weeks_across(weeks, orient="top"),
        "y": {"field": "team", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 110}},
    }
    colour = {
        "field": "share", "type": "quantitative", "title": "of headcount", "scale": {"scheme": "blues", "domainMin": 0},
        "legend": {"orient": "bottom", "format": ".0%", "gradientLength": 160, "direction": "horizontal"},
    }  # fmt: skip
    tooltip = [
        {"field": "team", "title": "Team"},
        {"field": "week", "title": "Week of"},
        {"field": "words", "title": "Asked"},
    ]
    cell = {"type": "rect", "stroke": "#8d96a5", "strokeWidth": 0.5}
    known, unknown = {"filter": "datum.share !== null"}, {"filter": "datum.share === null"}
    layers: list[Spec] = [
        {"transform": [unknown], "mark": {**cell, "fill": "transparent"}, "encoding": {"tooltip": tooltip}},
        {"transform": [known], "mark": cell, "encoding": {"color": colour, "tooltip": tooltip}},
    ]
    if len(weeks) <= _MOST_LABELLED:
        most = max((value["share"] for value in values if value["share"]), default=1)
        ink = {"condition": {"test": f"datum.share > {0.5 * most}", "value": "#ffffff"}, "value": "#1b2430"}
        label = {"field": "label"}
        text = {"type": "text", "fontSize": 11}
        layers.append({"transform": [known], "mark": text, "encoding": {"text": label, "color": ink}})
        layers.append({"transform": [unknown], "mark": text, "encoding": {"text": label}})
    return marks.chart(values, 34 * teams + 70, says, encoding=encoding, layer=layers)


def depth(report: Report) -> Picture:
    """People by how much they asked."""
    found = report.depth
    rows = [
        ("none, 0", found.none),
        ("light, 1–2", found.light),
        ("moderate, 3–7", found.moderate),
        ("heavy, 8 or more", found.heavy),
        ("other (small groups)", found.other),
    ]
    values: list[Spec] = [{"name": name, "value": n, "label": f"{n:,}"} for name, n in rows if n]
    says = "People by questions in 28 days: " + "; ".join(f"{name}: {shown(n)}" for name, n in rows) + "."
    n = sum(people for name, people in rows[1:] if people)
    picture = marks.bars(values, says, "people", marks.PURPLE) if values else None
    return Picture("depth", says, f"n = {n} people who asked", table(("Questions in 28 days", "People"), rows), picture)
