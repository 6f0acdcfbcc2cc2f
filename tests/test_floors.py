"""The floors of the house are a contract, and the contract holds."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([linter, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the house, to break without breaking it."""
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_contracts() -> None:
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_a_listener_that_imports_rows_breaks_the_contract(copy: Path) -> None:
    listener = copy / "bot" / "slack" / "home.py"
    listener.write_text(listener.read_text(encoding="utf-8") + "\nfrom bot.store import records\n", encoding="utf-8")
    result = _lint(copy)
    assert result.returncode == 1
    assert "Doors call use cases, never rows, vectors, files or models BROKEN" in result.stdout
