"""Measuring answers: the very code that answers people, asked questions whose answer is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot import reader
from bot.answering import consider
from bot.domain import (
    Answer,
    AskedQuestion,
    Confirmed,
    Door,
    ItemId,
    PersonId,
    Question,
    QuestionId,
    TeamName,
    Verdict,
)
from bot.knowledge import Snapshot
from bot.library import loading
from bot.measures.quality import Row
from bot.reasoning.deciding import Policy
from bot.retrieval import embedding
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


def mind(settings: Settings, history: Sequence[Confirmed] = (), report: Report = silent, *, read: bool = False) -> Mind:
    """What answers are decided with, from the files alone: no database, and vectors apart from the bot's own.

    No language model is called unless `read`, whatever the settings say.
    """
    library = loading.load(settings.library_dir)
    embedder = embedding.connect(settings.embeddings, settings.model_cache, report, settings.model_file)
    retriever = Retriever(embedder, VectorIndex.open(settings.data_dir / "evaluation", embedder))
    items = library.items()
    retriever.refresh(items, history, report, wait=True)
    today = datetime.now(UTC).astimezone(ZoneInfo(library.organisation.time_zone)).date()
    reading = reader.connect(settings.chat_model, settings.chat_timeout) if read else None
    return Mind(Snapshot(library, items), retriever, Policy(), today, library.organisation.owner, reading)


def run(mind: Mind, cases: Sequence[Case], report: Report = silent) -> list[Result]:
    """Asks every case once, in order."""
    results = []
    for number, case in enumerate(cases, 1):
        answer, _ = consider(mind, asked(case, number))
        candidates = tuple(candidate.id for candidate in answer.candidates)
        row = row_of(case.question, case.expected, candidates, answer.confidence, answer.verdict)
        results.append(Result(case, answer, row))
        report("Asking", number, len(cases))
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
