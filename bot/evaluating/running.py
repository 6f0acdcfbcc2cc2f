"""Asking every question once, and what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot import reader
from bot.considering import consider
from bot.domain import (
    Answer,
    AskedQuestion,
    Confirmed,
    Door,
    Item,
    ItemId,
    PersonId,
    Question,
    QuestionId,
    TeamName,
    Verdict,
)
from bot.evaluating.remembering import Remembering
from bot.knowledge import Snapshot
from bot.library import loading
from bot.measures.quality import Row
from bot.reasoning.deciding import Policy
from bot.retrieval import embedding, process_lessons
from bot.retrieval.embedding import Embedder
from bot.retrieval.index import VectorIndex
from bot.retrieval.progress import Report, silent
from bot.retrieval.retriever import Retriever
from bot.settings import Settings
from bot.wiring import Mind

EVALUATOR = PersonId("evaluation")
NOTHING = (Verdict.UNRESOLVED.value, Verdict.OUT_OF_SCOPE.value)  # instead of an id: nothing answers it


@dataclass(frozen=True)
class Case:
    """A question and the ids that are right, best first; or the one word "unresolved" or "out_of_scope"."""

    question: str
    expected: tuple[str, ...]
    team: str | None = None


@dataclass(frozen=True)
class Result:
    """One case, its answer, and the row that the figures are made of."""

    case: Case
    answer: Answer
    row: Row


def mind(
    settings: Settings,
    history: Sequence[Confirmed] = (),
    report: Report = silent,
    *,
    read: bool = False,
    embedder: Embedder | None = None,
) -> Mind:
    """What answers are decided with, from the files alone: no database, and vectors apart from the bot's own.

    No language model is called unless `read`, whatever the settings say. `embedder` takes the place of the one that
    EMBEDDINGS names.
    """
    library = loading.load(settings.library_dir)
    embedder = embedder or connect_embedder(settings, report)
    index = VectorIndex.open(settings.data_dir / "evaluation", embedder)
    retriever = Retriever(embedder, index)
    items = library.items()
    retriever.refresh(items, history, report, wait=True)
    today = datetime.now(UTC).astimezone(ZoneInfo(library.organisation.time_zone)).date()
    reading = reader.connect(settings.chat_model, settings.chat_timeout) if read else None
    sense = process_lessons.sense(embedder, index, report=report)
    return Mind(Snapshot(library, items), retriever, Policy(), today, library.organisation.owner, reading, sense)


def connect_embedder(settings: Settings, report: Report = silent) -> Remembering:
    """The embedder that EMBEDDINGS names, which embeds no text twice in a run."""
    return Remembering(embedding.connect(settings.embeddings, settings.model_cache, report, settings.model_file))


def refitted(mind: Mind, embedder: Embedder, items: Mapping[ItemId, Item], history: Sequence[Confirmed]) -> Mind:
    """The same over other items or another history, without a language model; its vectors are kept nowhere."""
    retriever = Retriever(embedder, VectorIndex.in_memory(embedder))
    retriever.refresh(items, [one for one in history if one.resolved_by in items], wait=True)
    return replace(mind, known=Snapshot(mind.known.library, items), retriever=retriever, reader=None)


def run(mind: Mind, cases: Sequence[Case], report: Report = silent, what: str = "Asking") -> list[Result]:
    """Asks every case once, in order; `what` is the name that progress is reported under."""
    results = []
    for number, case in enumerate(cases, 1):
        answer, _ = consider(mind, asked(case, number))
        candidates = tuple(candidate.id for candidate in answer.candidates)
        row = row_of(case.question, case.expected, candidates, answer.confidence, answer.verdict)
        results.append(Result(case, answer, row))
        report(what, number, len(cases))
    return results


def asked(case: Case, number: int) -> AskedQuestion:
    """The case as a question that somebody asked; it is kept nowhere."""
    teams = (TeamName(case.team),) if case.team else ()
    key = f"evaluation:{number}"
    question = Question(key, case.question, EVALUATOR, datetime.now(UTC), Door.TERMINAL, teams=teams)
    return AskedQuestion(QuestionId(key), question, None, None, None, None, None)


def row_of(
    question: str, expected: Sequence[str], candidates: tuple[ItemId, ...], confidence: float, verdict: Verdict
) -> Row:
    """What the figures are made of; the words that stand for "nothing" are no ids."""
    right = tuple(ItemId(one) for one in expected if one not in NOTHING)
    return Row(question, right, candidates, confidence, verdict, Verdict.OUT_OF_SCOPE.value in expected)
