"""What an evaluation finds beyond the plain figures: the yardstick, hiding, learning, and why something was missed."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot import evaluating
from bot.domain import Confirmed, ItemId
from bot.evaluating import Case, baseline, learning
from bot.evaluating.explaining import Reason, explain
from bot.evaluating.findings import find
from bot.evaluating.remembering import Remembering
from bot.retrieval import embedding
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.plain_search import PlainSearch
from bot.settings import Settings
from bot.wiring import Mind
from tests.conftest import MODELS
from tests.evaluating.conftest import CASES, HISTORY, write


class Counted:
    """The embedder, and how many texts it was given."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dimension, self.texts = embedder.name, embedder.dimension, 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return self._embedder.embed(texts)


def test_the_plain_look_up_is_the_nearest_neighbour(mind: Mind, embedder: Embedder) -> None:
    questions = [case.question for case in CASES]
    with PlainSearch(embedder, mind.known.items, HISTORY) as search:
        found = search.nearest(questions)
    texts = {id: [f"{item.title}: {item.use_for}"] for id, item in mind.known.library.tools.items()}
    for one in HISTORY:
        texts[one.resolved_by].append(one.question)
    for hits, vector in zip(found, embedder.embed(questions), strict=True):
        exact = {id: float((embedder.embed(own) @ vector).max()) for id, own in texts.items()}
        assert [id for id, _ in hits] == sorted(exact, key=lambda id: -exact[id])
        np.testing.assert_allclose([cosine for _, cosine in hits], sorted(exact.values(), reverse=True), atol=1e-5)


def test_a_look_up_without_entries_finds_nothing(embedder: Embedder) -> None:
    with PlainSearch(embedder, {}) as search:
        assert search.nearest(["where is it?"]) == [[]]


def test_hiding_makes_questions_unknown_in_the_same_way_every_time(mind: Mind, embedder: Embedder) -> None:
    plain = embedding.connect("minilm", MODELS)
    found = baseline.hiding(mind, embedder, plain, CASES, HISTORY, draws=2)
    assert (found.draws, found.unknown) == (2, 2.0)  # one of five tools in each draw, and the plants
    assert 0 <= found.auroc_ours.value <= 1
    assert repr(baseline.hiding(mind, embedder, plain, CASES, HISTORY, draws=2)) == repr(found)


def test_small_talk_and_missing_sorts_are_no_trouble_beside_the_plain_look_up(mind: Mind, embedder: Embedder) -> None:
    cases = [CASES[0], Case("thanks!", ("out_of_scope",))]
    ours = [result.row for result in evaluating.run(mind, cases)]
    beside = baseline.beside(ours, baseline.plain(embedder, mind.known.items, (), cases))
    assert beside.top_1.value == 1 and np.isnan(beside.removed_top_1.value)
    assert np.isnan(beside.knowing.auroc_ours.value)


def test_the_learning_curve_ends_where_the_history_does(mind: Mind, embedder: Embedder) -> None:
    lessons = learning.curve(mind, embedder, CASES, HISTORY)
    assert [(one.past_questions, one.history, one.draws) for one in lessons] == [
        (0, 0, 1),
        (1, 3, 3),
        (2, 6, 3),
        (5, 9, 1),
    ]
    everything = [result.row for result in evaluating.run(mind, CASES)]
    assert lessons[-1].top_1.value == sum(row.right for row in everything if row.known) / 5


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(0, 3))
def test_draws_of_the_history_are_nested_and_even(items: list[str], seed: int) -> None:
    history = [Confirmed(f"q{at}", ItemId(item)) for at, item in enumerate(items)]
    before: set[Confirmed] = set()
    for step in (0, 1, 2, 5):
        drawn = learning.drawn(history, step, seed)
        assert before <= set(drawn)
        assert Counter(one.resolved_by for one in drawn) == {
            item: min(step, count) for item, count in Counter(items).items() if step
        }
        before = set(drawn)


def test_no_text_is_embedded_twice(embedder: Embedder) -> None:
    counted = Counted(embedder)
    remembering = Remembering(counted)
    first = remembering.embed(["one", "two", "one"])
    np.testing.assert_array_equal(remembering.embed(["two", "one"]), first[[1, 0]])
    assert counted.texts == 2 and remembering.embed([]).shape == (0, embedder.dimension)


def test_every_miss_has_its_reason(mind: Mind, embedder: Embedder) -> None:
    cases = [
        CASES[-1],
        Case("a supplier sent an invoice, where does it go?", ("tool:gone",)),
        Case("where do I put a defect", ("tool:descript",)),  # a past question of another tool
        Case("tracking bugs and tasks of software developers", ("tool:descript",)),
    ]
    misses = explain(mind, embedder, evaluating.run(mind, cases))
    assert [miss.reason for miss in misses[:3]] == [Reason.NOTHING_FITS, Reason.NOT_IN_LIBRARY, Reason.PAST_QUESTION]
    assert misses[3].reason in {Reason.WORDS, Reason.MEANING}
    assert (misses[3].winner, misses[3].wanted) == ("tool:jira", ("tool:descript",))
    assert {"bugs", "software"} <= set(misses[3].words) and misses[3].place and misses[3].signals


def test_near_twins_are_called_so(chosen: Settings, embedder: Embedder) -> None:
    animals = ("ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen", "ibis", "jay", "kiwi", "lark", "mole", "newt")
    write(
        chosen.library_dir,
        {f"{name}": f"Everything about the {name}, number {at}" for at, name in enumerate(animals)}
        | {"mailer": "Sends the monthly newsletter to customers", "postman": "Sends a monthly newsletter to customers"},
    )
    twins = evaluating.mind(chosen, embedder=embedder)
    question = "what sends the newsletter to customers each month?"
    (result,) = evaluating.run(twins, [Case(question, ("tool:mailer",))])
    other = "tool:postman" if result.row.right else "tool:mailer"
    (miss,) = explain(twins, embedder, evaluating.run(twins, [Case(question, (other,))]))
    assert miss.reason is Reason.NEAR_TWIN


def test_thieves_are_named_but_not_for_what_the_library_lacks(mind: Mind, embedder: Embedder) -> None:
    cases = [Case("the app crashes, where do I report the bug?", ("tool:figma",)), Case("a bug", ("tool:gone",))]
    found = find(mind, embedder, evaluating.run(mind, cases), len(HISTORY))
    assert [(pair.taker, pair.loser, pair.taken) for pair in found.stolen] == [("tool:jira", "tool:figma", 1)]


def test_an_evaluation_leaves_the_bots_own_data_alone(mind: Mind, chosen: Settings, embedder: Embedder) -> None:
    evaluating.run(mind, CASES)
    learning.curve(mind, embedder, CASES[:1], HISTORY[:2])
    assert {path.name.split(".")[0] for path in Path(chosen.data_dir).iterdir()} == {"evaluation"}
