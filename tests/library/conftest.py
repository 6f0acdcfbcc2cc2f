from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is slow by fits and starts: a deadline an example says nothing about the code.
settings.register_profile("unhurried", deadline=None, max_examples=60)
settings.load_profile("unhurried")

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of the library in `tmp_path`, folders and all."""

    def put(path: str, content: str | bytes) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return put
