"""What the bot knows right now: the library's files and the owner's answers, kept current while it runs."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import structlog

from bot.domain import CuratedAnswer, Item, ItemId, Library
from bot.errors import BadInput, DatabaseUnavailable, EmbeddingsUnavailable
from bot.library import loading
from bot.library.organisation import UNREADABLE
from bot.reasoning import facts
from bot.reasoning.facts import Ground
from bot.retrieval.process_sense import ProcessSense
from bot.retrieval.progress import Report, silent
from bot.retrieval.retriever import Retriever
from bot.store import records
from bot.store.database import Database

log = structlog.get_logger()

PROMPT_S = 1.0  # how long an answer waits for what this process has just changed itself
PATIENT_S = 5.0  # how long the end of a bot waits for a look that is under way


@dataclass(frozen=True)
class Snapshot:
    """One moment's knowledge."""

    library: Library
    items: Mapping[ItemId, Item]  # the library's and the database's, by id; the database wins
    _grounds: dict[date, Ground] = field(default_factory=dict, compare=False, repr=False)

    def ground(self, today: date) -> Ground:
        """What questions of fact are answered from; made once for each day, since edges expire."""
        if today not in self._grounds:
            library = self.library
            tests = library.tests.values()
            made = facts.ground(library.tools, library.rules, library.organisation, today, tests)
            self._grounds.clear()
            self._grounds[today] = made
            return made
        return self._grounds[today]


class Knowledge:
    """Holds a snapshot and renews it when a file or an answer has changed. Safe to share between threads.

    While it is `watched`, a thread looks every `patience` seconds (a stat of each file, one small read of the
    database) and takes in what is new, and nobody who asks waits for it; unwatched, `current` looks by itself.
    Other processes' answers are noticed in the same way.
    """

    def __init__(
        self,
        root: Path,
        database: Database,
        retriever: Retriever,
        sense: ProcessSense | None = None,
        patience: float = 0.5,
    ) -> None:
        self._root = root
        self._database = database
        self._retriever = retriever
        self._sense = sense
        self._patience = patience
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._seen: tuple[str, str] | None = None
        self._erasures: int | None = None
        self._snapshot = Snapshot(Library(), {})
        self._watching = False
        self._wake = threading.Event()
        self._news = threading.Lock()
        self._taken_in = threading.Event()  # unset from an announced change until a look that began after it is over
        self._taken_in.set()
        self._prompt_until = float("-inf")

    def load(self, report: Report = silent) -> Snapshot:
        """The first reading, with everything fitted before it returns."""
        with self._lock:
            self._renew(self._signs(), report, wait=True)
            return self._snapshot

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Looks for changes in a thread of its own, until the block ends."""
        thread = threading.Thread(target=self._watch, name="knowledge", daemon=True)
        self._watching = True
        thread.start()
        try:
            yield
        finally:
            self._watching = False
            self._wake.set()
            thread.join(PATIENT_S)

    def current(self) -> Snapshot:
        """The snapshot to answer from. Waits for no renewal, except a moment for a change that was just announced."""
        if self._watching:
            self._taken_in.wait(max(0.0, self._prompt_until - time.monotonic()))
        elif self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._snapshot

    def expect_change(self) -> None:
        """Something has just changed: the next look comes at once. Costs nothing, so it may be called in a hurry."""
        self._looked_at = float("-inf")
        with self._news:
            self._prompt_until = time.monotonic() + PROMPT_S
            self._taken_in.clear()
            self._wake.set()

    def refresh(self) -> Snapshot:
        """As `current`, but looks now: for whoever has just changed something and wants it to count."""
        with self._lock:
            self._looked_at = float("-inf")
            self._look()
            return self._snapshot

    def _watch(self) -> None:
        rest = self._patience
        while True:
            announced = self._wake.wait(rest)
            if not self._watching:
                self._taken_in.set()
                return
            self._wake.clear()
            started = time.monotonic()
            try:
                self.refresh()
            except DatabaseUnavailable as error:
                log.warning("library_not_renewed", reason=str(error))
            except Exception:  # whatever it is, the next look may go well, and answers go on from what is known
                log.exception("library_not_watched")
            with self._news:
                if announced and not self._wake.is_set():
                    self._taken_in.set()
            # A large library that changes without a pause must not take all of the machine.
            rest = max(self._patience, time.monotonic() - started)

    def _look(self) -> None:
        if time.monotonic() - self._looked_at < self._patience:
            return
        try:
            signs = self._signs()
            if signs != self._seen:
                self._renew(signs, silent, wait=False)
        except (BadInput, EmbeddingsUnavailable) as error:
            # A folder that is being replaced, a provider that is down: what was known goes on being known.
            log.warning("library_not_renewed", reason=str(error))
        self._looked_at = time.monotonic()

    def _with_who_is_who(self, library: Library) -> Library:
        """Where organisation.toml cannot be read, what it said before stays in force: somebody is mending it."""
        broken = any(finding.code == UNREADABLE for finding in library.findings)
        return replace(library, organisation=self._snapshot.library.organisation) if broken else library

    def _signs(self) -> tuple[str, str]:
        with self._database.reading() as session:
            return loading.fingerprint(self._root), records.knowledge_version(session)

    def _renew(self, signs: tuple[str, str], report: Report, *, wait: bool) -> None:
        same = self._seen is not None and signs[0] == self._seen[0]
        library = self._snapshot.library if same else self._with_who_is_who(loading.load(self._root))
        with self._database.reading() as session:
            written: dict[ItemId, CuratedAnswer] = {a.id: a for a in records.curated_answers(session)}
            confirmed = records.confirmed(session)
            erasures = records.erasures(session)
            overruled = records.overruled(session)
        items: dict[ItemId, Item] = {**library.items(), **written}
        compact = self._erasures not in (None, erasures)
        self._retriever.refresh(items, confirmed, report, wait=wait, compact=compact)
        if self._sense:
            self._sense.learn(overruled)
        self._erasures = erasures
        self._snapshot = Snapshot(library, items)
        self._seen = signs
