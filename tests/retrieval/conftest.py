"""A small library, and an index for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain import CuratedAnswer, Item, ItemId, Section, Skill, ToolNote
from bot.retrieval.embedding import Embedder
from bot.retrieval.index import VectorIndex

MODELS = Path(__file__).parents[2] / ".signpost" / "models"


@pytest.fixture(scope="session")
def model_cache() -> Path:
    return MODELS


@pytest.fixture(scope="session")
def memory_index(embedder: Embedder) -> VectorIndex:
    """Vectors shared by all tests that only rank."""
    return VectorIndex.in_memory(embedder)


@pytest.fixture
def index(embedder: Embedder, tmp_path: Path) -> Iterator[VectorIndex]:
    opened = VectorIndex.open(tmp_path / "index", embedder)
    yield opened
    opened.close()


def skill(name: str, description: str, *body: str, questions: tuple[str, ...] = ()) -> Skill:
    sections = tuple(Section(f"Step {at + 1}", 2, text) for at, text in enumerate(body))
    title = name.replace("-", " ").capitalize()
    return Skill(
        ItemId(f"skill:marketing/{name}"), name, title, description, "marketing", sections, questions=questions
    )


def tool(name: str, use_for: str, *aliases: str) -> ToolNote:
    return ToolNote(ItemId(f"tool:{name.lower()}"), name, aliases=aliases, use_for=use_for)


def answer(slug: str, question: str, text: str) -> CuratedAnswer:
    return CuratedAnswer(ItemId(f"answer:{slug}"), question, text, owner="U01")


@pytest.fixture(scope="session")
def items() -> dict[ItemId, Item]:
    """A small library of every kind but rules."""
    all_items: list[Item] = [
        skill(
            "campaign-brief",
            "Turns a campaign goal into a one-page brief. Use when planning a campaign, a launch or a promotion.",
            "Ask for audience, offer, budget and the one number that decides.",
            "Write one page: goal, audience, message, channels, dates.",
            questions=("we launch in june and nobody has written down what for", "plan for the black friday push"),
        ),
        skill(
            "newsletter",
            "Writes the monthly newsletter from what happened. Use when customers should hear news by e-mail.",
            "Collect three pieces of news. Put the most useful first.",
            questions=("customers should get our news every month", "mail to all subscribers about what's new"),
        ),
        skill(
            "interview-notes",
            "Condenses recordings of customer interviews into quotes and themes.",
            "Transcribe, mark quotes, group them, name the themes.",
            questions=("12 user calls recorded, what did they say", "find patterns in what people told us"),
        ),
        skill(
            "churn-analysis",
            "Finds out why customers cancel. Use when retention falls or a segment leaves.",
            "Compare those who left with those who stayed.",
            questions=("people are leaving us and we have no clue why", "cancellations doubled in march"),
        ),
        tool("HubSpot", "CRM, marketing e-mail, contact lists", "Hub Spot"),
        tool("Figma", "Designing screens and sharing prototypes"),
        tool("Descript", "Editing audio and video by editing the text"),
        answer(
            "gym", "How do I cancel my gym membership through the company?", "Write to the people team by the 15th."
        ),
    ]
    return {item.id: item for item in all_items}
