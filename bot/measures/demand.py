"""What people need and do not get: unmet questions grouped by meaning, named, ranked. Pure: vectors in, gaps out.

A group gathers around its oldest question and keeps that question's name, so that it stays the same gap while it
grows. One person's repeats count once.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import scipy.sparse

from bot.domain import EscalationState, State, Verdict
from bot.measures.clock import days_back, local_day
from bot.measures.eventlog import ESCALATIONS, NONE, VERDICTS
from bot.measures.facts import STATES, Ints
from bot.measures.report import Gap, GapState
from bot.measures.scope import Scope
from bot.measures.shelf import Shelf

LOOK_BACK = 90  # days: what nobody asked for since is no gap of a longer period
LISTED_FROM = 3  # people: for leaders a need of fewer is only counted
ALIKE = 0.3  # cosine of two questions' weighted words from which on they are one need
WORDS_IN_A_NAME = 4

_PLURAL = re.compile(r"(?<=[^s])s$")
_WORD = re.compile(r"[^\W\d_]{3,}")
# What people say around every question; it tells one need from another as little as "the" does.
_CHATTER = frozenset(
    _WORD.findall(
        "hello hey thanks thank please help need want would like know use using used tool tools skill skills way anyone"
        " somebody someone question can could should does how what which who when where why best good just get make got"
        " for our the and with there something thing things"
    )
)


@dataclass(frozen=True)
class Grouping:
    """Groups of unmet questions. `rows` are places in the facts, oldest first; `leader` each one's group's oldest."""

    rows: Ints
    leader: Ints
    names: Mapping[int, str]  # by leader, for the owner: the most telling words
    safe_names: Mapping[int, str]  # … of the library's vocabulary alone; empty where it has none of them


def unmet(scope: Scope) -> Ints:
    """The period's unresolved and failed questions, oldest first; withdrawn ones are nobody's need any more."""
    since = max(scope.start, days_back(scope.end, LOOK_BACK, scope.zone))
    facts, rows = scope.facts, scope.between(since, scope.end)
    state = facts.state[rows]
    open_or_failed = np.isin(state, [STATES.index(State.FAILED), STATES.index(State.ESCALATED)])
    unresolved = facts.verdict[rows] == VERDICTS.index(Verdict.UNRESOLVED)
    rows = rows[(open_or_failed | unresolved) & (state != STATES.index(State.WITHDRAWN))]
    oldest_first: Ints = rows[np.argsort(facts.asked_at[rows], kind="stable")]
    return oldest_first


@cache
def _ignored() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # as in word_vectors

    return frozenset(ENGLISH_STOP_WORDS | _CHATTER)


def words(text: str) -> list[str]:
    """The words of a text that can tell what it is about, a plural as its singular."""
    found = (word.casefold() for word in _WORD.findall(text))
    ignored = _ignored()
    return [_PLURAL.sub("", word) for word in found if word not in ignored]


def word_vectors(texts: Sequence[str]) -> Any:
    """Sparse vectors of length 1 for texts, by their words (TF-IDF); a text without any has length 0."""
    # Over a second to import, and not needed to start answering.
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=words, sublinear_tf=True)
    try:
        return vectorizer.fit_transform(texts)
    except ValueError:  # not one telling word in all of them
        return scipy.sparse.csr_matrix((len(texts), 1))


def gathered(vectors: Any, alike: float = ALIKE) -> Ints:
    """For each row of unit vectors, oldest first, the row that leads its group: the most alike leader before it."""
    near = scipy.sparse.tril(scipy.sparse.csr_matrix(vectors @ vectors.T), k=-1).tocsr()
    leader: Ints = np.arange(near.shape[0])
    for row in range(near.shape[0]):
        places = slice(near.indptr[row], near.indptr[row + 1])
        others, cosines = near.indices[places], near.data[places]
        leads = (leader[others] == others) & (cosines >= alike)
        if leads.any():
            leader[row] = others[leads][np.argmax(cosines[leads])]
    return leader


def group(rows: Ints, texts: Sequence[str], quotable: Sequence[str], vocabulary: Collection[str]) -> Grouping:
    """Groups questions by meaning, oldest first.

    `quotable`: each question's words where the owner may read them, else empty. `vocabulary`: the library's words.
    """
    if not len(rows):
        return Grouping(rows, rows, {}, {})
    first = {text: place for place, text in reversed(list(enumerate(texts)))}
    oldest = sorted(first.values())  # of each text; the same words are looked at once
    rank = {texts[place]: number for number, place in enumerate(oldest)}
    leads = gathered(word_vectors([texts[place] for place in oldest]))[[rank[text] for text in texts]]
    leader: Ints = rows[np.array(oldest)[leads]]
    return Grouping(rows, leader, *_names(leader, quotable, vocabulary))


def _names(leader: Ints, quotable: Sequence[str], vocabulary: Collection[str]) -> tuple[dict[int, str], dict[int, str]]:
    """The words that are most of a group's own: frequent in it, rare elsewhere."""
    told: dict[int, Counter[str]] = {}
    for lead, text in zip(leader.tolist(), quotable, strict=True):
        told.setdefault(lead, Counter()).update(set(words(text)))
    everywhere = Counter(word for counts in told.values() for word in counts)
    names, safe = {}, {}
    for lead, counts in told.items():
        ranked = sorted(counts, key=lambda word: (-counts[word] / everywhere[word], -counts[word], word))
        names[lead] = " ".join(ranked[:WORDS_IN_A_NAME])
        safe[lead] = " ".join([word for word in ranked if word in vocabulary][:WORDS_IN_A_NAME])
    return names, safe


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The words of the library, which everybody may read."""
    return frozenset(word for text in texts for word in words(text))


def gaps(scope: Scope, grouping: Grouping, shelf: Shelf, reasons: Mapping[str, str]) -> tuple[tuple[Gap, ...], int]:
    """The gaps, most severe first, and how many needs are too small to be listed.

    `reasons`: why a question was dismissed, by the question's id.
    """
    order = np.argsort(grouping.leader, kind="stable")
    rows, leader = grouping.rows[order], grouping.leader[order]
    leaders, starts, place = np.unique(leader, return_index=True, return_inverse=True)
    teams = scope.teams_of_five(rows, place, len(leaders))
    found, smaller = [], 0
    for number, own in enumerate(np.split(rows, starts[1:]) if len(leaders) else []):
        people = scope.people(own)
        if not scope.view.names_people and people < LISTED_FROM:
            smaller += 1
            continue
        gap, needs = _gap(scope, grouping, shelf, reasons, own, people, teams[number])
        found.append((-people, -needs, -int(scope.facts.asked_at[own].max()), gap.id, gap))
    return tuple(gap for *_, gap in sorted(found, key=lambda each: each[:4])), smaller


def _gap(
    scope: Scope,
    grouping: Grouping,
    shelf: Shelf,
    reasons: Mapping[str, str],
    own: Ints,
    people: int,
    teams: tuple[str, ...],
) -> tuple[Gap, int]:
    """One group as a gap, and its volume."""
    facts, named = scope.facts, scope.view.names_people
    lead = int(grouping.leader[np.flatnonzero(grouping.rows == own[0])[0]])
    id = f"gap:{facts.questions[lead][:12]}"
    needs = len(set(zip(facts.asker[own].tolist(), facts.same_words[own].tolist(), strict=True)))
    near = Counter(place for place in facts.nearest[own].tolist() if place != NONE).most_common(1)
    nearest = scope.item(near[0][0]) if near else None
    state, answer = _state(scope, own)
    safe = grouping.safe_names[lead] or (f"near {shelf.title(nearest)}" if nearest else "nothing near")
    hidden = scope.view.hides(people)
    why = [reasons[q] for q in (facts.questions[row] for row in own.tolist()) if reasons.get(q)]
    gap = Gap(
        id=id,
        name=(grouping.names[lead] or safe) if named else safe,
        near=nearest,
        people=None if hidden else people,
        needs=None if hidden else needs,
        first_asked=local_day(int(facts.asked_at[own].min()), scope.zone),
        last_asked=local_day(int(facts.asked_at[own].max()), scope.zone),
        state=state,
        reason=why[-1] if why and named and state is GapState.DECLINED else "",
        answer=answer,
        teams=teams,
        values=tuple(value for value in shelf.values if value.subject == id),
    )
    return gap, needs


def _state(scope: Scope, own: Ints) -> tuple[GapState, Any]:
    """Open while anybody waits; else published once the owner answered, declined once the owner would not."""
    facts = scope.facts
    decisions = facts.decision[own]
    waiting = np.isin(decisions, [NONE, ESCALATIONS.index(EscalationState.WITHHELD)])
    answered = np.isin(
        decisions, [ESCALATIONS.index(EscalationState.ANSWERED), ESCALATIONS.index(EscalationState.POINTED)]
    )
    if (decisions == ESCALATIONS.index(EscalationState.OPEN)).any():
        return GapState.OPEN, None
    if answered.any():
        last = own[answered][np.argmax(facts.decided_at[own[answered]])]
        return GapState.PUBLISHED, scope.item(int(facts.owners_answer[last]))
    return (GapState.OPEN, None) if waiting.all() else (GapState.DECLINED, None)
