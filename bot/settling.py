"""Questions of fact: does it work with that, may I. Settled by code over the library's facts, never by nearness."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from bot.domain import (
    Answer,
    AskedQuestion,
    Basis,
    BasisKind,
    Candidate,
    CuratedAnswer,
    Edge,
    Item,
    ItemId,
    ItemKind,
    Kind,
    PassageKind,
    Ranking,
    Rule,
    ToolNote,
    Verdict,
)
from bot.library.passages import version
from bot.reasoning import authority, facts, inquiry, kinds, narrowing, rulings, trials, verdicts, wording
from bot.reasoning.deciding import decide
from bot.reasoning.verdicts import Told
from bot.reasoning.wording import Found, Handover
from bot.wiring import Mind

RETEST = "I ask its owner for a new test."


def settle(mind: Mind, asked: AskedQuestion, ranking: Ranking, handover: Handover) -> Answer | None:
    """The answer to a question of fact; None where it is none, or where the owner has answered it in person."""
    ground = mind.known.ground(mind.today)
    text, teams = asked.question.text, asked.question.teams
    named = inquiry.named(text, ground.names)
    data = inquiry.data_in(text, named, ground.organisation.data_classes)
    trial = trials.wanted(text, named, data)
    if trial:
        told = trials.told(ground, trial)
        if not told.known and _is_owners_answer(mind, ranking):
            return None
        return _answer(mind, asked, ranking, told, Kind.OTHER, handover)
    if kinds.is_narrowed(text, named, data):
        shown = [candidate.id for candidate in ranking.candidates]
        return _answer(mind, asked, ranking, narrowing.narrow(ground, named, data, teams, shown), Kind.WHICH, handover)
    match kinds.kind_of(text, named, data):
        case Kind.COMPATIBILITY if named:
            told = verdicts.connected(ground, facts.connect(ground, text, teams), teams)
            if not told.known and _is_owners_answer(mind, ranking):
                return None
            return _answer(mind, asked, ranking, told, Kind.COMPATIBILITY, handover)
        case Kind.PERMISSION:
            result = facts.rule(ground, text, teams)
            if not named and result.ruling.decision is None:
                return None  # no tool is named, and nothing forbids it everywhere: what is written may help
            if not named and not data:
                return None
            told = rulings.ruled(ground, result)
            if not told.known and _is_owners_answer(mind, ranking):
                told = _with_owners_word(mind, told, ranking.candidates[0].id)
            return _answer(mind, asked, ranking, told, Kind.PERMISSION, handover)
    return None


def _is_owners_answer(mind: Mind, ranking: Ranking) -> bool:
    """Whether the owner has answered just this: a person's word goes before "not known"."""
    if decide(ranking, mind.policy) is not Verdict.ANSWERED:
        return False
    return isinstance(mind.known.items.get(ranking.candidates[0].id), CuratedAnswer)


def _with_owners_word(mind: Mind, told: Told, answer: ItemId) -> Told:
    """The owner's answer is shown beside the verdict, which only a rule can change: they need not be asked again."""
    said = mind.known.items[answer]
    words = replace(told.wording, why=wording.summary_of(said))
    return replace(told, wording=words, cites=(answer, *told.cites), known=True)


def _answer(mind: Mind, asked: AskedQuestion, ranking: Ranking, told: Told, kind: Kind, handover: Handover) -> Answer:
    items = mind.known.items
    verdict = _verdict(told)
    words = told.wording
    owner = other_owner(mind, told.facts.owner)
    if verdict is Verdict.UNRESOLVED:
        words = replace(words, ask=wording.handed_over(handover, to_its_owner=owner is not None))
    elif told.facts.task:
        words = replace(words, ask=RETEST) if handover is Handover.DONE else words
    first = [Candidate(id, wording.title_of(items[id]), 1.0) for id in (told.options or told.cites) if id in items]
    rest = [replace(candidate, passages=()) for candidate in ranking.candidates if candidate.id not in told.cites]
    # What is to choose from stands alone, one button each.
    cited = [items[id] for id in (told.options[:3] or told.cites) if id in items]
    return Answer(
        question_id=asked.id,
        verdict=verdict,
        kind=kind,
        wording=words,
        recommended=told.recommended if verdict is Verdict.ANSWERED else None,
        candidates=tuple(first + [one for one in rest if one.id not in {f.id for f in first}])[:10],
        evidence=tuple(wording.evidence_of(Found(_candidate(i), i), version(i), mind.today) for i in cited),
        confidence=1.0 if verdict is Verdict.ANSWERED else 0.0,
        elapsed_ms=0,
        facts=replace(told.facts, owner=owner),
        basis=(*map(edge_basis, told.edges), *_item_bases(items[id] for id in told.cites if id in items)),
    )


def _verdict(told: Told) -> Verdict:
    if not told.known:
        return Verdict.UNRESOLVED
    said = told.facts.outcome or told.facts.decision or told.recommended or told.settled
    return Verdict.ANSWERED if said and not told.options else Verdict.TENTATIVE


def other_owner(mind: Mind, owner: str | None) -> str | None:
    """The person a task goes to in place of the AI ops owner; None where it is that one, a group or nobody.

    Without an AI ops owner there is no ladder, and nothing is handed to anybody.
    """
    named = owner and mind.owner and owner != mind.owner
    return owner if owner and named and authority.is_person(owner) else None


def reason(answer: Answer) -> str:
    """For the owner: what the facts say, and who could say more."""
    owners = dict.fromkeys(
        evidence.owner for evidence in answer.evidence if evidence.owner and evidence.kind is not ItemKind.TEST
    )
    who = f" Owner: {', '.join(f'<@{owner}>' for owner in owners)}." if owners else ""
    return f"{answer.wording.headline}{who}"


# ---------------------------------------------------------------- what it stood on


def edge_basis(edge: Edge) -> Basis:
    said = "; ".join(f"{key}: {value}" for key, value in asdict(edge).items() if value)
    return Basis(BasisKind.EDGE, f"{edge.source_tool}->{edge.target_tool}/{edge.via}", hashed(said), said)


def _item_bases(items: Iterable[Item]) -> Iterable[Basis]:
    for item in items:
        if isinstance(item, Rule):
            said = f"{item.decision}; decided {item.decided}; expires {item.expires}"
            yield Basis(BasisKind.RULE, item.id, version(item), said)
        elif isinstance(item, ToolNote):
            said = f"ring: {item.ring}; " + "; ".join(f"{name}: {made}" for name, made in item.data.items())
            yield Basis(BasisKind.NOTE, item.id, version(item), said)


def passage_bases(found: Sequence[Found]) -> tuple[Basis, ...]:
    """What spoke for what was shown. A past question's words are somebody's: of those only the hash is kept."""
    ours = {PassageKind.NAME, PassageKind.DESCRIPTION, PassageKind.BODY}
    return tuple(
        Basis(BasisKind.PASSAGE, one.item.id, hashed(passage.text), passage.text if passage.kind in ours else "")
        for one in found
        for passage in one.candidate.passages
        if passage.kind is not PassageKind.CONFIRMED
    )


def hashed(text: str) -> str:
    """12 hex digits that change with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _candidate(item: Item) -> Candidate:
    return Candidate(item.id, wording.title_of(item), 1.0)
