"""The library that comes with the project keeps to its own standard."""

from pathlib import Path

import pytest

from bot.domain import Library, Severity
from bot.library.lint import lint
from bot.library.loading import load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def library() -> Library:
    return load(ROOT)


def test_the_starter_library_has_no_errors(library: Library) -> None:
    assert [finding for finding in lint(library, ROOT) if finding.severity is Severity.ERROR] == []


def test_a_team_can_start_from_it(library: Library) -> None:
    layers = {skill.layer for skill in library.skills.values()}
    assert {"foundation", "marketing", "marketing/lifecycle", "product", "operations"} <= layers
    assert len(library.skills) >= 12
    assert len(library.tools) >= 25
    assert len(library.rules) >= 6
    assert all(skill.questions for skill in library.skills.values())
    assert all(edge.source for note in library.tools.values() for edge in note.works_with)
