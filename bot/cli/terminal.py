"""What the commands share of the terminal: settings, progress and logs, both on standard error."""

import dataclasses
import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import dotenv
import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bot import settings as settings_module
from bot.errors import BadInput
from bot.retrieval.progress import FETCHING, Report
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.wiring import Bot

# Beyond them no calendar reaches once weeks or a time zone are taken off or added.
_EARLIEST, _LATEST = date(1970, 1, 1), date(9998, 12, 31)


def settings(library: Path | None = None, *, serving: bool = False) -> Settings:
    """The settings, with --library laid over them. Raises SettingsError, BadInput.

    A command that prints its result keeps quiet about the rest; one that serves logs as LOG_LEVEL says.
    """
    found = settings_module.load()
    # A provider's key and address are read by its own library, from the environment.
    dotenv.load_dotenv(".env", encoding=settings_module.ENCODING)
    configure_logs(found.log_level if serving or found.log_level != "info" else "warning")
    if library is None:
        return found
    if not settings_module.is_folder(library):
        raise BadInput(f"--library names {library}, which is not a folder.")
    return dataclasses.replace(found, library_dir=library)


def text(given: str) -> str:
    """The parser of arguments that are words. Raises BadInput for bytes that are none."""
    if not settings_module.is_text(given):
        raise BadInput(f"{given!a} is not UTF-8 text: type it again in a terminal that is set to UTF-8.")
    return given


def configure_logs(level: str) -> None:
    """Event-named lines on standard error, so that standard output stays what other programs read."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for noisy in ("chromadb", "slack_bolt", "slack_sdk", "httpx", "alembic", "onnx"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


@contextmanager
def bars() -> Iterator[Report]:
    """A progress bar on standard error for each thing that is being done; they vanish when it is over.

    Where nobody watches a terminal, a fetch, which takes longest, says a line for each tenth.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[amount]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def report(what: str, done: int, total: int) -> None:
            amount = _megabytes(done, total) if what == FETCHING else ""
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total, amount=amount)
            progress.update(tasks[what], completed=done, total=total, amount=amount)

        yield report


def _lines(console: Console) -> Report:
    said = -1

    def report(what: str, done: int, total: int) -> None:
        nonlocal said
        if what == FETCHING and 10 * done // total > said:
            said = 10 * done // total
            console.print(f"{what}: {_megabytes(done, total)}", highlight=False)

    return report


def _megabytes(done: int, total: int) -> str:
    return f"{done / 1e6:.0f} of {total / 1e6:.0f} MB"


@contextmanager
def connected(settings: Settings, *, rebuild: bool = False, beside: bool = False) -> Iterator["Bot"]:
    """A bot, with progress shown until it is ready and no longer."""
    from bot import wiring

    with ExitStack() as stack:
        with bars() as report:
            bot = stack.enter_context(wiring.connect(settings, report, rebuild=rebuild, beside=beside))
        yield bot


def period(first: str | None, last: str | None, today: date) -> tuple[date, date]:
    """The first and the last day of --from and --to: by default the 28 days up to `today`. Raises BadInput."""
    start, end = _day(first, "--from"), _day(last, "--to") or today
    return start or end - timedelta(days=27), end


def _day(text: str | None, option: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{option} should be a day such as 2026-11-01, not {text}.") from error
    if not _EARLIEST <= day <= _LATEST:
        raise BadInput(f"{option} should be a day from {_EARLIEST} to {_LATEST}, not {day}.")
    return day
