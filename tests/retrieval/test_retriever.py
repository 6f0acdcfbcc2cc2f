import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from bot.domain import Candidate, Confirmed, CuratedAnswer, Item, ItemId, Ranking, Verdict
from bot.errors import EmbeddingsUnavailable
from bot.measures.quality import Row, calibration_error, summary, wilson
from bot.reasoning.deciding import Policy, decide
from bot.retrieval import confidence, fitting
from bot.retrieval.confidence import ConfidenceModel
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.index import VectorIndex
from bot.retrieval.ranking import Shelf
from bot.retrieval.retriever import Retriever

PRESS = CuratedAnswer(ItemId("answer:press"), "Who is the contact for press enquiries?", "Kim, U07.", owner="U01")


@pytest.fixture(scope="module")
def retriever(items: dict[ItemId, Item], embedder: Embedder) -> Retriever:
    made = Retriever(embedder, VectorIndex.in_memory(embedder))
    made.refresh(items)
    return made


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("so many clients quit this quarter, what is going on", "skill:marketing/churn-analysis"),
        ("need a page that says what the summer promotion is about", "skill:marketing/campaign-brief"),
        ("we keep the contact lists where?", "tool:hubspot"),
        ("anything for cutting a podcast by its words", "tool:descript"),
        ("I want out of the corporate gym plan", "answer:gym"),
    ],
)
def test_the_right_one_comes_first_in_other_words(retriever: Retriever, question: str, expected: str) -> None:
    assert retriever.rank(question).candidates[0].id == expected


def test_candidates_bring_the_passage_that_speaks_for_them(retriever: Retriever) -> None:
    best = retriever.rank("mark quotes in a transcript and group them by theme").candidates[0]
    assert best.passages[0].text.startswith("Transcribe, mark quotes")


@pytest.mark.parametrize(
    "text", ["thanks!", "hi", "hey there", "what can you do", "lol ok", "who are you", "🙏🙏", "   "]
)
def test_small_talk_is_told_apart(retriever: Retriever, text: str) -> None:
    assert retriever.rank(text) == Ranking((), 0.0, small_talk=True)


def test_a_question_with_a_greeting_in_front_is_no_small_talk(retriever: Retriever) -> None:
    ranking = retriever.rank("hi, good morning! thanks for yesterday. which tool has our contact lists?")
    assert not ranking.small_talk and ranking.candidates[0].id == "tool:hubspot"


def test_a_fresh_answer_is_first_for_a_paraphrase_and_unsure_about_something_else(
    items: dict[ItemId, Item], embedder: Embedder
) -> None:
    retriever = Retriever(embedder, VectorIndex.in_memory(embedder))
    retriever.refresh(items)
    paraphrase = "whom do we send to when a newspaper has a press enquiry?"
    before = retriever.rank(paraphrase)
    assert decide(before, Policy()) is not Verdict.ANSWERED
    retriever.refresh({**items, PRESS.id: PRESS})
    after = retriever.rank(paraphrase)
    assert after.candidates[0].id == PRESS.id and decide(after, Policy()) is Verdict.ANSWERED
    for other in (
        "how do I enquire about parental leave",
        "our printer is out of ink",
        "contact lists are full of doubles",
    ):
        assert decide(retriever.rank(other), Policy()) is not Verdict.ANSWERED, other


def test_what_a_reader_may_not_see_is_left_out(retriever: Retriever) -> None:
    question = "how do I cancel my gym membership"
    ranking = retriever.rank(question, keep=lambda item: item != "answer:gym")
    assert all(one.id != "answer:gym" for one in ranking.candidates)
    assert decide(ranking, Policy()) is not Verdict.ANSWERED
    assert retriever.rank(question, keep=lambda _: False) == Ranking((), 0.0)


def test_a_short_follow_up_is_read_with_the_thread(retriever: Retriever) -> None:
    thread = ("customers are cancelling and we don't know why",)
    assert (
        retriever.rank("and for one segment only?", earlier=thread).candidates[0].id == "skill:marketing/churn-analysis"
    )


def test_small_talk_in_a_thread_stays_small_talk(retriever: Retriever) -> None:
    assert retriever.rank("thank you, that helped", earlier=("why do customers cancel?",)).small_talk


def test_the_limit_holds(retriever: Retriever) -> None:
    assert len(retriever.rank("newsletter", limit=2).candidates) == 2


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_tiny_libraries_work(items: dict[ItemId, Item], embedder: Embedder, count: int) -> None:
    retriever = Retriever(embedder, VectorIndex.in_memory(embedder))
    assert retriever.rank("before anything was loaded") == Ranking((), 0.0)
    retriever.refresh(dict(list(items.items())[:count]))
    ranking = retriever.rank("we plan a campaign")
    assert len(ranking.candidates) == count and 0 <= ranking.confidence <= 1
    assert count or ranking == Ranking((), 0.0)


def test_the_same_library_gives_the_same_confidence(items: dict[ItemId, Item], embedder: Embedder) -> None:
    confidences = set()
    for order in (list(items), list(reversed(items))):
        retriever = Retriever(embedder, VectorIndex.in_memory(embedder))
        retriever.refresh({item: items[item] for item in order}, [Confirmed("crm with mail", ItemId("tool:hubspot"))])
        confidences.add(round(retriever.rank("who unsubscribed last month").confidence, 4))
    assert len(confidences) == 1


def test_a_confirmation_of_something_that_is_gone_is_harmless(items: dict[ItemId, Item], embedder: Embedder) -> None:
    retriever = Retriever(embedder, VectorIndex.in_memory(embedder))
    retriever.refresh(items, [Confirmed("where is the fax", ItemId("tool:fax"))])
    assert retriever.rank("churn").candidates


def test_ranking_goes_on_while_the_library_is_refreshed(items: dict[ItemId, Item], embedder: Embedder) -> None:
    retriever = Retriever(embedder, VectorIndex.in_memory(embedder))
    retriever.refresh(items)
    stop, faults = threading.Event(), []

    def keep_asking() -> None:
        while not stop.is_set():
            sizes = len(retriever.rank("why do people cancel").candidates)
            if sizes not in (len(items), len(items) + 1):
                faults.append(sizes)

    asking = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in asking:
        thread.start()
    for _ in range(4):
        retriever.refresh({**items, PRESS.id: PRESS}, wait=False)
        retriever.refresh(items, wait=False)
    stop.set()
    for thread in asking:
        thread.join()
    assert not faults


def test_an_answer_does_not_wait_for_a_fit(
    items: dict[ItemId, Item], embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    usual = confidence.fit

    def slow(*given: Any) -> ConfidenceModel:
        begun.set()
        assert go_on.wait(60)
        return usual(*given)

    monkeypatch.setattr(confidence, "fit", slow)
    retriever = Retriever(embedder, VectorIndex.in_memory(embedder))
    retriever.refresh(items, wait=False)
    try:
        assert begun.wait(60)
        assert retriever.rank("people keep cancelling, why").candidates[0].id == "skill:marketing/churn-analysis"
    finally:
        go_on.set()


def test_changes_that_come_faster_than_fits_are_fitted_one_at_a_time_and_the_last_one_is(
    items: dict[ItemId, Item], embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Semaphore(0), threading.Semaphore(0)
    sizes: list[int] = []
    usual = fitting.fit

    def slow(shelf: Shelf, *given: Any) -> fitting.Fit:
        sizes.append(len(shelf.ids))
        begun.release()
        assert go_on.acquire(timeout=60)
        return usual(shelf, *given)

    monkeypatch.setattr(fitting, "fit", slow)
    retriever = Retriever(embedder, VectorIndex.in_memory(embedder))
    history = [Confirmed(f"crm with mail {n}", ItemId("tool:hubspot")) for n in range(9)]
    retriever.refresh(dict(list(items.items())[:-3]), history, wait=False)
    assert begun.acquire(timeout=60)
    for left_out in (2, 1):
        retriever.refresh(dict(list(items.items())[:-left_out]), history, wait=False)
    retriever.refresh(items, history, wait=False)
    unfitted = retriever.snapshot
    assert unfitted and not begun.acquire(timeout=0.2)
    go_on.release()
    assert begun.acquire(timeout=60)
    now = retriever.snapshot  # the overtaken fit already counts, for the newest library
    assert now and now.shelf is unfitted.shelf and not np.array_equal(now.mix, unfitted.mix)
    go_on.release()
    assert retriever._refitting
    retriever._refitting.join(60)
    assert sizes == [len(items) - 3, len(items)]


def test_a_provider_that_is_down_leaves_the_library_as_it_was(items: dict[ItemId, Item], embedder: Embedder) -> None:
    class Failing:
        name, dimension, up = embedder.name, embedder.dimension, True

        def embed(self, texts: Sequence[str]) -> Vectors:
            if not self.up:
                raise EmbeddingsUnavailable("down")
            return embedder.embed(texts)

    failing = Failing()
    retriever = Retriever(failing, VectorIndex.in_memory(failing))
    retriever.refresh(items)
    failing.up = False
    with pytest.raises(EmbeddingsUnavailable):
        retriever.refresh({**items, PRESS.id: PRESS})
    with pytest.raises(EmbeddingsUnavailable):
        retriever.rank("churn")
    failing.up = True
    assert len(retriever.rank("churn").candidates) == len(items)


# ---------------------------------------------------------------- verdicts and figures


def ranking(confidence: float, *, small_talk: bool = False, empty: bool = False) -> Ranking:
    return Ranking(() if empty else (Candidate(ItemId("tool:a"), "A", 1.0),), confidence, small_talk)


def test_verdicts_follow_the_thresholds() -> None:
    policy = Policy(answered=0.8, tentative=0.2)
    assert [decide(ranking(one), policy).value for one in (0.8, 0.79, 0.2, 0.19)] == [
        "answered",
        "tentative",
        "tentative",
        "unresolved",
    ]
    assert decide(ranking(0.9, empty=True), policy) is Verdict.UNRESOLVED
    assert decide(ranking(0.9, small_talk=True), policy) is Verdict.OUT_OF_SCOPE


def row(expected: str, candidates: str, confidence: float, verdict: Verdict, out_of_scope: bool = False) -> Row:
    return Row("?", tuple(map(ItemId, expected)), tuple(map(ItemId, candidates)), confidence, verdict, out_of_scope)


ROWS = [
    row("a", "abc", 0.9, Verdict.ANSWERED),
    row("a", "bac", 0.85, Verdict.ANSWERED),
    row("c", "abc", 0.5, Verdict.TENTATIVE),
    row("d", "abcd", 0.4, Verdict.TENTATIVE),
    row("z", "abc", 0.1, Verdict.UNRESOLVED),
    row("", "abc", 0.82, Verdict.ANSWERED),
    row("", "abc", 0.05, Verdict.UNRESOLVED),
    row("", "", 0.0, Verdict.OUT_OF_SCOPE, out_of_scope=True),
]


def test_a_summary_counts_what_reaches_people() -> None:
    found = summary(ROWS)
    assert (found.known, found.unknown) == (5, 2)
    assert (found.top_1.value, found.recall_3.value, found.recall_5.value) == pytest.approx((0.2, 0.6, 0.8))
    assert found.mrr.value == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 5)
    assert found.answered_precision.value == pytest.approx(1 / 3)
    assert (found.refusal_precision.value, found.refusal_recall.value) == pytest.approx((1 / 4, 1 / 2))
    known = found.of_known
    assert (known.answered_right, known.answered_wrong, known.tentative_right, known.tentative_wrong) == (1, 1, 1, 1)
    assert (known.unresolved, found.of_unknown.answered_wrong, found.small_talk_recall.value) == (1, 1, 1.0)
    assert found.coverage_at_90.value == pytest.approx(0.2)
    assert [one.confidence for one in found.worst] == [0.85, 0.82, 0.5, 0.4, 0.1, 0.05]


def test_a_summary_of_nothing_is_not_a_number() -> None:
    found = summary([])
    assert np.isnan(found.top_1.value) and np.isnan(found.coverage_at_90.value) and found.worst == ()


def test_a_summary_is_the_same_every_time() -> None:
    assert repr(summary(ROWS)) == repr(summary(ROWS))


def test_wilsons_interval_is_the_published_one() -> None:
    assert wilson(8, 10) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10).low == pytest.approx(0) and wilson(10, 10).high == pytest.approx(1)


def test_calibration_is_told_from_overconfidence() -> None:
    honest = [row("a", "a" if at < 7 else "b", 0.7, Verdict.TENTATIVE) for at in range(10)] * 10
    boastful = [row("a", "a" if at < 7 else "b", 0.99, Verdict.TENTATIVE) for at in range(10)] * 10
    assert calibration_error(honest) < calibration_error(boastful)
