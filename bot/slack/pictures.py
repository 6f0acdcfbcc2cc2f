"""Native charts and tables, within Slack's limits: at most 20 categories, 6 series, 2 charts a message. Pure.

Messages alone take them. Slack draws several bars beside each other, never on top of each other, and a chart has no
text alternative: whoever shows one says the numbers in words as well.
"""

from collections.abc import Mapping, Sequence

from bot.slack.kit import Block

_POINTS, _SERIES, _LABEL, _TITLE = 20, 6, 20, 50
Series = Mapping[str, Sequence[float]]  # a name → one value for each category


def lines(title: str, categories: Sequence[str], series: Series, x: str = "", y: str = "") -> Block:
    """A line for each series. Not for fewer than four points: that would look like a trend."""
    if len(categories) < 4:
        raise ValueError("no line through fewer than four points")
    return _chart("line", title, categories, series, x, y)


def bars(title: str, categories: Sequence[str], series: Series, x: str = "", y: str = "") -> Block:
    """Bars, side by side."""
    return _chart("bar", title, categories, series, x, y)


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[str | float]]) -> Block:
    """A table that can be sorted; its first column names the row."""
    cells = [[_cell(value) for value in row] for row in (header, *rows)]
    return {"type": "data_table", "caption": caption, "rows": cells[:101], "row_header_column_index": 0}


def _cell(value: str | float) -> Block:
    if isinstance(value, str):
        return {"type": "raw_text", "text": value or "–"}
    return {"type": "raw_number", "value": value}


def _chart(kind: str, title: str, categories: Sequence[str], series: Series, x: str, y: str) -> Block:
    shown = [category[:_LABEL] for category in categories[-_POINTS:]]
    drawn = [
        {
            "name": name[:_LABEL],
            "data": [{"label": c, "value": v} for c, v in zip(shown, values[-_POINTS:], strict=True)],
        }
        for name, values in list(series.items())[:_SERIES]
    ]
    axes = {"categories": shown} | ({"x_label": x} if x else {}) | ({"y_label": y} if y else {})
    return {
        "type": "data_visualization",
        "title": title[:_TITLE],
        "chart": {"type": kind, "series": drawn, "axis_config": axes},
    }
