"""`python -m tests.prior`: learns bot/retrieval/taught/confidence.json anew, on items that no model was taught with.

Needs ../shared/eval/real-skills-train. Draws 4 to 50 of the held-out skills, with 0 to 3 past questions
each; asks them the questions written for them, near misses, and questions of items that were not drawn; and fits a
logistic regression over the very features that answers are decided with. No evidence may count against an item.
Prints how it does on draws that it was not fitted on.
"""

import argparse
import csv
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from bot.domain import Confirmed, CuratedAnswer, Item, ItemId
from bot.library import loading
from bot.retrieval import confidence, embedding, mixing, prior
from bot.retrieval.index import VectorIndex
from bot.retrieval.profiles import profile
from bot.retrieval.ranking import Questions, Shelf
from tests.conftest import MODELS, ROOT

TAUGHT = ROOT / "bot" / "retrieval" / "taught"
TRAIN = ROOT.parent / "shared" / "eval" / "real-skills-train"
DRAWS = 60
ANSWER_DRAWS = 48
ANSWERS = ROOT / "tests" / "gold" / "answers.txt"
UNKNOWN = 0.25  # share of the questions of a draw that nothing answers
RIDGE = 3.0
# +1: speaks for the first candidate, -1: against it, 0: either; in the order of confidence.FEATURES.
SIGNS = (1, 1, 1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0)
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Held:
    """An item that no model was taught with."""

    item: Item
    questions: tuple[str, ...]
    near_misses: tuple[str, ...]


def main() -> None:
    argparse.ArgumentParser(prog="python -m tests.prior", description=__doc__).parse_args()
    learned = {model: learn_with(model) for model in ("local", "small")}
    prior.FILE.write_text(json.dumps(learned, indent=1) + "\n", encoding="utf-8")


def learn_with(model: str) -> dict[str, dict[str, list[float]]]:
    """What one local embedding model teaches, as prior.py reads it."""
    index = VectorIndex.in_memory(embedding.connect(model, MODELS))
    pool, chance = held_out(), random.Random(11)
    items = [draw(pool, index, chance) for _ in range(DRAWS)]
    answered, library = read_answers(), list(loading.load(ROOT).items().values())
    answers = [draw_answers(answered, library, index, chance) for _ in range(ANSWER_DRAWS)]
    return {"items": learn(f"{model}: items", items), "answers": learn(f"{model}: answers", answers)}


def learn(what: str, draws: Sequence[tuple[Array, npt.NDArray[np.bool_]]]) -> dict[str, list[float]]:
    """What three quarters of the draws teach; prints how it does on the others."""
    rows, right = (np.concatenate(parts) for parts in zip(*draws[: len(draws) * 3 // 4], strict=True))
    means, deviations = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-3)
    weights = fit(standard(rows, means, deviations), right)
    print(what)
    rows, right = (np.concatenate(parts) for parts in zip(*draws[len(draws) * 3 // 4 :], strict=True))
    judge(1 / (1 + np.exp(-standard(rows, means, deviations) @ weights)), right)
    found = {"means": means, "deviations": deviations, "weights": weights}
    return {name: [float(f"{number:.4g}") for number in numbers] for name, numbers in found.items()}


def held_out() -> list[Held]:
    """The skills of held-out.txt."""
    held = set((TAUGHT / "held-out.txt").read_text().split())
    items = {id: item for id, item in loading.load(TRAIN / "library").items().items() if id in held}
    with (TRAIN / "questions.csv").open(encoding="utf-8", newline="") as file:
        asked = list(csv.DictReader(file))
    return [
        Held(
            item,
            tuple(row["question"] for row in asked if row["expected"] == id),
            tuple(row["question"] for row in asked if row["expected"] == "unresolved" and f"{id} " in row["note"]),
        )
        for id, item in items.items()
    ]


def draw(pool: Sequence[Held], index: VectorIndex, chance: random.Random) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Features and whether the first candidate was right, for one library drawn from the pool and its questions."""
    size, history = chance.choice((4, 6, 10, 15, 20, 30, 40, 50)), chance.choice((0, 0, 1, 2, 3))
    drawn = chance.sample(pool, size)
    others = [held for held in pool if held not in drawn]
    known: list[tuple[str, str]] = []
    profiles = []
    for held in drawn:
        shuffled = chance.sample(held.questions, len(held.questions))
        profiles.append(profile(held.item, [Confirmed(q, held.item.id) for q in shuffled[:history]]))
        known += [(question, held.item.id) for question in shuffled[history:]]
    near = [question for held in drawn for question in held.near_misses]
    wanted = max(len(near), round(len(known) * UNKNOWN / (1 - UNKNOWN)))
    far = [question for held in others for question in held.questions]
    unknown = near + chance.sample(far, min(len(far), wanted - len(near)))
    shelf = Shelf(sorted(profiles, key=lambda one: one.id), index)
    past = tuple(sorted({question for one in profiles for question in one.asked}))
    whose = [frozenset(one.id for one in profiles if question in one.asked) for question in past]
    own = shelf.score(Questions(past, index.vectors(past)), leave_out=True) if past else None
    mix = mixing.fit([(own, whose)] if own else [], shelf.ids)
    asked = [*known, *((question, "") for question in unknown)]
    texts = tuple(question for question, _ in asked)
    scores = shelf.score(Questions(texts, index.vectors(texts)), mix)
    first = np.array(shelf.ids)[scores.fused.argmax(axis=1)]
    return confidence.features(scores, texts), first == np.array([id for _, id in asked])


def read_answers() -> dict[str, tuple[list[str], list[str]]]:
    """By question: the same in other words, and other questions of its subject."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        if line.startswith(("=", "!")):
            found[list(found)[-1]][line[0] == "!"].append(line[2:])
        elif not line.startswith("#"):
            found[line] = ([], [])
    return found


def draw_answers(
    answered: dict[str, tuple[list[str], list[str]]], library: Sequence[Item], index: VectorIndex, chance: random.Random
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """As `draw`, for some of the answers in a part of a library; only where an answer came first."""
    drawn = chance.sample(list(answered), chance.choice((1, 3, 6, 10, 15)))
    items: list[Item] = [item for item in library if not isinstance(item, CuratedAnswer)]
    items = chance.sample(items, min(len(items), chance.choice((10, 30, len(items)))))
    ids = {question: ItemId(f"answer:{number}") for number, question in enumerate(drawn)}
    items += [CuratedAnswer(id, question, "Ask the office.", "Ada") for question, id in ids.items()]
    shelf = Shelf(sorted((profile(item) for item in items), key=lambda one: one.id), index)
    asked = [(text, ids[question]) for question in drawn for text in answered[question][0]]
    asked += [(text, ItemId("")) for question in drawn for text in answered[question][1]]
    asked += [(chance.choice(answered[question][0]), ItemId("")) for question in answered if question not in ids]
    texts = tuple(text for text, _ in asked)
    scores = shelf.score(Questions(texts, index.vectors(texts)))
    first = np.array(shelf.ids)[scores.fused.argmax(axis=1)]
    is_answer = np.isin(first, list(ids.values()))
    return confidence.features(scores, texts)[is_answer], (first == np.array([id for _, id in asked]))[is_answer]


def standard(rows: Array, means: Array, deviations: Array) -> Array:
    """As confidence.py does it."""
    clipped = np.clip((rows - means) / deviations, -3.0, 3.0)
    return np.concatenate([clipped, np.ones((len(rows), 1))], axis=1)


def fit(design: Array, right: npt.NDArray[np.bool_]) -> Array:
    """Ridge logistic regression whose weights keep to SIGNS; the last one stands alone."""
    sign = np.where(right, 1.0, -1.0)

    def loss(weights: Array) -> tuple[float, Array]:
        margin = sign * (design @ weights)
        value = np.logaddexp(0.0, -margin).sum() + RIDGE * (weights[:-1] @ weights[:-1]) / 2
        slope = -(sign / (1 + np.exp(margin))) @ design
        slope[:-1] += RIDGE * weights[:-1]
        return float(value), slope

    bounds = [{1: (0.0, None), -1: (None, 0.0), 0: (None, None)}[each] for each in SIGNS] + [(None, None)]
    return np.asarray(minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x)


def judge(sure: Array, right: npt.NDArray[np.bool_]) -> None:
    """Prints how well the confidence tells right from wrong, and what each threshold would answer."""
    print(f"  {len(sure)} questions not fitted on: {right.mean():.3f} right, AUROC {roc_auc_score(right, sure):.3f}")
    bins = np.array_split(np.argsort(sure), 10)
    error = sum(abs(sure[part].mean() - right[part].mean()) * len(part) for part in bins) / len(sure)
    print(f"  expected calibration error {error:.3f}")
    for threshold in (0.6, 0.65, 0.7, 0.75, 0.8, 0.85):
        answered = sure >= threshold
        print(f"  answered from {threshold}: {answered.mean():.3f} of all, right {right[answered].mean():.3f}")
    for threshold in (0.06, 0.08, 0.1, 0.12, 0.15):
        refused = sure < threshold
        print(f"  refused below {threshold}: {refused.mean():.3f} of all, of which right {right[refused].mean():.3f}")


if __name__ == "__main__":
    main()
