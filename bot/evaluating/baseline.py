"""The plain look-up beside us: untaught MiniLM in Chroma, the same library, history and questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.domain import Confirmed, Item, ItemId, Verdict
from bot.evaluating.running import Case, connect_embedder, refitted, row_of, run
from bot.measures import quality
from bot.measures.comparing import errors_removed
from bot.measures.knowing import Draw, Knowing, knowing
from bot.measures.quality import Row
from bot.measures.resampling import Figure
from bot.retrieval.embedding import Embedder
from bot.retrieval.plain_search import PlainSearch
from bot.retrieval.progress import Report, silent
from bot.settings import Settings
from bot.wiring import Mind

UNTAUGHT = "minilm"
HIDDEN = 0.2  # of the items, in each draw


@dataclass(frozen=True)
class Beside:
    """The plain look-up's figures, and what we make of them. Small talk is left out."""

    top_1: Figure
    recall_3: Figure
    auroc_known: Figure  # of the best cosine
    removed_top_1: Figure  # share of its errors that are none of ours
    removed_recall_3: Figure
    knowing: Knowing


def connect_plain(settings: Settings, report: Report = silent) -> Embedder:
    """The model as published. Raises ModelFileError."""
    return connect_embedder(replace(settings, embeddings=UNTAUGHT), report)


def plain(
    embedder: Embedder, items: Mapping[ItemId, Item], history: Sequence[Confirmed], cases: Sequence[Case]
) -> list[Row]:
    """What the plain look-up makes of each case; the confidence is its best cosine. It decides nothing."""
    with PlainSearch(embedder, items, history) as search:
        found = search.nearest([case.question for case in cases])
    return [
        row_of(
            case.question,
            case.expected,
            tuple(id for id, _ in hits),
            hits[0][1] if hits else 0.0,
            Verdict.TENTATIVE,
        )
        for case, hits in zip(cases, found, strict=True)
    ]


def beside(ours: Sequence[Row], plain: Sequence[Row]) -> Beside:
    """Both over the same cases in the same order."""
    pairs = [(own, theirs) for own, theirs in zip(ours, plain, strict=True) if not own.out_of_scope]
    known = [pair for pair in pairs if pair[0].known]
    figures = quality.summary([theirs for _, theirs in pairs])
    return Beside(
        top_1=figures.top_1,
        recall_3=figures.recall_3,
        auroc_known=figures.auroc_known,
        removed_top_1=errors_removed([theirs.right for _, theirs in known], [own.right for own, _ in known]),
        removed_recall_3=errors_removed([theirs.shown for _, theirs in known], [own.shown for own, _ in known]),
        knowing=knowing([_draw([own.known for own, _ in pairs], *zip(*pairs, strict=True))] if pairs else []),
    )


def hiding(
    mind: Mind,
    embedder: Embedder,
    untaught: Embedder,
    cases: Sequence[Case],
    history: Sequence[Confirmed],
    draws: int,
    report: Report = silent,
) -> Knowing:
    """A fifth of the items hidden in each seeded draw, with their history: nothing answers their questions then.

    Both start afresh without them, ours with its confidence fitted to what is left.
    """
    talk = [row_of(case.question, case.expected, (), 0.0, Verdict.TENTATIVE).out_of_scope for case in cases]
    cases = [case for case, is_talk in zip(cases, talk, strict=True) if not is_talk]
    found = []
    for draw in range(draws):
        left = _left(mind.known.items, draw)
        past = [one for one in history if one.resolved_by in left]
        ours = run(refitted(mind, embedder, left, past), cases, report, f"Hiding a fifth, {draw + 1} of {draws}")
        known = [any(one in left for one in case.expected) for case in cases]
        found.append(_draw(known, [result.row for result in ours], plain(untaught, left, past, cases)))
    return knowing(found)


def _left(items: Mapping[ItemId, Item], seed: int) -> dict[ItemId, Item]:
    ids = sorted(items)
    hidden = np.random.default_rng(seed).choice(len(ids), size=round(HIDDEN * len(ids)), replace=False)
    gone = {ids[at] for at in hidden}
    return {id: item for id, item in items.items() if id not in gone}


def _draw(known: Sequence[bool], ours: Sequence[Row], plain: Sequence[Row]) -> Draw:
    return Draw(
        np.array(known, bool),
        np.array([row.confidence for row in ours], float),
        np.array([row.confidence for row in plain], float),
    )
