"""The questions of the last weeks, asked of a changed library before it goes live. Reads the database, writes nothing.

Each question is ranked as if it had never been asked: its own text, in case it was confirmed, is not among the past
questions. So that this costs ten fits and not one a question, a tenth of the past questions is left out at a time.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.considering import SHOWN, consider
from bot.domain import ERASED, Answer, AskedQuestion, Confirmed, Item, ItemId, QuestionId, Verdict
from bot.errors import BadInput
from bot.evaluating.running import refitted
from bot.knowledge import Snapshot
from bot.library import loading
from bot.measures import stealing
from bot.measures.stealing import Pair
from bot.reasoning import visibility
from bot.reasoning.deciding import Policy
from bot.retrieval.embedding import Embedder
from bot.retrieval.index import VectorIndex
from bot.retrieval.progress import Report, silent
from bot.retrieval.retriever import Retriever
from bot.settings import Settings
from bot.store import database, records
from bot.store.asked import text_key
from bot.wiring import Mind

PARTS = 10


class Fate(StrEnum):
    """What becomes of a question, the worst first."""

    LOST = "lost"  # the answer that was confirmed would not be shown any more
    CHANGED = "changed"  # another first candidate, or another verdict
    GAINED = "gained"  # the confirmed answer would be shown now, and was not
    SAME = "same"


@dataclass(frozen=True)
class Seen:
    """What an answer puts before people."""

    first: ItemId | None
    verdict: Verdict


@dataclass(frozen=True)
class Replayed:
    """One question, then and now."""

    id: QuestionId
    asked_at: datetime
    words: str | None  # as far as the owner may see them
    confirmed: ItemId | None  # what is known to be right
    before: Seen  # what was answered when it was asked
    after: Seen
    fate: Fate


@dataclass(frozen=True)
class Replay:
    """Everything that was replayed."""

    days: int
    questions: tuple[Replayed, ...]  # the worst fate first, then the newest
    in_sight_before: int  # confirmed answers that were shown, alone or among three
    in_sight_after: int
    stolen: tuple[Pair, ...]  # of the confirmed questions: who stands first instead of the right one
    moved: tuple[Pair, ...]  # of all: who stands first instead of whom before

    def of(self, fate: Fate) -> list[Replayed]:
        """Those of one fate."""
        return [one for one in self.questions if one.fate is fate]


@dataclass(frozen=True)
class _Kept:
    """What the database holds of it."""

    asked: tuple[AskedQuestion, ...]
    confirmed: tuple[Confirmed, ...]
    shared: Mapping[QuestionId, str]  # words that an asker let the owner see
    written: Mapping[ItemId, Item]  # the owner's answers


def replay(settings: Settings, embedder: Embedder, days: int, report: Report = silent) -> Replay:
    """Asks the library of `settings` what was asked in the last `days`. Raises BadInput where there is no database."""
    now = datetime.now(UTC)
    kept = _read(settings, now - timedelta(days=days), now)
    mind = _mind(settings, embedder, kept.written, now)
    right = {one.question_id: one.resolved_by for one in kept.confirmed}
    found: list[Replayed] = []
    in_sight = [0, 0]
    stolen: list[tuple[ItemId, ItemId]] = []
    moved: list[tuple[ItemId, ItemId]] = []
    for asked, answer in _answers(mind, embedder, kept, report):
        one = _replayed(asked, answer, right.get(asked.id), kept, mind.known.items)
        found.append(one)
        if one.confirmed and asked.answer:
            in_sight[0] += _in_sight(asked.answer, one.confirmed)
            in_sight[1] += _in_sight(answer, one.confirmed)
        if one.after.first and one.confirmed:
            stolen.append((one.after.first, one.confirmed))
        if one.after.first and one.before.first:
            moved.append((one.after.first, one.before.first))
    order = list(Fate)
    found.sort(key=lambda one: (order.index(one.fate), one.confirmed is None, -one.asked_at.timestamp()))
    return Replay(
        days, tuple(found), in_sight[0], in_sight[1], tuple(stealing.pairs(stolen)), tuple(stealing.pairs(moved))
    )


def _read(settings: Settings, start: datetime, end: datetime) -> _Kept:
    if database.pending(settings.database):  # and is neither made nor changed by asking
        raise BadInput("The database is not there yet, or of an older version: run `signpost migrate` first.")
    rows = database.connect(settings.database)
    try:
        with rows.reading() as session:
            asked = [one for one in records.questions_between(session, start, end) if _counts(one)]
            return _Kept(
                asked=tuple(_with_thread(session, one) for one in asked),
                confirmed=records.confirmed(session),
                shared={e.question_id: e.shared_text for e in records.escalations_between(session, start, end)},
                written={answer.id: answer for answer in records.curated_answers(session)},
            )
    finally:
        rows.close()


def _counts(asked: AskedQuestion) -> bool:
    """Answered, no small talk, neither taken back nor erased."""
    answered = asked.answer is not None and asked.answer.verdict is not Verdict.OUT_OF_SCOPE
    return answered and asked.withdrawn_at is None and asked.question.asker != ERASED


def _with_thread(session: records.Session, asked: AskedQuestion) -> AskedQuestion:
    place = asked.question.place
    if place is None or place.thread_key is None:
        return asked
    earlier = records.earlier_in_thread(session, place.thread_key, asked.question.asked_at)
    return replace(asked, question=replace(asked.question, earlier=earlier))


def _mind(settings: Settings, embedder: Embedder, written: Mapping[ItemId, Item], now: datetime) -> Mind:
    library = loading.load(settings.library_dir)
    today = now.astimezone(ZoneInfo(library.organisation.time_zone)).date()
    known = Snapshot(library, {**library.items(), **written})
    # In memory: vectors of what people asked are not left where `signpost erase` does not look.
    return Mind(known, Retriever(embedder, VectorIndex.in_memory(embedder)), Policy(), today)


def _answers(mind: Mind, embedder: Embedder, kept: _Kept, report: Report) -> list[tuple[AskedQuestion, Answer]]:
    parts: dict[int, list[AskedQuestion]] = {}
    for asked in kept.asked:
        parts.setdefault(_part(asked.question.text), []).append(asked)
    found: list[tuple[AskedQuestion, Answer]] = []
    for part, some in sorted(parts.items()):
        past = [one for one in kept.confirmed if _part(one.question) != part]
        fitted = refitted(mind, embedder, mind.known.items, past)
        for asked in some:
            found.append((asked, consider(fitted, asked)[0]))
            report("Asking again", len(found), len(kept.asked))
    return found


def _part(text: str) -> int:
    """The same for texts that are the same question."""
    return int.from_bytes(hashlib.sha256(text_key(text).encode()).digest()[:4]) % PARTS


def _replayed(
    asked: AskedQuestion, answer: Answer, confirmed: ItemId | None, kept: _Kept, items: Mapping[ItemId, Item]
) -> Replayed:
    before = asked.answer or answer
    return Replayed(
        id=asked.id,
        asked_at=asked.question.asked_at,
        words=visibility.shareable(asked.question) or kept.shared.get(asked.id) or None,
        confirmed=confirmed,
        before=_seen(before),
        after=_seen(answer),
        fate=_fate(before, answer, confirmed, items),
    )


def _seen(answer: Answer) -> Seen:
    return Seen(answer.candidates[0].id if answer.candidates else None, answer.verdict)


def _fate(before: Answer, after: Answer, confirmed: ItemId | None, items: Mapping[ItemId, Item]) -> Fate:
    if confirmed:
        if confirmed not in items:
            return Fate.LOST
        then, now = _in_sight(before, confirmed), _in_sight(after, confirmed)
        if then != now:
            return Fate.LOST if then else Fate.GAINED
    return Fate.SAME if _seen(before) == _seen(after) else Fate.CHANGED


def _in_sight(answer: Answer, id: ItemId) -> bool:
    """Whether people get to see it: as the answer, or as one of those they may choose from."""
    shown = {Verdict.ANSWERED: 1, Verdict.TENTATIVE: SHOWN}.get(answer.verdict, 0)
    return id in {candidate.id for candidate in answer.candidates[:shown]}
