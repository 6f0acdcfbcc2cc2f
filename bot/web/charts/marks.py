"""Pieces of Vega-Lite that several pictures share. Colour never speaks alone: shapes, dashes and letters do too."""

from collections.abc import Sequence

from bot.web.charts.picture import Spec

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
BLUE, GREEN, AMBER, RED, GREY, PURPLE = "#2f6fb0", "#1b7f5c", "#c98500", "#b3372f", "#8d96a5", "#7a6bb0"
LINE, SECOND = BLUE, AMBER
_LETTER = 6.2 / 320  # a letter's width as a share of the narrowest drawing
_ROW = 42  # points for one bar and its name
FEW = 4  # points under which no line is drawn


def chart(values: Sequence[Spec], height: int, says: str, **parts: object) -> Spec:
    """A picture as wide as its place."""
    return {
        "$schema": SCHEMA,
        "description": says,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": list(values)},
        **parts,
    }


def weeks_across(weeks: Sequence[str], **axis: object) -> Spec:
    """Weeks from left to right, those without a value too."""
    shown = {"labelAngle": 0, "labelOverlap": True, **axis}
    return {"field": "week", "type": "ordinal", "title": None, "scale": {"domain": list(weeks)}, "axis": shown}


def series(
    values: Sequence[Spec],
    weeks: Sequence[str],
    says: str,
    unit: str,
    order: Sequence[str],
    joined: bool,
    promise: float | None = None,
) -> Spec:
    """Two or fewer lines over weeks: `week`, `value`, `what`. Points alone where no line may be drawn."""
    scale = {"domain": list(order), "range": [LINE, SECOND][: len(order)]}
    x = weeks_across(weeks)
    y = {"field": "value", "type": "quantitative", "title": unit, "scale": {"zero": True}}
    tooltip = [
        {"field": "week", "title": "Week of"},
        {"field": "what", "title": "What"},
        {"field": "value", "title": unit, "type": "quantitative"},
        {"field": "n", "title": "n", "type": "quantitative"},
    ]
    colour = {"field": "what", "type": "nominal", "scale": scale, "legend": {"title": None, "orient": "top"}}
    shape = {"field": "what", "type": "nominal", "scale": {"domain": list(order), "range": ["circle", "square"]}}
    encoding = {"x": x, "y": y, "color": colour}
    layers: list[Spec] = []
    if joined:
        dash = {"field": "what", "type": "nominal", "scale": {"domain": list(order), "range": [[1, 0], [6, 3]]}}
        layers.append({"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": {**encoding, "strokeDash": dash}})
    point = {"type": "point", "filled": True, "size": 70, "opacity": 1}
    layers.append({"mark": point, "encoding": {**encoding, "shape": shape, "tooltip": tooltip}})
    if promise is not None:
        layers += _promised(promise)
    return chart(values, 220, says, layer=layers)


def _promised(hours: float) -> list[Spec]:
    line = {"data": {"values": [{"promised": hours, "words": f"promised: {hours:g} h"}]}}
    y = {"field": "promised", "type": "quantitative"}
    return [
        {**line, "mark": {"type": "rule", "strokeDash": [2, 3], "color": RED, "strokeWidth": 2}, "encoding": {"y": y}},
        {
            **line,
            "mark": {"type": "text", "align": "right", "dy": -7, "fontWeight": "bold"},
            "encoding": {"y": y, "x": {"value": "width"}, "text": {"field": "words"}},
        },
    ]


def bars(values: Sequence[Spec], says: str, unit: str, colour: str = BLUE, second: str = "") -> Spec:
    """Lying bars in the order given, each under its own name: `name`, `value`, `label`; a bar of `second` within."""
    y = {"field": "name", "type": "nominal", "sort": None, "axis": None, "scale": {"padding": 0}}
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [0, _room(values)]}}
    tooltip = [
        {"field": "name", "title": "What"},
        {"field": "value", "title": unit},
        {"field": "label", "title": "More"},
    ]
    bar = {"type": "bar", "color": colour, "height": 16, "yOffset": 9}
    layers: list[Spec] = [{"mark": bar, "encoding": {"x": x, "y": y, "tooltip": tooltip}}]
    if second:
        within = {"type": "bar", "color": GREEN, "height": 8, "yOffset": 9}
        inner = {"field": second, "type": "quantitative", "axis": None}
        layers.append({"mark": within, "encoding": {"x": inner, "y": y}})
    text = {"type": "text", "align": "left", "dx": 5, "yOffset": 9, "fontSize": 11}
    layers.append({"mark": text, "encoding": {"x": x, "y": y, "text": {"field": "label"}}})
    name = {"type": "text", "align": "left", "yOffset": -9, "fontSize": 12, "limit": 330}
    layers.append({"mark": name, "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}}})
    return chart(values, _ROW * len(values) + 8, says, layer=layers)


def _room(values: Sequence[Spec]) -> float:
    """Where the scale ends so that each bar and the words behind it fit, even on a phone."""
    return max([1.0, *(float(value["value"]) / (1 - min(0.85, len(value["label"]) * _LETTER)) for value in values)])
