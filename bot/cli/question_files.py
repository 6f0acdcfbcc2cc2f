"""The files that `signpost eval` reads and writes."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from bot.cli.asking import as_object
from bot.domain import Confirmed, ItemId, Verdict
from bot.errors import BadInput
from bot.evaluating import Case, Result, row_of
from bot.measures.quality import Row


def read_cases(path: Path) -> list[Case]:
    """Questions whose answer is known: columns question, expected; team optional. Raises BadInput."""
    rows = _read(path, {"question", "expected"})
    return [
        Case(row["question"], tuple(e.strip() for e in row["expected"].split("|")), row.get("team") or None)
        for row in rows
    ]


def read_history(path: Path) -> list[Confirmed]:
    """Past questions: columns question, resolved_by. Raises BadInput."""
    return [Confirmed(row["question"], ItemId(row["resolved_by"])) for row in _read(path, {"question", "resolved_by"})]


def _read(path: Path, needed: set[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = needed - set(reader.fieldnames or ())
            if missing:
                raise BadInput(f"{path} has no column {' and no column '.join(sorted(missing))} in its first line.")
            return [{k: v or "" for k, v in row.items() if isinstance(k, str)} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"{path} cannot be read as a CSV file: {reason}.") from error


def read_rows(path: Path) -> list[Row]:
    """What an earlier run wrote with --out. Raises BadInput."""
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        return [
            row_of(
                line["question"],
                tuple(line["expected"]),
                tuple(ItemId(c["id"]) for c in line["candidates"]),
                line["confidence"],
                Verdict(line["verdict"]),
            )
            for line in lines
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"{path} cannot be read as the rows of an earlier run: {reason}.") from error


def write_rows(path: Path, results: Sequence[Result]) -> None:
    """One JSON object a question: what was expected, and what `ask --json` prints. Raises BadInput."""
    try:
        with path.open("w", encoding="utf-8") as file:
            for result in results:
                line = {"question": result.case.question, "expected": list(result.case.expected)}
                file.write(json.dumps({**line, **as_object(result.answer)}, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error


def write_text(path: Path, text: str) -> None:
    """Raises BadInput."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error
