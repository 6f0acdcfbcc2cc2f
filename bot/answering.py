"""Asking: a question comes in, is kept, is answered once, and hears what people thought of the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from bot.considering import SHOWN, consider
from bot.domain import (
    Actor,
    Answer,
    AskedQuestion,
    BlockedStep,
    Helpfulness,
    Item,
    ItemId,
    ItemKind,
    PersonId,
    Question,
    QuestionId,
    Verdict,
    Wording,
)
from bot.errors import EmbeddingsUnavailable, NotFound, WriterUnavailable
from bot.library.passages import passages, version
from bot.reasoning import authority, consulting, visibility, wording, writing
from bot.reasoning.visibility import Audience
from bot.reasoning.writing import Cited
from bot.scrubbing import scrub
from bot.store import records
from bot.wiring import Bot
from bot.writer import Tell, Writer

log = structlog.get_logger()


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


def _record(bot: Bot, asked: AskedQuestion, answer: Answer, reason: str) -> Answer:
    step = blocked_step(bot, answer.blocking_step) if answer.blocking_step else None
    with bot.database.transaction() as session:
        words, topic = visibility.shareable(asked.question), answer.facts.topic if answer.facts else ""
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
