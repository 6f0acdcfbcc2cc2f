"""Asking: a question comes in, is kept, is answered once, and hears what people thought of the answer."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from bot import reader, settling, vouching
from bot.domain import (
    Actor,
    Answer,
    AskedQuestion,
    BlockedStep,
    Candidate,
    Diagnosis,
    Helpfulness,
    Item,
    ItemId,
    ItemKind,
    Kind,
    PersonId,
    Question,
    QuestionId,
    Ranking,
    ReaderUse,
    Skill,
    ToolNote,
    Verdict,
    Visibility,
    Wording,
)
from bot.errors import EmbeddingsUnavailable, NotFound, ReaderUnavailable, WriterUnavailable
from bot.knowledge import Snapshot
from bot.library.catalogue import catalogue
from bot.library.passages import passages, version
from bot.reasoning import authority, consulting, intent, visibility, wording, writing
from bot.reasoning.deciding import decide
from bot.reasoning.reading import mixed
from bot.reasoning.visibility import Audience
from bot.reasoning.wording import Found, Handover
from bot.reasoning.writing import Cited
from bot.scrubbing import scrub
from bot.store import records
from bot.wiring import Bot, Mind
from bot.writer import Tell, Writer

log = structlog.get_logger()
SHOWN = 3  # candidates that a `tentative` answer shows
KEPT = 10  # candidates that are kept with an answer
Visible = Callable[[ItemId], bool]  # whether those who will read the answer may see an item


def accept(bot: Bot, question: Question) -> QuestionId:
    """Keeps the question, scrubbed of secrets, and owes its asker an answer from then on.

    Raises AlreadyAsked (with the id) when this very message was taken before, DatabaseUnavailable when it
    could not be kept: then the door must not acknowledge it.
    """
    with bot.database.transaction() as session:
        return records.open_question(
            # Owed from this moment, in nobody's hands yet: whoever starts on it claims it, this process or another.
            session,
            replace(question, text=scrub(question.text).strip()),
            claimed_until=bot.now(),
        )


def ask(bot: Bot, question_id: QuestionId) -> Answer:
    """The answer to a question that was accepted; a second call gives the first one's answer.

    Never fails for want of an index or a model: that becomes an `unresolved` with its reason.
    """
    with bot.database.reading() as session:
        asked = records.asked(session, question_id)
    if asked.answer:
        return asked.answer
    answer, reason = consider(bot.mind(), asked)
    kept = _record(bot, asked, answer, reason)
    _log(kept, asked)
    return kept


def ask_now(bot: Bot, question: Question) -> Answer:
    """`accept`, `ask` and `word` in one, for doors that wait for the answer."""
    answer = ask(bot, accept(bot, question))
    return word(bot, answer) if may_be_worded(bot, answer) else answer


def may_be_worded(bot: Bot, answer: Answer) -> bool:
    """Whether `word` could do something: a door may make ready for it."""
    fits = writing.may_be_worded(answer) or writing.needs_telling_apart(answer)
    return bot.writer is not None and not answer.wording.said and fits and bot.in_budget()


def word(bot: Bot, answer: Answer, tell: Tell = lambda _: None) -> Answer:
    """The answer with a language model's words of its evidence; as it was where they may not be shown.

    `tell` hears each sentence once it is checked. All of them count only once they are kept: what is told and then
    not kept, because a later sentence failed, is not part of the answer.
    """
    if bot.writer is None:
        return answer
    with bot.database.reading() as session:
        asked = records.asked(session, answer.question_id)
        thread = records.earlier_answers(session, asked)
    if writing.needs_telling_apart(answer) and any(one.verdict is Verdict.TENTATIVE for one in thread):
        return answer  # one question back is enough
    items = bot.knowledge.current().items
    sources = [one for one in answer.evidence if one.kind is not ItemKind.TEST]
    if any(e.id not in items or version(items[e.id]) != e.version for e in sources):
        return answer  # the library has changed since: what was chosen is not there any more
    try:
        words, tokens = _worded(bot.writer, asked.question, thread, answer, items, tell)
    except WriterUnavailable as failure:
        log.warning("not_worded", reason=str(failure))
        words, tokens = answer.wording, failure.tokens
    with bot.database.transaction() as session:
        records.spend_tokens(session, bot.now(), tokens)
        return records.reword_answer(session, replace(answer, wording=words))


def _worded(
    writer: Writer,
    question: Question,
    thread: Sequence[Answer],
    answer: Answer,
    items: Mapping[ItemId, Item],
    tell: Tell,
) -> tuple[Wording, int]:
    """The wording with the model's part in it, and what that cost. Raises WriterUnavailable."""
    if writing.may_be_worded(answer):
        shown = [
            Cited(1, wording.title_of(items[p.item]), f"{p.heading}: {p.text}" if p.heading else p.text)
            for p in writing.chosen(passages(items[answer.evidence[0].id]), question.text)
        ]
        context = [*question.earlier[-len(thread) :], *(said_before(one) for one in thread)] if thread else ()
        written = writer.write(question.text, context, shown, tell)
        return replace(answer.wording, said=written.sentences), written.tokens
    pair = [items[one.id] for one in answer.evidence[:2]]
    shown = [Cited(at, wording.title_of(i), wording.summary_of(i)) for at, i in enumerate(pair, 1)]
    written = writer.tell_apart(question.text, shown)
    return replace(answer.wording, ask=f"{written.sentences[0]} {wording.OR_NEITHER}"), written.tokens


def said_before(answer: Answer) -> str:
    """What a thread's earlier answer said, as context for the next: its first line and what it stood on."""
    return " ".join([answer.wording.headline, *(e.quote for e in answer.evidence[:1])])


def was_asked_here(bot: Bot, thread_key: str, person: PersonId) -> bool:
    """Whether this person asked the bot in this thread, so that what they add belongs to it."""
    with bot.database.reading() as session:
        return records.thread_asker(session, thread_key) == person


def give_feedback(bot: Bot, question_id: QuestionId, actor: Actor, value: Helpfulness) -> AskedQuestion:
    """The asker's word on the answer; the last press wins. Raises NotAllowed for anybody else, NotFound."""
    with bot.database.transaction() as session:
        authority.require_asker(records.asked(session, question_id), actor)
        records.record_feedback(session, question_id, actor.id, value, bot.now())
        return records.asked(session, question_id)


def choose(bot: Bot, question_id: QuestionId, actor: Actor, item_id: ItemId) -> None:
    """The asker says which of the candidates they were shown fits. Raises NotAllowed, NotFound."""
    with bot.database.transaction() as session:
        asked = records.asked(session, question_id)
        authority.require_asker(asked, actor)
        if asked.answer is None or item_id not in {candidate.id for candidate in asked.answer.candidates[:SHOWN]}:
            raise NotFound("That was not among what I showed you. Please ask again.")
        records.record_choice(session, question_id, item_id, bot.now())


def was_asked_by(bot: Bot, question_id: QuestionId, actor: Actor) -> bool:
    """Whether it is this person's question. Raises NotFound."""
    with bot.database.reading() as session:
        return records.asked(session, question_id).question.asker == actor.id


def entry(bot: Bot, item_id: ItemId, actor: Actor) -> Item:
    """What the library holds under this id, for somebody who may see it. Raises NotFound."""
    item = bot.knowledge.current().items.get(item_id)
    audience = Audience(person=actor.id, teams=frozenset(authority.teams(bot.organisation, actor)))
    if item is None or not visibility.may_show_item(item, audience):
        raise NotFound("That entry is not in the library any more. Please ask again.")
    return item


def erase(bot: Bot, person: PersonId) -> int:
    """Takes every word of this person out of what is kept; returns how many questions there were."""
    with bot.database.transaction() as session:
        count = records.erase_person(session, person, bot.now())
    if not bot.database.forget_deleted():  # or the words would stay in the file's free pages
        log.warning("erased_words_in_log", note="Another program reads the database: close it and erase again.")
    bot.knowledge.refresh()
    return count


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
    if shareable(question) is None:
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


def _record(bot: Bot, asked: AskedQuestion, answer: Answer, reason: str) -> Answer:
    step = blocked_step(bot, answer.blocking_step) if answer.blocking_step else None
    with bot.database.transaction() as session:
        words, topic = shareable(asked.question), answer.facts.topic if answer.facts else ""
        # What was asked in private is asked of the owner only with leave; nobody is asked for leave for a task.
        task = bool(answer.facts and answer.facts.task and words)
        if answer.verdict is Verdict.UNRESOLVED or task:
            escalation = records.open_escalation(
                session, asked.id, reason, bot.now(), shared_text=words, withheld=words is None, topic=topic
            )
            answer = replace(answer, escalation_id=escalation.id)
        if answer.reader:
            records.spend_tokens(session, bot.now(), answer.reader.tokens)
        kept = records.record_answer(session, answer, bot.now())
        if step:
            records.note_blocked_step(session, asked.id, step, bot.now())
        return kept


def blocked_step(bot: Bot, words: str) -> BlockedStep:
    """What is counted of a step that holds somebody up."""
    team = consulting.team_of(words, bot.organisation.teams)
    vector: tuple[float, ...] = ()
    embedder = bot.sense.embedder if bot.sense else ""
    if bot.sense:
        try:
            vector = bot.sense.vector(words)
        except EmbeddingsUnavailable as error:
            log.warning("step_not_compared", reason=str(error))  # it is counted, but likened to no other
    return BlockedStep(consulting.step_kind(words), team, vector, embedder)


def shareable(question: Question) -> str | None:
    """The words the owner may see at once; None when they were said in private and need the asker's leave."""
    private = question.place is not None and question.place.visibility is not Visibility.PUBLIC
    return None if private or (question.place and question.place.response_url) else question.text


def _log(answer: Answer, asked: AskedQuestion) -> None:
    # Never the question's text: logs travel further than the workspace.
    log.info(
        "question_answered",
        question=asked.id,
        door=asked.question.door.value,
        verdict=answer.verdict.value,
        kind=answer.kind.value,
        recommended=answer.recommended,
        confidence=round(answer.confidence, 3),
        ms=answer.elapsed_ms,
        reader_tokens=answer.reader.tokens if answer.reader else None,
    )
