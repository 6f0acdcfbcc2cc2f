"""How long work tells how far it is."""

from collections.abc import Callable

Report = Callable[[str, int, int], None]  # what is being done, how many are done, of how many

FETCHING = "Fetching the embedding model"  # the one report that counts bytes


def silent(what: str, done: int, total: int) -> None:
    """A report that nobody reads."""
