"""Five hundred SKILL.md files as people publish them, none written for us."""

from pathlib import Path

import pytest

from bot.domain import Severity
from bot.library.loading import load
from bot.library.passages import passages, version

PUBLIC = Path(__file__).parents[3] / "shared" / "eval"


@pytest.mark.parametrize(("name", "number"), [("real-skills-dev", 60), ("real-skills-train", 446)])
def test_every_public_skill_is_read_and_kept(name: str, number: int) -> None:
    root = PUBLIC / name / "library"
    if not root.is_dir():
        pytest.skip(f"{name} is not on this machine")
    library = load(root)
    assert len(library.skills) == number == len(list(root.rglob("SKILL.md")))
    for skill in library.skills.values():
        assert skill.description
        assert skill.sections
        assert any(passage.text for passage in passages(skill))
    assert len({version(skill) for skill in library.skills.values()}) == number
    assert [finding for finding in library.findings if finding.severity is Severity.ERROR] == []
