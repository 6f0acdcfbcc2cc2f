"""`make bench`: how long an answer takes, beside the bare embedding of the same question in the same run.

Machines differ and are noisy, so what counts are the ratios; milliseconds stand there to make them tangible. Each line
is measured in processes of its own. Vectors of the generated libraries are moved copies of real ones (stations.Moved).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tests import bench_paths
from tests.bench import generating, reports
from tests.conftest import ROOT

SIZES = {"small": (200,), "middle": (200, 10_000), "all": (200, 10_000, 100_000)}
PAST = (0, 20_000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", choices=SIZES, default="middle", help="libraries of up to 200, 10,000 or 100,000")
    parser.add_argument("--only", choices=("answers", "reports"), help="one of the two halves")
    given = parser.parse_args()
    if given.only != "reports":
        _answers(SIZES[given.sizes])
    if given.only != "answers":
        Console().print(reports.table())


def _answers(sizes: tuple[int, ...]) -> None:
    speed = Table("passages", "past questions", "", "median ms", "p95 ms", "median ÷ bare", "p95 ÷ bare p95")
    rest = Table("passages", "past questions", "index s", "again s", "with fits s", "cold start s", "peak MB")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            for past in PAST:
                _measure(Path(folder) / f"{size}-{past}", size, past, speed, rest)
    console = Console()
    console.print(speed, rest)
    bench_paths.main()
    console.print("Index: without embedding, which takes the bare embedding's time or more for each text.")
    console.print("Cold start: with nothing changed since the last one: what was fitted comes from its file.")


def _measure(folder: Path, size: int, past: int, speed: Table, rest: Table) -> None:
    """One library: a row for each kind of call, and one for everything else."""
    skills = -(-size // generating.PASSAGES)
    made = _station("prepare", folder, skills, past)
    answered, near = _station("answer", folder, skills, past), _station("nearest", folder, skills, past)
    head = (f"{made['passages']:,}", f"{past:,}")
    for name, taken, bare in (
        ("bare embedding", answered["quiet"]["bare"], answered["quiet"]["bare"]),
        ("plain Chroma look-up", near["quiet"]["nearest"], near["quiet"]["bare"]),
        ("ranking", answered["quiet"]["rank"], answered["quiet"]["bare"]),
        ("answer, kept in the database", answered["quiet"]["ask"], answered["quiet"]["bare"]),
        ("ranking during refits", answered["busy"]["rank"], answered["busy"]["bare"]),
        ("answer during refits", answered["busy"]["ask"], answered["busy"]["bare"]),
    ):
        middle, late = np.quantile(taken, [0.5, 0.95])
        usual, usual_late = np.quantile(bare, [0.5, 0.95])
        speed.add_row(*head, name, f"{middle:.1f}", f"{late:.1f}", f"{middle / usual:.2f}", f"{late / usual_late:.2f}")
    times = (made["built"], made["again"], made["fitted"], _cold_start(folder))
    rest.add_row(*head, *(f"{seconds:.1f}" for seconds in times), f"{answered['peak']:.0f}")


def _station(work: str, folder: Path, skills: int, past: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.stations", work, str(folder), str(skills), str(past)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _cold_start(folder: Path) -> float:
    """Seconds of a new process from its start to its end, with one answer printed."""
    environment = {**os.environ, "DATA_DIR": str(folder), "LIBRARY_DIR": str(folder / "library")}
    command = [str(Path(sys.executable).parent / "signpost"), "ask", generating.questions()[0]]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
