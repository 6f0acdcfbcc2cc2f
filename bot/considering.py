"""Deciding one answer from one moment's knowledge: what is broken, what is settled by facts, what the search finds.

Nothing is kept or told here: `answering` does that.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import structlog

from bot import reader, settling, vouching
from bot.domain import (
    Answer,
    AskedQuestion,
    Candidate,
    Diagnosis,
    Item,
    ItemId,
    ItemKind,
    Kind,
    Question,
    Ranking,
    ReaderUse,
    Skill,
    ToolNote,
    Verdict,
    Wording,
)
from bot.errors import EmbeddingsUnavailable, ReaderUnavailable
from bot.knowledge import Snapshot
from bot.library.catalogue import catalogue
from bot.library.passages import version
from bot.reasoning import consulting, intent, visibility, wording
from bot.reasoning.deciding import decide
from bot.reasoning.reading import mixed
from bot.reasoning.wording import Found, Handover
from bot.wiring import Mind

log = structlog.get_logger()
SHOWN = 3  # candidates that a `tentative` answer shows
KEPT = 10  # candidates that are kept with an answer
Visible = Callable[[ItemId], bool]  # whether those who will read the answer may see an item


def consider(mind: Mind, asked: AskedQuestion) -> tuple[Answer, str]:
    """The answer to a question, kept nowhere yet; and for the owner, why it is not better than it is."""
    started = time.perf_counter()
    keep = _visible(asked.question, mind.known)
    diagnosis = _diagnose(mind, asked.question)
    if diagnosis and consulting.wants_no_tool(diagnosis):
        keep = _without_tools(keep)
    ranking, hampered = _rank(mind, asked.question, keep)
    handover = _who_answers(asked.question, mind)
    settled = None if ranking.small_talk else settling.settle(mind, asked, ranking, handover)
    if settled:
        settled = vouching.with_tests(mind, settled, handover)
        return replace(settled, elapsed_ms=_since(started)), settling.reason(settled)
    ranking, use = _read(mind, asked.question, keep, ranking)
    verdict = Verdict.UNRESOLVED if hampered else decide(ranking, mind.policy)
    answer = replace(_compose(mind, asked, ranking, verdict, hampered), reader=use)
    answer = vouching.with_tests(mind, answer, handover)
    task = answer.facts is not None and answer.facts.task
    reason = settling.reason(answer) if task else hampered or _reason(ranking)
    if diagnosis and consulting.is_process(diagnosis) and not hampered and verdict is not Verdict.OUT_OF_SCOPE:
        answer, reason = _process_first(mind, answer, diagnosis), _process_reason(diagnosis)
    return replace(answer, elapsed_ms=_since(started)), reason


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


def _diagnose(mind: Mind, question: Question) -> Diagnosis | None:
    """What is broken in the process, where something is. Leave and connections are facts, whoever complains of them."""
    facts = {Kind.PERMISSION, Kind.COMPATIBILITY}
    if mind.sense is None or not question.text.strip() or intent.kind_of(question.text) in facts:
        return None
    try:
        return mind.sense.diagnose(question.text)
    except EmbeddingsUnavailable:
        return None  # the search says so itself


def _without_tools(keep: Visible) -> Visible:
    return lambda item: keep(item) and not item.startswith(f"{ItemKind.TOOL}:")


def _process_first(mind: Mind, answer: Answer, diagnosis: Diagnosis) -> Answer:
    """The answer with the process before everything else. Whose it is settles it where nothing else is asked for."""
    teams = mind.known.library.organisation.teams
    named = consulting.team_of(diagnosis.blocking_step, teams)
    team = teams[named] if named else None
    owner = team.owner if team else None
    settled = owner is not None and diagnosis.kind is Kind.PROCESS
    return replace(
        answer,
        verdict=Verdict.ANSWERED if settled and answer.verdict is Verdict.UNRESOLVED else answer.verdict,
        kind=diagnosis.kind,
        wording=consulting.process_first(answer.wording, answer.verdict, diagnosis, team),
        blocking_step=diagnosis.blocking_step,
        process_owner=owner,
    )


def _process_reason(diagnosis: Diagnosis) -> str:
    # Without the asker's words: what was said in private is shown only with leave.
    step = consulting.step_kind(diagnosis.blocking_step)
    return f"What they describe is broken in the process ({step}), and I do not know who owns it."


def _rank(mind: Mind, question: Question, keep: Visible) -> tuple[Ranking, str]:
    limit = reader.SHORTLIST if mind.reader else KEPT
    try:
        return mind.retriever.rank(question.text, question.earlier, keep=keep, limit=limit), ""
    except EmbeddingsUnavailable as error:
        log.warning("search_hampered", reason=str(error))
        return Ranking((), 0.0), "My search is not working at the moment, so I could not look."


def _read(mind: Mind, question: Question, keep: Visible, ranking: Ranking) -> tuple[Ranking, ReaderUse | None]:
    """The ranking after a language model has read the catalogue, where there is one and the ranking needs it."""
    if mind.reader is None or ranking.confidence >= mind.policy.unread or not question.text.strip():
        return ranking, None
    shown = catalogue(item for id, item in mind.known.items.items() if keep(id))
    if not reader.fits(shown):
        shortlist = {candidate.id for candidate in ranking.candidates}
        shown = {id: entry for id, entry in shown.items() if id in shortlist}
    try:
        read = mind.reader.read(question.text, question.earlier, shown)
    except ReaderUnavailable as failure:
        log.warning("not_read", reason=str(failure))
        return ranking, None
    return mixed(ranking, read.reading, shown), read.use


def _visible(question: Question, known: Snapshot) -> Visible:
    audience = visibility.audience_of(question.place, question.asker, question.teams)

    def keep(item_id: ItemId) -> bool:
        item = known.items.get(item_id)
        return item is not None and visibility.may_show_item(item, audience)

    return keep


def _compose(mind: Mind, asked: AskedQuestion, ranking: Ranking, verdict: Verdict, hampered: str) -> Answer:
    items = mind.known.items
    found = [Found(c, items[c.id]) for c in ranking.candidates if c.id in items]
    shown = {Verdict.ANSWERED: found[:1], Verdict.TENTATIVE: found[:SHOWN]}.get(verdict, [])
    small_talk = verdict is Verdict.OUT_OF_SCOPE
    return Answer(
        question_id=asked.id,
        verdict=verdict,
        kind=Kind.OTHER if small_talk else intent.kind_of(asked.question.text),
        wording=_words(mind, asked.question, verdict, found, ranking.confidence, hampered),
        recommended=shown[0].item.id if verdict is Verdict.ANSWERED else None,
        candidates=() if small_talk else tuple(_without_others_words(c) for c in ranking.candidates[:KEPT]),
        evidence=tuple(wording.evidence_of(f, version(f.item), mind.today) for f in shown),
        confidence=ranking.confidence,
        elapsed_ms=0,
        basis=settling.passage_bases(shown),
    )


def _words(
    mind: Mind, question: Question, verdict: Verdict, found: list[Found], confidence: float, hampered: str
) -> Wording:
    match verdict:
        case Verdict.ANSWERED:
            kind = intent.kind_of(question.text)
            return wording.answered(found[0], _tools_of(found[0].item, mind.known), mind.today, kind)
        case Verdict.TENTATIVE:
            return wording.tentative(found[:SHOWN], mind.today, confidence)
        case Verdict.UNRESOLVED:
            nearest = found[0] if found else None
            who = _who_answers(question, mind)
            return wording.unresolved(mind.known.items.values(), nearest, who, hampered)
        case Verdict.OUT_OF_SCOPE:
            return wording.out_of_scope()


def _who_answers(question: Question, mind: Mind) -> Handover:
    if mind.owner is None:
        return Handover.NOBODY
    if visibility.shareable(question) is None:
        return Handover.WITH_LEAVE
    return Handover.DONE if question.place else Handover.NOT_HERE


def _tools_of(item: Item, known: Snapshot) -> list[ToolNote]:
    tools = known.library.tools
    return [tools[t] for t in item.tools if t in tools] if isinstance(item, Skill) else []


def _without_others_words(candidate: Candidate) -> Candidate:
    # A confirmed past question may have been asked in private: it may rank, it is never kept or shown.
    return replace(candidate, passages=())


def _reason(ranking: Ranking) -> str:
    if not ranking.candidates:
        return "Nothing in the library comes near it."
    return f"The nearest is “{ranking.candidates[0].title}”, and I am {ranking.confidence:.0%} sure of it."
