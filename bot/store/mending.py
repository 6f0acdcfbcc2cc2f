"""Steps that hold people up, and the process cards made of them. Nobody's words: kinds, teams and vectors."""

from datetime import datetime
from uuid import uuid4

import numpy as np
from sqlalchemy import func, update
from sqlmodel import Session, col, select

from bot.domain import LIVE, BlockedStep, CardState, DeliveryKind, PersonId, ProcessCard, ProcessCardId, TeamName
from bot.errors import AlreadyDecided, NotFound
from bot.reasoning import bottlenecks
from bot.store.deliveries import owe, owe_again
from bot.store.events import BOT, note, one_at_a_time
from bot.store.tables import BlockedStepRow, ProcessCardRow, QuestionRow

_DTYPE = "<f4"


def note_blocked_step(session: Session, question_id: str, step: BlockedStep, at: datetime) -> None:
    """Counts a step for the bottleneck it belongs to; the third asker within 30 days makes its card, once.

    A second call for the same question does nothing.
    """
    one_at_a_time(session, "bottlenecks")  # two processes take turns here, or each would see only two askers
    if session.get(BlockedStepRow, question_id) is not None:
        return
    rows = _recent(session, step, at)
    same = bottlenecks.nearest(step, [_step(row) for row in rows])
    row = BlockedStepRow(
        question_id=question_id,
        at=at,
        kind=step.kind,
        team=step.team or "",
        bottleneck=rows[same].bottleneck if same is not None else uuid4().hex,
        embedder=step.embedder,
        vector=np.asarray(step.vector, _DTYPE).tobytes(),
    )
    session.add(row)
    session.flush()
    _card_if_due(session, row, at)


def _recent(session: Session, step: BlockedStep, at: datetime) -> list[BlockedStepRow]:
    found = select(BlockedStepRow).where(
        col(BlockedStepRow.at) > at - bottlenecks.WINDOW,
        BlockedStepRow.team == (step.team or ""),
        BlockedStepRow.embedder == step.embedder,
    )
    return list(session.exec(found.order_by(col(BlockedStepRow.at), col(BlockedStepRow.question_id))))


def _card_if_due(session: Session, row: BlockedStepRow, at: datetime) -> None:
    earlier = select(ProcessCardRow).where(ProcessCardRow.bottleneck == row.bottleneck)
    last = session.exec(earlier.order_by(col(ProcessCardRow.opened_at).desc())).first()
    if last is not None and last.state in LIVE:
        owe_again(session, DeliveryKind.PROCESS_UPDATE, last.id, at)  # one more person met it
        return
    since = at - bottlenecks.WINDOW
    if last is not None and last.decided_at:
        since = max(since, last.decided_at)
    if _askers(session, row.bottleneck, since) < bottlenecks.ASKERS:
        return
    card = ProcessCardRow(
        id=uuid4().hex,
        bottleneck=row.bottleneck,
        team=row.team,
        step=row.kind,
        state=CardState.OPEN,
        opened_at=at,
    )
    session.add(card)
    owe(session, DeliveryKind.PROCESS_CARD, card.id, at)
    note(session, at, BOT, "process_card.opened", card.id, {"team": card.team, "step": card.step.value})


def _askers(session: Session, bottleneck: str, since: datetime) -> int:
    people = select(func.count(func.distinct(QuestionRow.asker)))
    joined = people.join(BlockedStepRow, col(BlockedStepRow.question_id) == QuestionRow.id)
    return session.exec(joined.where(BlockedStepRow.bottleneck == bottleneck, col(BlockedStepRow.at) > since)).one()


def process_card(session: Session, id: ProcessCardId) -> ProcessCard:
    """Raises NotFound."""
    row = session.get(ProcessCardRow, id)
    if row is None:
        raise NotFound("There is no such process card (any more).")
    return _card(session, row)


def decide_process_card(
    session: Session, id: ProcessCardId, state: CardState, by: PersonId, at: datetime, because: str = ""
) -> ProcessCard:
    """Where a card stands from now on; its message is to say so. Raises AlreadyDecided once it is closed, NotFound."""
    row = session.get(ProcessCardRow, id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such process card (any more).")
    if row.state not in LIVE:
        raise AlreadyDecided(f"<@{row.decided_by}> already closed this: {row.state.value}.")
    if row.state is not state:
        row.state, row.decided_by, row.decided_at, row.declined_because = state, by, at, because
        owe_again(session, DeliveryKind.PROCESS_UPDATE, row.id, at)
        note(session, at, by, f"process_card.{state.value}", row.id)
    return _card(session, row)


def process_card_announced(session: Session, id: ProcessCardId, announced_as: str) -> None:
    """Notes the card's message: "channel:ts"."""
    which = col(ProcessCardRow.id) == id
    session.exec(update(ProcessCardRow).where(which).values(announced_as=announced_as))


def blocked_steps_between(
    session: Session, start: datetime, end: datetime
) -> tuple[tuple[BlockedStep, tuple[TeamName, ...], PersonId], ...]:
    """Each step met from `start` on and before `end`, with its asker's teams and the asker, oldest first."""
    found = (
        select(BlockedStepRow, QuestionRow.teams, QuestionRow.asker)
        .join(QuestionRow, col(QuestionRow.id) == BlockedStepRow.question_id)
        .where(col(BlockedStepRow.at) >= start, col(BlockedStepRow.at) < end, col(QuestionRow.follows).is_(None))
        .order_by(col(BlockedStepRow.at), col(BlockedStepRow.question_id))
    )
    return tuple(
        (_step(row), tuple(map(TeamName, teams)), PersonId(asker)) for row, teams, asker in session.exec(found)
    )


def forget_blocked_step(session: Session, question_id: str, *, wholly: bool) -> None:
    """The vector of somebody's words goes; the count stays unless `wholly`."""
    row = session.get(BlockedStepRow, question_id)
    if row is not None and wholly:
        session.delete(row)
    elif row is not None:
        row.vector = b""


def _step(row: BlockedStepRow) -> BlockedStep:
    vector = tuple(np.frombuffer(row.vector, _DTYPE).tolist())
    return BlockedStep(row.kind, TeamName(row.team) if row.team else None, vector, row.embedder)


def _card(session: Session, row: ProcessCardRow) -> ProcessCard:
    return ProcessCard(
        id=ProcessCardId(row.id),
        team=TeamName(row.team) if row.team else None,
        step=row.step,
        state=row.state,
        opened_at=row.opened_at,
        askers=_askers(session, row.bottleneck, row.opened_at - bottlenecks.WINDOW),
        decided_at=row.decided_at,
        decided_by=PersonId(row.decided_by) if row.decided_by else None,
        declined_because=row.declined_because,
        announced_as=row.announced_as,
    )
