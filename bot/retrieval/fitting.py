"""Fits the weights of the mix and the confidence to the questions whose answer the library knows, and keeps them.

A fit takes seconds and always gives the same for the same library, history, model and code. So what was fitted lies in
a file under a hash of all of these, and a start with nothing changed takes it from there.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import structlog

from bot.domain import ItemKind
from bot.retrieval import confidence, mixing, whole_file
from bot.retrieval.confidence import ConfidenceModel
from bot.retrieval.prior import Learned
from bot.retrieval.ranking import DEFAULT_MIX, Array, Questions, Scores, Shelf, texts_of

log = structlog.get_logger()

MOST = 1_000  # questions to fit on: enough, and under two seconds
SCORED_AT_ONCE = 16  # of them: bounds the memory, and how long an answer can wait for a core


@dataclass(frozen=True)
class Fit:
    """What was drawn towards a library's own questions."""

    mix: Array  # (signals + 1,)
    confidence: ConfidenceModel


def fit(shelf: Shelf, learned: Learned) -> Fit:
    """With weights and confidence drawn towards the questions that the items list or were confirmed to answer."""
    answers: dict[str, set[str]] = defaultdict(set)
    for one in shelf.profiles:
        # A curated answer is made of its question: without it, nothing would be left to find it by.
        if one.kind is not ItemKind.ANSWER:
            for text in one.asked:
                answers[text].add(one.id)
    texts = sorted(answers)
    texts = texts[:: -(-len(texts) // MOST) or 1]  # evenly taken where there are very many
    expected = [frozenset(answers[text]) for text in texts]

    def scored(mix: Array) -> Iterator[tuple[Scores, list[str], list[frozenset[str]]]]:
        # A few at a time: of 1,000 questions over 100,000 texts the cosines alone would be 400 MB.
        for start in range(0, len(texts), SCORED_AT_ONCE):
            asked, wanted = texts[start : start + SCORED_AT_ONCE], expected[start : start + SCORED_AT_ONCE]
            yield shelf.score(Questions(tuple(asked), shelf.vectors(asked)), mix, leave_out=True), asked, wanted

    mix = mixing.fit(((scores, wanted) for scores, _, wanted in scored(DEFAULT_MIX)), shelf.ids)
    return Fit(mix, confidence.fit(scored(mix), shelf.ids, learned))


def key_of(shelf: Shelf, model: str, learned: Learned) -> str:
    """A hash of everything that a fit depends on."""
    digest = hashlib.sha256(_code())
    digest.update(f"{model}\0{learned}\0".encode())
    for one in shelf.profiles:
        for text in (one.id, one.kind, one.words, *one.asked, "", *texts_of(one), "\0"):
            digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def kept(file: Path, key: str, learned: Learned) -> Fit | None:
    """What `keep` wrote under this key; None where there is nothing, or nothing that can be used."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        mix, weights = (np.array(found[name], np.float64) for name in ("mix", "confidence"))
        same = found["key"] == key
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.warning("fit_not_read", why=type(error).__name__, note="It is made again.")
        return None
    whole = mix.shape == DEFAULT_MIX.shape and weights.shape == (len(learned.items.weights),)
    whole = whole and bool(np.isfinite(mix).all() and np.isfinite(weights).all())
    return Fit(mix, ConfidenceModel(weights, learned)) if same and whole else None


def keep(file: Path, key: str, made: Fit) -> None:
    """Writes all of it or nothing. Where it cannot be written, the next start fits again."""
    text = json.dumps({"key": key, "mix": made.mix.tolist(), "confidence": made.confidence.weights.tolist()})
    try:
        whole_file.write(file, text.encode())
    except OSError as error:
        log.warning("fit_not_kept", why=error.strerror or str(error))


@cache
def _code() -> bytes:
    """A hash of the code that decides how a fit comes out: of all of this room's, as ever more of it does."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.digest()
