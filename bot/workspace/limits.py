"""What Slack refuses: a pure check of blocks and views against the limits it documents.

`problems_in_message` and `problems_in_view` return sentences in Slack's own shape, each with a JSON
pointer to the offending place; no problems is an empty list.
"""

from collections.abc import Callable, Iterator
from typing import Any

from . import charts, elements
from .checks import Json, Problems, check_id, check_text, children, has_list, has_object, keys, text_length

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_TOTAL = 12_000
MESSAGE_TEXT = 40_000
TABLE_CHARACTERS = 10_000

ELEMENTS_IN_ACTIONS = {
    "button", "checkboxes", "datepicker", "datetimepicker", "timepicker", "radio_buttons", "overflow",
    *elements.SELECTS,
}  # fmt: skip
ACCESSORIES = ELEMENTS_IN_ACTIONS | {"image"}
INPUTS = (ELEMENTS_IN_ACTIONS - {"button", "overflow"}) | {
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input",
}  # fmt: skip


def _section(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, allowed={"text", "fields", "accessory", "expand"})
    if "text" not in block and "fields" not in block:
        problems.add("missing required field: text", at)
    if "text" in block:
        check_text(block["text"], f"{at}/text", problems, longest=3000)
    if "fields" in block and has_list(block, "fields", at, problems, most=10):
        for place, text in children(block, "fields", at):
            check_text(text, place, problems, longest=2000)
    if "accessory" in block:
        elements.check(block["accessory"], f"{at}/accessory", problems, ACCESSORIES)


def _header(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"text"}, allowed={"level"})
    check_text(block.get("text"), f"{at}/text", problems, longest=150, plain=True)


def _context(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"elements"})
    if not has_list(block, "elements", at, problems, most=10):
        return
    for place, element in children(block, "elements", at):
        if isinstance(element, dict) and element.get("type") == "image":
            elements.check(element, place, problems, {"image"})
        else:
            check_text(element, place, problems, longest=3000)


def _actions(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"elements"})
    if has_list(block, "elements", at, problems, most=25):
        for place, element in children(block, "elements", at):
            elements.check(element, place, problems, ELEMENTS_IN_ACTIONS)


def _context_actions(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"elements"})
    if has_list(block, "elements", at, problems, most=5):
        for place, element in children(block, "elements", at):
            elements.check(element, place, problems, {"feedback_buttons", "icon_button"})


def _input(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"label", "element"}, allowed={"hint", "optional", "dispatch_action"})
    check_text(block.get("label"), f"{at}/label", problems, longest=2000, plain=True)
    if "hint" in block:
        check_text(block["hint"], f"{at}/hint", problems, longest=2000, plain=True)
    elements.check(block.get("element"), f"{at}/element", problems, INPUTS)


def _markdown(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"text"})
    if not isinstance(block.get("text"), str) or not block["text"]:
        problems.add("must be a non-empty string", f"{at}/text")


def _image(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"alt_text"}, allowed={"image_url", "slack_file", "title"})
    elements.check_image(block, at, problems)
    if "title" in block:
        check_text(block["title"], f"{at}/title", problems, longest=2000, plain=True)


def _alert(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"text"}, allowed={"level"})
    check_text(block.get("text"), f"{at}/text", problems, longest=3000)
    if block.get("level", "default") not in {"default", "info", "warning", "error", "success"}:
        problems.add("must be one of default, info, warning, error, success", f"{at}/level")


def _table(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"rows"}, allowed={"column_settings"})
    _rows(block, at, problems, fewest=1, most=100)


def _data_table(block: Json, at: str, problems: Problems) -> None:
    allowed = {"page_size", "row_header_column_index"}
    keys(block, at, problems, required={"rows", "caption"}, allowed=allowed)
    _rows(block, at, problems, fewest=2, most=101)
    if not 1 <= block.get("page_size", 5) <= 100:
        problems.add("must be between 1 and 100", f"{at}/page_size")
    widths = {len(row) for row in block.get("rows") or [] if isinstance(row, list)}
    if len(widths) > 1:
        problems.add("all rows must have the same number of cells", f"{at}/rows")


def _rows(block: Json, at: str, problems: Problems, *, fewest: int, most: int) -> None:
    if not has_list(block, "rows", at, problems, most=most):
        return
    if len(block["rows"]) < fewest:
        problems.add(f"no fewer than {fewest} items allowed", f"{at}/rows")
    for place, row in children(block, "rows", at):
        if not isinstance(row, list) or not 1 <= len(row) <= 20:
            problems.add("must be a list of 1 to 20 cells", place)
            continue
        for index, cell in enumerate(row):
            _cell(cell, f"{place}/{index}", problems)


def _cell(cell: Any, at: str, problems: Problems) -> None:
    if not has_object(cell, at, problems):
        return
    if cell.get("type") == "raw_text" and not (isinstance(cell.get("text"), str) and cell["text"]):
        problems.add("must be more than 0 characters", f"{at}/text")
    elif cell.get("type") == "raw_number" and not isinstance(cell.get("value"), int | float):
        problems.add("must be a number", f"{at}/value")
    elif cell.get("type") not in {"raw_text", "raw_number", "rich_text"}:
        problems.add("unsupported type: " + str(cell.get("type")), at)


def _rich_text(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems, required={"elements"})
    has_list(block, "elements", at, problems, most=1000)


def _divider(block: Json, at: str, problems: Problems) -> None:
    keys(block, at, problems)


BLOCKS: dict[str, Callable[[Json, str, Problems], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "markdown": _markdown,
    "image": _image,
    "alert": _alert,
    "table": _table,
    "data_table": _data_table,
    "data_visualization": charts.check,
    "rich_text": _rich_text,
    "divider": _divider,
}
NOT_IN_MESSAGES = {"alert"}
NOT_IN_VIEWS = {"markdown", "context_actions", "table", "data_table", "data_visualization"}
NOT_IN_HOME = NOT_IN_VIEWS | {"alert"}


def problems_in_message(blocks: Any) -> list[str]:
    """Why Slack would refuse these blocks in a message."""
    problems = Problems()
    _check_blocks(blocks, "/blocks", problems, MESSAGE_BLOCKS, NOT_IN_MESSAGES)
    if isinstance(blocks, list):
        _check_totals([block for block in blocks if isinstance(block, dict)], problems)
    return problems.sentences


def problems_in_view(view: Any) -> list[str]:
    """Why Slack would refuse this modal or Home view."""
    problems = Problems()
    if not has_object(view, "/view", problems):
        return problems.sentences
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        problems.add("must be one of modal, home", "/view/type")
    _check_view_texts(view, problems)
    banned = NOT_IN_HOME if kind == "home" else NOT_IN_VIEWS
    _check_blocks(view.get("blocks"), "/view/blocks", problems, VIEW_BLOCKS, banned)
    has_input = any(block.get("type") == "input" for block in _objects(view.get("blocks")))
    if kind == "modal" and has_input and "submit" not in view:
        problems.add("submit is required when an input is in blocks", "/view/submit")
    return problems.sentences


def _check_view_texts(view: Json, problems: Problems) -> None:
    if view.get("type") == "modal" and "title" not in view:
        problems.add("missing required field: title", "/view")
    for name in ("title", "submit", "close"):
        if view.get(name) is not None:
            check_text(view[name], f"/view/{name}", problems, longest=24, plain=True)
    for name, longest in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(view.get(name) or "") > longest:
            problems.add(f"must be no more than {longest} characters", f"/view/{name}")


def _check_blocks(blocks: Any, at: str, problems: Problems, most: int, banned: set[str]) -> None:
    if not isinstance(blocks, list):
        problems.add("must be a list of blocks", at)
        return
    if len(blocks) > most:
        problems.add(f"no more than {most} items allowed", at)
    for index, block in enumerate(blocks):
        _check_block(block, f"{at}/{index}", problems, banned)
    _check_unique("block_id", [block.get("block_id") for block in _objects(blocks)], at, problems)
    for place, scope in _scopes_of_action_ids(at, _objects(blocks)):
        actions = [element.get("action_id") for _, element in interactive(scope)]
        _check_unique("action_id", actions, place, problems)


def _scopes_of_action_ids(at: str, blocks: list[Json]) -> list[tuple[str, list[Json]]]:
    """Where an action_id may stand once: in a whole message, but in each block of a view."""
    if at == "/blocks":
        return [(at, blocks)]
    return [(f"{at}/{index}", [block]) for index, block in enumerate(blocks)]


def _check_block(block: Any, at: str, problems: Problems, banned: set[str]) -> None:
    if not has_object(block, at, problems):
        return
    kind = block.get("type")
    if kind not in BLOCKS or kind in banned:
        problems.add(f"unsupported type: {kind}", f"{at}/type")
        return
    check_id(block, "block_id", at, problems)
    BLOCKS[kind](block, at, problems)


def _check_unique(name: str, ids: list[str | None], at: str, problems: Problems) -> None:
    known = [given for given in ids if given]
    for twice in sorted({given for given in known if known.count(given) > 1}):
        problems.add(f'{name} "{twice}" already exists', at)


def _check_totals(blocks: list[Json], problems: Problems) -> None:
    markdown = sum(text_length(b.get("text")) for b in blocks if b.get("type") == "markdown")
    if markdown > MARKDOWN_TOTAL:
        problems.add(f"markdown blocks must be no more than {MARKDOWN_TOTAL} characters in all", "/blocks")
    if sum(b.get("type") == "data_visualization" for b in blocks) > 2:
        problems.add("no more than 2 data_visualization blocks allowed", "/blocks")
    cells = [cell for b in blocks for row in b.get("rows") or [] if isinstance(row, list) for cell in row]
    if sum(text_length(cell.get("text")) for cell in _objects(cells)) > TABLE_CHARACTERS:
        problems.add(f"tables must be no more than {TABLE_CHARACTERS} characters in all", "/blocks")


def _objects(items: Any) -> list[Json]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def interactive(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) pair a person can act on, in the order they are shown."""
    for block in blocks:
        inside = [*_objects(block.get("elements")), *_objects([block.get("accessory"), block.get("element")])]
        for element in inside:
            if element.get("type") in elements.INTERACTIVE:
                yield block, element
