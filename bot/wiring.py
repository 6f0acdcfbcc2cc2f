"""Puts a running bot together. Importing this connects to nothing; `connect` does."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot import chat_model
from bot.domain import Library, Organisation, PersonId
from bot.knowledge import Knowledge, Snapshot
from bot.library import loading
from bot.reader import Reader
from bot.reasoning.deciding import Policy
from bot.retrieval import embedding, process_lessons
from bot.retrieval.index import VectorIndex
from bot.retrieval.process_sense import ProcessSense
from bot.retrieval.progress import Report, silent
from bot.retrieval.retriever import Retriever
from bot.settings import Settings, make_data_dir
from bot.store import database, records
from bot.store.database import Database
from bot.writer import Writer


@dataclass(frozen=True)
class Mind:
    """All that deciding one answer takes: one moment's knowledge, a retriever fitted to it, thresholds, the day."""

    known: Snapshot
    retriever: Retriever
    policy: Policy
    today: date
    owner: PersonId | None = None  # who is asked what nobody knows
    reader: Reader | None = None  # reads the catalogue where the ranking is not sure
    sense: ProcessSense | None = None  # tells what is broken in the process from what wants a tool


class Books(Protocol):
    """What reports are made from: the rows and who is who, with or without a bot around them."""

    @property
    def database(self) -> Database: ...
    @property
    def organisation(self) -> Organisation: ...
    @property
    def library(self) -> Library: ...
    def now(self) -> datetime: ...
    def today(self) -> date: ...


@dataclass(frozen=True)
class BooksOnly:
    """The books of a bot that is not running here."""

    database: Database
    organisation: Organisation
    library: Library = field(default_factory=Library)

    def now(self) -> datetime:
        """UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The calendar day where the organisation is."""
        return _day(self.now(), self.organisation)


@dataclass(frozen=True)
class Bot:
    """What every use case needs."""

    settings: Settings
    database: Database
    knowledge: Knowledge
    retriever: Retriever
    index: VectorIndex
    reader: Reader | None = None
    writer: Writer | None = None  # words the evidence of an answer
    sense: ProcessSense | None = None  # tells what is broken in the process
    policy: Policy = field(default_factory=Policy)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def organisation(self) -> Organisation:
        """Who is who; OWNER of the settings where organisation.toml names nobody."""
        return _named(self.knowledge.current().library.organisation, self.settings)

    @property
    def library(self) -> Library:
        """The files, as they are now."""
        return self.knowledge.current().library

    def mind(self) -> Mind:
        """What an answer is decided with now."""
        known = self.knowledge.current()
        reading, owner = self._reader_in_budget(), self.organisation.owner
        return Mind(known, self.retriever, self.policy, self.today(), owner, reading, self.sense)

    def today(self) -> date:
        """The calendar day where the organisation is."""
        return _day(self.now(), self.organisation)

    def in_budget(self) -> bool:
        """Whether language models may be asked again today."""
        with self.database.reading() as session:
            return records.tokens_spent(session, self.now()) < self.settings.chat_tokens_a_day

    def _reader_in_budget(self) -> Reader | None:
        return self.reader if self.reader and self.in_budget() else None


@contextmanager
def connect(
    settings: Settings, report: Report = silent, *, rebuild: bool = False, beside: bool = False
) -> Iterator[Bot]:
    """A bot ready to answer: migrated database, opened index, everything read and fitted.

    `beside` builds an index for a running bot to change over to, and leaves its own as it is.

    Raises SettingsError, DatabaseUnavailable, ModelFileError, EmbeddingsUnavailable or BadInput, each one sentence.
    """
    make_data_dir(settings)
    database.migrate(settings.database)
    rows = database.connect(settings.database)
    embedder = embedding.connect(settings.embeddings, settings.model_cache, report, settings.model_file)
    index = VectorIndex.open(settings.index_location, embedder, beside=beside)
    if rebuild:
        index.prune(())  # every vector goes, and is made again by the first reading
    retriever = Retriever(embedder, index, settings.fits)
    sense = process_lessons.sense(embedder, index, settings.lessons, report)
    knowledge = Knowledge(settings.library_dir, rows, retriever, sense)
    reading, writing = _language(settings)
    try:
        knowledge.load(report)
        with knowledge.watched():
            yield Bot(settings, rows, knowledge, retriever, index, reading, writing, sense)
    finally:
        if reading:
            reading.close()
        index.close()
        rows.close()


@contextmanager
def connect_books(settings: Settings) -> Iterator[Books]:
    """The database and who is who, for what needs no search: no model is loaded. Raises as `connect`."""
    make_data_dir(settings)
    database.migrate(settings.database)
    rows = database.connect(settings.database)
    try:
        library = loading.load(settings.library_dir)
        yield BooksOnly(rows, _named(library.organisation, settings), library)
    finally:
        rows.close()


def _language(settings: Settings) -> tuple[Reader, Writer] | tuple[None, None]:
    """The one language model, as reader and as writer."""
    name, timeout = settings.chat_model, settings.chat_timeout
    if not name:
        return None, None
    model = chat_model.connect(name, timeout)
    return Reader(model, name, timeout), Writer(model, name, timeout)


def _named(organisation: Organisation, settings: Settings) -> Organisation:
    """With OWNER of the settings where organisation.toml names nobody."""
    if organisation.owner or not settings.owner:
        return organisation
    return dataclasses.replace(organisation, owner=PersonId(settings.owner))


def _day(moment: datetime, organisation: Organisation) -> date:
    return moment.astimezone(ZoneInfo(organisation.time_zone)).date()
