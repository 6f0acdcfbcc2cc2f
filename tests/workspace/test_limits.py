"""Slack's limits, one refusal each, and what is just within them."""

from typing import Any

import pytest

from bot.workspace.limits import problems_in_message, problems_in_view
from tests.workspace.conftest import actions, button, modal, text_input


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **more}


def option(text: str = "One", value: str = "1") -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "pick", "options": [option()], **more}


def feedback(**more: Any) -> dict[str, Any]:
    yes, no = ({"text": plain(word), "value": word} for word in ("Helpful", "Not helpful"))
    return {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": yes,
        "negative_button": no,
        **more,
    }


def chart(points: int = 2, **more: Any) -> dict[str, Any]:
    labels = [f"w{n}" for n in range(points)]
    series = [{"name": "asked", "data": [{"label": label, "value": 1} for label in labels]}]
    return {
        "type": "data_visualization",
        "title": "Questions",
        "chart": {"type": "line", "series": series, "axis_config": {"categories": labels}},
        **more,
    }


def table(rows: int = 2) -> dict[str, Any]:
    return {"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "x"}]] * rows}


FITS = {
    "a section of 3000": section("x" * 3000),
    "ten fields of 2000": {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    "a header of 150": {"type": "header", "text": plain("x" * 150)},
    "a button of 75 with a value of 2000": actions(button(text=plain("x" * 75), value="x" * 2000)),
    "ten context elements": {"type": "context", "elements": [mrkdwn("x")] * 10},
    "a menu": actions(select(placeholder=plain("x" * 150))),
    "feedback": {"type": "context_actions", "elements": [feedback()]},
    "markdown of 12000": {"type": "markdown", "text": "x" * 12_000},
    "a chart of 20 points": chart(20),
    "a table": table(),
    "a divider": {"type": "divider"},
}

REFUSED = {
    "a section of 3001": (
        section("x" * 3001),
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "an empty section": ({"type": "section"}, "missing required field: text"),
    "an empty text": (section(""), "must be more than 0 characters"),
    "eleven fields": ({"type": "section", "fields": [mrkdwn("x")] * 11}, "no more than 10 items allowed"),
    "a field of 2001": (
        {"type": "section", "fields": [mrkdwn("x" * 2001)]},
        "must be less than 2001 characters",
    ),
    "a header of 151": ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    "a header in mrkdwn": ({"type": "header", "text": mrkdwn("x")}, "must be plain_text"),
    "a button of 76": (actions(button(text=plain("x" * 76))), "must be less than 76 characters"),
    "a value of 2001": (actions(button(value="x" * 2001)), "must be less than 2001 characters"),
    "a value that is a number": (actions(button(value=7)), "must be a string"),
    "a button style": (actions(button(style="green")), "must be one of primary, danger"),
    "an action_id of 256": (actions(button("x" * 256)), "must be a string of 1 to 255 characters"),
    "an action_id twice": (actions(button("go"), button("go")), 'action_id "go" already exists'),
    "26 buttons": (actions(*(button(f"b{n}") for n in range(26))), "no more than 25 items allowed"),
    "eleven context elements": ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items"),
    "an option of 76": (actions(select(options=[option("x" * 76)])), "must be less than 76 characters"),
    "a placeholder of 151": (
        actions(select(placeholder=plain("x" * 151))),
        "must be less than 151 characters",
    ),
    "no options": (actions(select(options=[])), "no fewer than 1 items allowed"),
    "feedback among buttons": (actions(feedback()), "unsupported type: feedback_buttons"),
    "a button among feedback": (
        {"type": "context_actions", "elements": [button()]},
        "unsupported type: button",
    ),
    "markdown of 12001": ({"type": "markdown", "text": "x" * 12_001}, "no more than 12000 characters in all"),
    "an alert in a message": ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
    "an unknown block": ({"type": "hologram"}, "unsupported type: hologram [json-pointer:/blocks/0/type]"),
    "an unknown property": (section(colour="red"), "invalid additional property: colour"),
    "a chart title of 51": (chart(title="x" * 51), "must be less than 51 characters"),
    "a chart of 21 points": (chart(21), "no more than 20 items allowed"),
    "a chart of another type": (chart(chart={"type": "radar"}), "must be one of area, bar, line, pie"),
    "a table of one row": (table(1), "no fewer than 2 items allowed"),
    "text instead of a block": ("hello", "must be an object"),
}


@pytest.mark.parametrize("block", FITS.values(), ids=FITS.keys())
def test_what_is_within_the_limits_is_taken(block: dict[str, Any]) -> None:
    assert problems_in_message([block]) == []


@pytest.mark.parametrize(("block", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_beyond_the_limits_is_refused_with_the_reason(block: Any, why: str) -> None:
    problems = problems_in_message([block])
    assert len(problems) >= 1
    assert why in problems[0]


def test_a_message_has_at_most_fifty_blocks_and_two_charts() -> None:
    assert problems_in_message([section()] * 50) == []
    assert problems_in_message([section()] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert problems_in_message([chart()] * 2) == []
    assert "no more than 2 data_visualization" in problems_in_message([chart()] * 3)[0]


def test_markdown_blocks_are_counted_together() -> None:
    assert problems_in_message([{"type": "markdown", "text": "x" * 6001}] * 2) != []


VIEWS_REFUSED = {
    "a title of 25": (modal(title=plain("x" * 25)), "[json-pointer:/view/title/text]"),
    "no title": ({"type": "modal", "blocks": []}, "missing required field: title"),
    "a submit of 25": (modal(submit=plain("x" * 25)), "[json-pointer:/view/submit/text]"),
    "private_metadata of 3001": (modal(private_metadata="x" * 3001), "must be no more than 3000 characters"),
    "a label of 2001": (modal({**text_input("a"), "label": plain("x" * 2001)}), "must be less than 2001"),
    "101 blocks": (modal(*[section()] * 101), "no more than 100 items allowed"),
    "markdown in a modal": (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    "feedback in a modal": (modal({"type": "context_actions", "elements": [feedback()]}), "unsupported type"),
    "an alert in a Home": (
        {"type": "home", "blocks": [{"type": "alert", "text": plain("x")}]},
        "unsupported type",
    ),
    "a button as an input": (modal({**text_input("a"), "element": button()}), "unsupported type: button"),
    "another kind of view": ({"type": "window", "blocks": []}, "must be one of modal, home"),
}


@pytest.mark.parametrize(("view", "why"), VIEWS_REFUSED.values(), ids=VIEWS_REFUSED.keys())
def test_a_view_beyond_the_limits_is_refused(view: Any, why: str) -> None:
    assert any(why in problem for problem in problems_in_view(view))


def test_inputs_need_a_submit_button() -> None:
    view = modal(text_input("a"))
    assert problems_in_view(view) == []
    del view["submit"]
    assert "submit is required" in problems_in_view(view)[0]


def test_an_alert_fits_a_modal() -> None:
    assert problems_in_view(modal({"type": "alert", "text": plain("Careful"), "level": "warning"})) == []
