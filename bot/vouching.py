"""What was tested, beside what is answered: test cards as evidence, and verdicts that wait for a new test."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import Answer, Basis, BasisKind, Decision, Facts, ToolTest, Verdict
from bot.reasoning import testing, verdicts
from bot.reasoning.wording import Handover
from bot.settling import RETEST, hashed, other_owner
from bot.wiring import Mind


def with_tests(mind: Mind, answer: Answer, handover: Handover) -> Answer:
    """The answer with the last test of each tool that it names, as evidence, and what stands against relying on it.

    Where the test of the tool that it recommends or allows is overdue, the owner is to test again, once however many
    ask; a recommendation is no plain yes then.
    """
    ground = mind.known.ground(mind.today)
    tools = [one.id for one in answer.evidence if one.id in ground.tools]
    cards = [card for tool in tools if (card := testing.latest(ground.tests, tool))]
    known = [line for tool in tools for line in testing.standing(ground.tests, tool, ground.tools[tool], mind.today)]
    doubts = [line for line in known if line.rstrip(".") not in answer.wording.headline]
    if not (cards or doubts):
        return answer
    shown = [testing.evidence_of(card, ground.tools[card.tool], hashed(str(card)), mind.today) for card in cards]
    answer = replace(
        answer,
        evidence=(*answer.evidence, *shown),
        wording=replace(answer.wording, watch_out=(*answer.wording.watch_out, *doubts)),
        basis=(*answer.basis, *(Basis(BasisKind.NOTE, one.id, one.version, one.title) for one in shown)),
    )
    late = [card for card in cards if testing.is_overdue(card, ground.tools[card.tool], mind.today)]
    return _lowered(mind, answer, late, handover) if late else answer


def _lowered(mind: Mind, answer: Answer, late: Sequence[ToolTest], handover: Handover) -> Answer:
    told = answer.facts or Facts()
    card = next((one for one in late if one.tool == answer.recommended), None)
    allowed = told.decision in {Decision.ALLOWED, Decision.ALLOWED_IF}
    if answer.verdict is not Verdict.ANSWERED or told.task or not (card or allowed):
        return answer
    note = mind.known.library.tools[(card or late[0]).tool]
    words = replace(answer.wording, ask=RETEST if handover is Handover.DONE else answer.wording.ask)
    topic = verdicts.retest_topic(card or late[0])
    answer = replace(answer, facts=replace(told, topic=topic, task=True, owner=other_owner(mind, note.owner)))
    if card:
        headline = f"Needs a re-test: {note.title} would fit, but its last test has run out."
        return replace(answer, verdict=Verdict.TENTATIVE, recommended=None, wording=replace(words, headline=headline))
    return replace(answer, wording=words)
