"""The limits of a `data_visualization` block."""

from typing import Any

from .checks import Json, Problems, children, has_list, has_object, keys, text_length


def check(block: Json, at: str, problems: Problems) -> None:
    """A titled pie, bar, area or line chart."""
    keys(block, at, problems, required={"title", "chart"})
    _check_label(block.get("title"), f"{at}/title", problems, longest=50)
    chart = block.get("chart")
    if not has_object(chart, f"{at}/chart", problems):
        return
    if chart.get("type") == "pie":
        _check_pie(chart, f"{at}/chart", problems)
    elif chart.get("type") in {"bar", "area", "line"}:
        _check_axes(chart, f"{at}/chart", problems)
    else:
        problems.add("must be one of area, bar, line, pie", f"{at}/chart/type")


def _check_pie(chart: Json, at: str, problems: Problems) -> None:
    keys(chart, at, problems, required={"segments"})
    if has_list(chart, "segments", at, problems, most=6):
        for place, segment in children(chart, "segments", at):
            if _check_point(segment, place, problems) and not segment["value"] > 0:
                problems.add("must be greater than 0", f"{place}/value")


def _check_axes(chart: Json, at: str, problems: Problems) -> None:
    keys(chart, at, problems, required={"series", "axis_config"})
    categories = _check_categories(chart.get("axis_config"), f"{at}/axis_config", problems)
    if not has_list(chart, "series", at, problems, most=6):
        return
    for place, series in children(chart, "series", at):
        if has_object(series, place, problems):
            _check_series(series, place, problems, categories)
    names = [series.get("name") for series in chart["series"] if isinstance(series, dict)]
    if len(set(map(str, names))) < len(names):
        problems.add("series names must be unique", f"{at}/series")


def _check_categories(axes: Any, at: str, problems: Problems) -> list[str]:
    if not has_object(axes, at, problems):
        return []
    keys(axes, at, problems, required={"categories"}, allowed={"x_label", "y_label"})
    if not has_list(axes, "categories", at, problems, most=20):
        return []
    for place, category in children(axes, "categories", at):
        _check_label(category, place, problems, longest=20)
    return [str(category) for category in axes["categories"]]


def _check_series(series: Json, at: str, problems: Problems, categories: list[str]) -> None:
    keys(series, at, problems, required={"name", "data"})
    _check_label(series.get("name"), f"{at}/name", problems, longest=20)
    if not has_list(series, "data", at, problems, most=20):
        return
    points = [point for place, point in children(series, "data", at) if _check_point(point, place, problems)]
    if {point["label"] for point in points} != set(categories):
        problems.add("labels must match axis_config.categories", f"{at}/data")


def _check_point(point: Any, at: str, problems: Problems) -> bool:
    if not has_object(point, at, problems):
        return False
    _check_label(point.get("label"), f"{at}/label", problems, longest=20)
    if isinstance(point.get("value"), bool) or not isinstance(point.get("value"), int | float):
        problems.add("must be a number", f"{at}/value")
        return False
    return isinstance(point.get("label"), str)


def _check_label(label: Any, at: str, problems: Problems, *, longest: int) -> None:
    if text_length(label) < 1:
        problems.add("must be a non-empty string", at)
    if text_length(label) > longest:
        problems.add(f"must be less than {longest + 1} characters", at)
