"""A library of a few tools, and questions about them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot import evaluating, settings
from bot.domain import Confirmed, ItemId
from bot.evaluating import Case
from bot.measures import resampling
from bot.retrieval.embedding import Embedder
from bot.settings import Settings
from bot.wiring import Mind

TOOLS = {
    "figma": "Designing screens and sharing clickable prototypes",
    "descript": "Editing audio and video recordings by editing the text",
    "hubspot": "Contacts, deals and marketing e-mail of customers",
    "jira": "Tracking bugs and tasks of software developers",
    "datev": "Bookkeeping, invoices and payroll for the tax adviser",
}
CASES = [
    Case("where do I draw the new checkout screen?", ("tool:figma",)),
    Case("our podcast episode has long silences, how do I cut them?", ("tool:descript",)),
    Case("who has the phone number of that customer?", ("tool:hubspot",)),
    Case("the app crashes, where do I report the bug?", ("tool:jira",)),
    Case("a supplier sent an invoice, where does it go?", ("tool:datev",)),
    Case("who waters the plants in the kitchen?", ("unresolved",)),
]
HISTORY = [
    Confirmed(f"{words} {thing}", ItemId(f"tool:{tool}"))
    for tool, thing in (("figma", "a mock-up of the page"), ("jira", "a defect"), ("datev", "an unpaid bill"))
    for words in ("what do we use for", "where do I put", "somebody sent me")
]


def write(root: Path, tools: Mapping[str, str] = TOOLS) -> Path:
    """The library's files."""
    notes = root / "knowledge" / "tools"
    notes.mkdir(parents=True, exist_ok=True)
    for old in notes.glob("*.md"):
        old.unlink()
    for name, use_for in tools.items():
        (notes / f"{name}.md").write_text(f"---\ntool: {name.capitalize()}\nuse_for: {use_for}\n---\n")
    return root


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals are tested elsewhere; here they only cost time."""
    monkeypatch.setattr(resampling, "RESAMPLES", 10)


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    data = tmp_path / "data"
    data.mkdir()
    values = {"DATA_DIR": str(data), "LIBRARY_DIR": str(write(tmp_path / "library")), "EMBEDDINGS": "small"}
    return settings.load(values, tmp_path / ".env")


@pytest.fixture
def mind(chosen: Settings, embedder: Embedder) -> Mind:
    return evaluating.mind(chosen, HISTORY, embedder=embedder)
