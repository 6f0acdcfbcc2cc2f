"""The small checks that every block and element shares."""

from collections.abc import Iterator, Set
from typing import Any, TypeGuard

Json = dict[str, Any]

EVERY_BLOCK = {"type", "block_id"}
EVERY_TEXT = {"type", "text", "emoji", "verbatim"}


class Problems:
    """Collects what is wrong, in the words and with the pointers that Slack uses."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, what: str, at: str) -> None:
        self.sentences.append(f"{what} [json-pointer:{at}]")


def text_length(text: Any) -> int:
    """Characters of a string; 0 for anything else."""
    return len(text) if isinstance(text, str) else 0


def has_object(value: Any, at: str, problems: Problems) -> TypeGuard[Json]:
    if isinstance(value, dict):
        return True
    problems.add("must be an object", at)
    return False


def has_list(holder: Json, name: str, at: str, problems: Problems, *, most: int) -> bool:
    """Whether `holder[name]` is a list that can be walked; notes it when empty or longer than `most`."""
    items = holder.get(name)
    if not isinstance(items, list):
        problems.add("must be a list", f"{at}/{name}")
        return False
    if not items:
        problems.add("no fewer than 1 items allowed", f"{at}/{name}")
    if len(items) > most:
        problems.add(f"no more than {most} items allowed", f"{at}/{name}")
    return True


def children(holder: Json, name: str, at: str) -> Iterator[tuple[str, Any]]:
    """(pointer, item) for each item of the list `holder[name]`."""
    for index, item in enumerate(holder[name]):
        yield f"{at}/{name}/{index}", item


def keys(
    holder: Json,
    at: str,
    problems: Problems,
    *,
    required: Set[str] = frozenset(),
    allowed: Set[str] = frozenset(),
) -> None:
    """Slack refuses what is missing and also what it does not know."""
    for name in sorted(required - holder.keys()):
        problems.add(f"missing required field: {name}", at)
    for name in sorted(holder.keys() - required - allowed - EVERY_BLOCK):
        problems.add(f"invalid additional property: {name}", at)


def check_id(holder: Json, name: str, at: str, problems: Problems) -> None:
    """Ids are strings of 1 to 255 characters."""
    given = holder.get(name)
    if given is not None and not (isinstance(given, str) and 1 <= len(given) <= 255):
        problems.add("must be a string of 1 to 255 characters", f"{at}/{name}")


def check_text(text: Any, at: str, problems: Problems, *, longest: int, plain: bool = False) -> None:
    """A text object of 1 to `longest` characters; `plain` refuses mrkdwn."""
    if not has_object(text, at, problems):
        return
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if text.get("type") not in kinds:
        problems.add(f"must be {' or '.join(sorted(kinds))}", f"{at}/type")
    for name in sorted(text.keys() - EVERY_TEXT):
        problems.add(f"invalid additional property: {name}", at)
    if text_length(text.get("text")) < 1:
        problems.add("must be more than 0 characters", f"{at}/text")
    if text_length(text.get("text")) > longest:
        problems.add(f"must be less than {longest + 1} characters", f"{at}/text")
