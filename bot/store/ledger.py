"""The event log as columns, kept in the process and extended by what was written since: what reports are made from."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import sqlalchemy
from pydantic_core import from_json
from sqlalchemy import BigInteger, Engine, Text, cast, func, type_coerce
from sqlmodel import Session, col, select

from bot.measures.clock import micros
from bot.measures.eventlog import EventLog, Logged
from bot.measures.facts import Facts, facts
from bot.store.database import Database
from bot.store.events import erasures
from bot.store.tables import EscalationRow, EventRow, QuestionRow

# Numbers are given before a transaction commits: one that ends late writes among those that were read already.
OVERLAP = 500
AT_A_TIME = 5_000
KEPT = 4  # moments whose facts are kept

_Raw = tuple[int, Any, str, str, str, str]  # number, moment, who, what, about, data


@dataclass
class _Ledger:
    """One database's log as far as it was read."""

    log: EventLog = field(default_factory=EventLog)
    erasures: int = 0
    last: int = 0
    recent: frozenset[int] = frozenset()  # numbers read, of the last OVERLAP
    facts: dict[int | None, Facts] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_ledgers: "WeakKeyDictionary[Engine, _Ledger]" = WeakKeyDictionary()


def facts_at(database: Database, at: datetime | None = None) -> Facts:
    """What was known of every question at that moment, None: now. Raises DatabaseUnavailable."""
    ledger = _ledgers.setdefault(database.engine, _Ledger())
    with ledger.lock:
        with database.reading() as session:
            _catch_up(ledger, session)
        key = None if at is None else micros(at)
        if key not in ledger.facts:
            while len(ledger.facts) >= KEPT:
                ledger.facts.pop(next(iter(ledger.facts)))
            ledger.facts[key] = facts(ledger.log, key)
        return ledger.facts[key]


def _catch_up(ledger: _Ledger, session: Session) -> None:
    erased = erasures(session)
    if erased != ledger.erasures:  # names in old events have changed
        ledger.log, ledger.last, ledger.recent, ledger.erasures = EventLog(), 0, frozenset(), erased
        ledger.facts.clear()
    for rows in _rows(session, ledger.log, ledger.last - OVERLAP):
        new = [row for row in rows if row[0] not in ledger.recent]
        if new:
            ledger.facts.clear()
            ledger.log.extend(_events(session, new))
            ledger.last = max(ledger.last, new[-1][0])
            numbers = ledger.recent.union(row[0] for row in new[-OVERLAP:])
            ledger.recent = frozenset(number for number in numbers if number > ledger.last - OVERLAP)


def _rows(session: Session, log: EventLog, after: int) -> Iterator[Sequence[_Raw]]:
    """Rows as they lie in the database, some at a time: making objects of them would take most of the time."""
    if session.get_bind().dialect.name == "sqlite":
        moment: Any = type_coerce(EventRow.at, Text)
    else:
        moment = cast(func.extract("epoch", col(EventRow.at)) * 1_000_000, BigInteger)
    statement = (
        sqlalchemy.select(col(EventRow.number), moment, col(EventRow.who), col(EventRow.what), col(EventRow.about))
        .add_columns(type_coerce(EventRow.data, Text))
        .where(col(EventRow.number) > after, col(EventRow.what).in_(log.kinds_of_event))
        .order_by(col(EventRow.number))
    )
    found = session.connection().execute(statement, execution_options={"stream_results": True})
    yield from found.partitions(AT_A_TIME)


def _events(session: Session, rows: Sequence[_Raw]) -> Iterator[Logged]:
    _, moments, who, what, about, texts = zip(*rows, strict=True)
    data: list[dict[str, Any]] = from_json("[" + ",".join(texts) + "]")
    _complete(session, what, about, data)
    times = moments if isinstance(moments[0], int) else np.array(moments, "datetime64[us]").astype(np.int64).tolist()
    return map(Logged, times, who, what, about, data)


def _complete(session: Session, what: Sequence[str], about: Sequence[str], data: Sequence[dict[str, Any]]) -> None:
    """Events of earlier versions lack what the rows beside them say, which never changes."""
    old = [at for at, kind in enumerate(what) if kind == "escalation.opened" and "question" not in data[at]]
    if old:
        questions: Mapping[str, str] = dict(session.exec(select(EscalationRow.id, EscalationRow.question_id)).all())
        for at in old:
            data[at]["question"] = questions.get(about[at], "")
    old = [at for at, kind in enumerate(what) if kind == "question.asked" and "teams" not in data[at]]
    if old:
        columns = (QuestionRow.id, QuestionRow.teams, QuestionRow.follows, QuestionRow.asker, QuestionRow.text_key)
        rows = session.connection().execute(sqlalchemy.select(*map(col, columns)))
        asked = {id: facts for id, *facts in rows}
        first: dict[tuple[str, str], str] = {}
        for at in old:
            teams, follows, asker, words = asked.get(about[at], ((), None, "", None))
            same = first.setdefault((asker, words), about[at]) if words else about[at]
            data[at] |= {"teams": teams, "follows": follows, "same_words_as": None if same == about[at] else same}
