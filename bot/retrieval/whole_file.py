"""Writing a file so that whoever reads it finds all of it or what was there before."""

import os
import tempfile
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """All of it or nothing, also when the power goes. Raises OSError."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
