"""What is missing, used, worth keeping, and who answers for it."""

from math import cos, pi, sin, sqrt

from bot.domain import Grade, Ring
from bot.measures.report import Gap, ItemUse, Mandate, RadarTool, Report, StopItem
from bot.web.charts import marks
from bot.web.charts.picture import Picture, Spec, day, rounded, shown, table, value_text

_MOST_BARS = 15  # in a drawing; the table has them all
_RINGS = (Ring.ADOPT, Ring.TRIAL, Ring.ASSESS, Ring.HOLD, None)
_NO_RING = "no ring"
_GOLDEN = pi * (3 - sqrt(5))  # the angle that keeps neighbours apart


def gaps(report: Report) -> Picture:
    """Gaps ranked, each with its state and what closing it was worth."""
    rows = [
        (
            gap.name,
            gap.people,
            gap.needs,
            gap.state.value,
            ", ".join(gap.teams) or None,
            _tag(gap),
            day(gap.first_asked),
            day(gap.last_asked),
        )
        for gap in report.gaps
    ]
    values: list[Spec] = [
        {"name": gap.name, "value": gap.people or 0, "label": f"{_breadth(gap)} · {gap.state} · {_tag(gap)}"}
        for gap in report.gaps[:_MOST_BARS]
    ]
    says = (
        f"{len(report.gaps)} gaps; the widest: {report.gaps[0].name}."
        if report.gaps
        else "No gap is wide enough to be listed."
    )
    notes = (f"{report.smaller_gaps} smaller ones are not listed.",) if report.smaller_gaps else ()
    columns = ("Gap", "People", "Needs", "State", "Teams", "Value", "First asked", "Last asked")
    picture = marks.bars(values, says, "people", marks.AMBER) if values else None
    return Picture("gaps", says, f"n = {len(report.gaps)} gaps", table(columns, rows), picture, notes)


def _breadth(gap: Gap) -> str:
    return "fewer than five" if gap.people is None else str(gap.people)


def _tag(gap: Gap) -> str:
    return ", ".join(dict.fromkeys(f"{value.outcome} ({value.grade})" for value in gap.values)) or "not mapped"


def use(report: Report) -> Picture:
    """Skill and tool use."""
    rows = [(u.title, u.recommended, u.confirmed, u.people, ", ".join(u.teams) or None, _care(u)) for u in report.use]
    values: list[Spec] = [
        {"name": u.title, "value": u.recommended, "confirmed": u.confirmed or 0, "label": _use_label(u)}
        for u in report.use[:_MOST_BARS]
        if u.recommended is not None
    ]
    says = (
        f"Most recommended: {report.use[0].title}, {shown(report.use[0].recommended)} times, "
        f"confirmed {shown(report.use[0].confirmed)}."
        if report.use
        else "Nothing was recommended yet."
    )
    columns = ("Skill, tool or answer", "Recommended", "Confirmed", "People", "Teams", "Care")
    picture = marks.bars(values, says, "questions", "#a9c4e4", "confirmed") if values else None
    notes = ("The thin dark bar within is what was confirmed to help.",) if values else ()
    return Picture("use", says, f"n = {len(report.use)} items", table(columns, rows), picture, notes)


def _care(used: ItemUse) -> str:
    return (
        ", ".join(word for word, wanted in (("stale", used.stale), ("orphaned", used.orphaned)) if wanted) or "in order"
    )


def _use_label(used: ItemUse) -> str:
    care = "" if _care(used) == "in order" else f" · {_care(used)}"
    return f"{used.recommended}, {shown(used.confirmed)} confirmed{care}"


def radar(report: Report) -> Picture:
    """Tools by ring; the nearer the middle, the surer."""
    rows = [
        (
            tool.title,
            _ring(tool.ring),
            _ring(tool.was) if tool.moved else "no",
            tool.questions,
            tool.before,
            _kept(tool),
        )
        for tool in report.radar
    ]
    moved = [tool.title for tool in report.radar if tool.moved]
    says = f"{len(report.radar)} tools by ring. Moved: {', '.join(moved) or 'none'}."
    columns = ("Tool", "Ring", "Moved from", "Questions", "Period before", "Care")
    picture = _radar(report.radar, says) if report.radar else None
    return Picture("radar", says, f"n = {len(report.radar)} tools", table(columns, rows), picture)


def _ring(ring: Ring | None) -> str:
    return ring.value if ring else _NO_RING


def _kept(tool: RadarTool) -> str:
    words = [] if tool.has_owner else ["no owner"]
    if tool.overdue_days:
        words.append(f"review {tool.overdue_days} days overdue")
    return ", ".join(words) or "in order"


def _radar(tools: tuple[RadarTool, ...], says: str) -> Spec:
    rings = [ring for ring in _RINGS if ring or any(tool.ring is None for tool in tools)]
    edges = _edges(tools, rings)
    circles = [
        {"x": at * sin(step * pi / 30), "y": at * cos(step * pi / 30), "circle": at, "order": step}
        for at in edges[1:]
        for step in range(61)
    ]
    names = [{"x": 0, "y": at - 0.16, "words": _ring(ring).upper()} for at, ring in zip(edges[1:], rings, strict=True)]
    far = {"domain": [-edges[-1] - 0.1, edges[-1] + 0.1], "nice": False}
    place = {
        "x": {"field": "x", "type": "quantitative", "axis": None, "scale": far},
        "y": {"field": "y", "type": "quantitative", "axis": None, "scale": far},
    }
    tooltip = [
        {"field": name, "title": title}
        for name, title in (("tool", "Tool"), ("ring", "Ring"), ("moved", "Moved"), ("questions", "Questions"))
    ]
    size = {"field": "size", "type": "quantitative", "legend": None, "scale": {"range": [60, 500], "zero": True}}
    shape = {
        "field": "moved", "type": "nominal", "legend": {"title": None, "orient": "top"},
        "scale": {"domain": ["stayed", "moved"], "range": ["circle", "diamond"]},
    }  # fmt: skip
    colour = {
        "field": "moved",
        "type": "nominal",
        "legend": {"title": None, "orient": "top"},
        "scale": {"domain": ["stayed", "moved"], "range": [marks.BLUE, marks.RED]},
    }
    ring_line = {"type": "line", "color": marks.GREY, "strokeWidth": 1, "opacity": 0.6}
    ring_encoding = {**place, "detail": {"field": "circle"}, "order": {"field": "order"}}
    layers: list[Spec] = [
        {"data": {"values": circles}, "mark": ring_line, "encoding": ring_encoding},
        {
            "data": {"values": names},
            "mark": {"type": "text", "fontSize": 9, "fontWeight": "bold"},
            "encoding": {**place, "text": {"field": "words"}},
        },
        {
            "mark": {"type": "point", "filled": True, "opacity": 0.85},
            "encoding": {**place, "size": size, "shape": shape, "color": colour, "tooltip": tooltip},
        },
        {"mark": {"type": "text", "dy": -13, "fontSize": 10}, "encoding": {**place, "text": {"field": "tool"}}},
    ]
    return marks.chart(_dots(tools, rings), 420, says, layer=layers) | {"width": 420, "autosize": {"type": "pad"}}


def _edges(tools: tuple[RadarTool, ...], rings: list[Ring | None]) -> list[float]:
    """Where each ring begins and the last ends: a ring is as wide as its tools need."""
    edges = [0.0]
    for ring in rings:
        edges.append(edges[-1] + max(1.0, sum(tool.ring is ring for tool in tools) / 4.5))
    return edges


def _dots(tools: tuple[RadarTool, ...], rings: list[Ring | None]) -> list[Spec]:
    """Each ring's tools spread over it, as the seeds of a sunflower are over its face."""
    edges, dots = _edges(tools, rings), []
    for inner, outer, ring in zip(edges, edges[1:], rings, strict=False):
        here = [tool for tool in tools if tool.ring is ring]
        low, high = inner + 0.25, outer - 0.35
        for number, tool in enumerate(here):
            far = sqrt(low**2 + (high**2 - low**2) * (number + 0.5) / len(here))
            angle = number * _GOLDEN + inner
            dots.append({
                "x": rounded(far * sin(angle), 3), "y": rounded(far * cos(angle), 3), "tool": tool.title,
                "ring": _ring(ring), "moved": "moved" if tool.moved else "stayed", "size": tool.questions or 0,
                "questions": shown(tool.questions),
            })  # fmt: skip
    return dots


def value_map(report: Report) -> Picture:
    """Outcome × grade of evidence. The table is the picture: the figures are never added, so nothing has a length."""
    outcomes = dict.fromkeys(cell.outcome for cell in report.value_map)
    found = {(cell.outcome, cell.grade): cell.values for cell in report.value_map}
    rows = [
        (outcome, *("; ".join(map(value_text, found.get((outcome, grade), ()))) or "not mapped" for grade in Grade))
        for outcome in outcomes
    ]
    n = sum(len(cell.values) for cell in report.value_map)
    mapped = sum(any(found.get((outcome, grade)) for grade in Grade) for outcome in outcomes)
    says = f"{mapped} of {len(outcomes)} outcomes have a value recorded; {len(report.not_mapped)} skills have none."
    return Picture("value_map", says, f"n = {n} recorded values", table(("Outcome", *Grade), rows))


def stop(report: Report) -> Picture:
    """What costs questions and brings nothing."""
    rows = [(item.title, item.questions, item.failed) for item in report.stop]
    values: list[Spec] = [
        {
            "name": item.title,
            "value": item.questions or 0,
            "label": _cost(item),
        }
        for item in report.stop[:_MOST_BARS]
        if item.questions is not None
    ]
    says = (
        f"{len(report.stop)} items were recommended and never confirmed."
        if report.stop
        else "Nothing stands on the stop list."
    )
    picture = marks.bars(values, says, "questions", marks.RED) if values else None
    return Picture(
        "stop",
        says,
        f"n = {len(report.stop)} items",
        table(("Item", "Questions", "Failed or to the owner"), rows),
        picture,
    )


def _cost(item: StopItem) -> str:
    return f"{item.questions}" if item.failed is None else f"{item.questions}, {item.failed} of them failed"


def mandate(report: Report) -> Picture:
    """Who answers for what; red where nobody does."""
    rows = [
        (
            one.title,
            "● red" if one.red else "○ in order",
            _holder(one.has_owner, one.owner),
            _holder(one.has_deputy, one.deputy),
            one.open_items,
            "none" if one.oldest_hours is None else f"{one.oldest_hours:.1f} h",
        )
        for one in _red_first(report.mandate)
    ]
    red = sum(one.red for one in report.mandate)
    says = f"{red} of {len(report.mandate)} layers and tools are red: without an owner, or something waits too long."
    columns = ("Layer or tool", "State", "Owner", "Deputy", "Open", "Oldest waits, working hours")
    return Picture("mandate", says, f"n = {len(report.mandate)} layers and tools", table(columns, rows))


def _red_first(mandate: tuple[Mandate, ...]) -> list[Mandate]:
    return sorted(mandate, key=lambda one: (not one.red, -(one.oldest_hours or 0)))


def _holder(there: bool, who: str | None) -> str:
    return (who or "yes") if there else "none"


def closed(report: Report) -> Picture:
    """What changed because you asked."""
    rows = [(one.title, day(one.on), one.askers, one.served_again) for one in report.closed]
    again = sum(one.served_again for one in report.closed)
    says = f"{len(report.closed)} answers were written because somebody asked, and served again {again} times since."
    return Picture(
        "closed", says, f"n = {len(report.closed)} answers", table(("Answer", "On", "Askers", "Served again"), rows)
    )
