"""What the documents say, the program does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"(?<![\w./-])signpost ([a-z]+)\b(?![^`\n]*&&)", README)) - {"makes"})


def _help(*words: str) -> str:
    command = [sys.executable, "-m", "bot.cli.main", *words, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_the_readme_names_every_command_and_no_other() -> None:
    listed = set(re.findall(r"^  ([a-z]+)  +\S", _help(), re.MULTILINE))
    named = set(re.findall(r"`(?:\.venv/bin/)?signpost ([a-z]+)", README))
    assert named == listed


@pytest.mark.parametrize("line", re.findall(r"^\| `signpost ([^`]+)`", README, re.MULTILINE))
def test_every_option_in_the_readme_exists(line: str) -> None:
    text = _help(line.split()[0])
    assert [option for option in re.findall(r"--[a-z-]+", line) if option not in text] == []


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        used = set(re.findall(r"(?:^    |`)make ([a-z]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        assert used <= targets


def test_every_file_that_a_document_links_to_is_there() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
