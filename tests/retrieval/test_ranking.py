from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.domain import Confirmed, Item, ItemId, ItemKind
from bot.retrieval.embedding import Embedder
from bot.retrieval.grouping import Groups, best_mean, soft_maximum
from bot.retrieval.index import VectorIndex
from bot.retrieval.lexical import LexicalIndex, stem, words
from bot.retrieval.profiles import profile
from bot.retrieval.ranking import ASKED_SOFTNESS, Questions, Shelf

QUESTIONS = (
    "people keep cancelling, why",
    "can someone write the mail about this month's news",
    "does hubspt do contact lists",
    "what did our users say in those calls",
    "which lawyer checks a patent",
)


def shelf(
    items: dict[ItemId, Item], index: VectorIndex, confirmed: Sequence[Confirmed] = (), order: Sequence[ItemId] = ()
) -> Shelf:
    own = {item: [one for one in confirmed if one.resolved_by == item] for item in items}
    return Shelf([profile(items[item], own[item]) for item in order or items], index)


def ask(embedder: Embedder, *texts: str) -> Questions:
    return Questions(texts, embedder.embed(texts))


def fused(one: Shelf, questions: Questions) -> dict[ItemId, list[float]]:
    scores = one.score(questions).fused
    return {item: scores[:, at].tolist() for at, item in enumerate(one.ids)}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_of_the_items_changes_nothing(
    data: st.DataObject, items: dict[ItemId, Item], memory_index: VectorIndex, embedder: Embedder
) -> None:
    order = data.draw(st.permutations(list(items)))
    questions = ask(embedder, *QUESTIONS)
    one, other = fused(shelf(items, memory_index), questions), fused(shelf(items, memory_index, order=order), questions)
    for item in items:
        assert one[item] == pytest.approx(other[item], abs=1e-5)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_confirmation_never_lowers_its_item_and_never_moves_another(
    data: st.DataObject, items: dict[ItemId, Item], memory_index: VectorIndex, embedder: Embedder
) -> None:
    chosen = data.draw(st.sampled_from(list(items)))
    text = data.draw(st.sampled_from(["how do we stop people from leaving", "news mail", "zebra", *QUESTIONS]))
    questions = ask(embedder, *QUESTIONS)
    before = fused(shelf(items, memory_index), questions)
    after = fused(shelf(items, memory_index, [Confirmed(text, chosen)]), questions)
    for item in items:
        if item == chosen:
            assert np.all(np.array(after[item]) >= np.array(before[item]) - 1e-6)
        else:
            assert after[item] == pytest.approx(before[item], abs=1e-6)


def test_a_confirmed_question_lifts_its_item_for_the_like(
    items: dict[ItemId, Item], memory_index: VectorIndex, embedder: Embedder
) -> None:
    questions = ask(embedder, "where does our logo live as a vector file")
    history = [Confirmed("where do I find the logo as an svg", ItemId("tool:figma"))]
    before = fused(shelf(items, memory_index), questions)[ItemId("tool:figma")][0]
    after = fused(shelf(items, memory_index, history), questions)
    assert after[ItemId("tool:figma")][0] > before
    assert max(after, key=lambda item: after[item][0]) == "tool:figma"


def test_an_item_scores_the_same_whoever_else_is_hidden(
    items: dict[ItemId, Item], memory_index: VectorIndex, embedder: Embedder
) -> None:
    scores = shelf(items, memory_index).score(ask(embedder, *QUESTIONS))
    shown = np.array([True, False] * (len(items) // 2))
    assert np.array_equal(scores.where(shown).fused, scores.fused[:, shown])


def test_leaving_out_hides_a_questions_own_text(
    items: dict[ItemId, Item], memory_index: VectorIndex, embedder: Embedder
) -> None:
    one = shelf(items, memory_index)
    own = ask(embedder, "plan for the black friday push")
    at = one.ids.index(ItemId("skill:marketing/campaign-brief"))
    assert one.score(own).asked[0, at] > 3
    assert one.score(own, leave_out=True).asked[0, at] < 2


def test_where_leaving_out_takes_an_items_only_question_nobodys_count(
    items: dict[ItemId, Item], memory_index: VectorIndex, embedder: Embedder
) -> None:
    history = [Confirmed("draw the new screen", ItemId("tool:figma"))]
    scores = shelf(items, memory_index, history).score(ask(embedder, "draw the new screen"), leave_out=True)
    assert not scores.asked.any()


def test_nothing_to_rank_is_no_error(memory_index: VectorIndex, embedder: Embedder) -> None:
    assert shelf({}, memory_index).score(ask(embedder, "anything")).fused.shape == (1, 0)


def test_a_soft_maximum_grows_with_every_value_and_never_falls() -> None:
    values = np.array([[0.5, -np.inf], [0.5, 0.1], [0.5, 0.5], [-np.inf, -np.inf]], np.float32)
    alone, beside, twice, none = soft_maximum(values, ASKED_SOFTNESS)
    assert alone == pytest.approx(0.5) and alone <= beside < twice < 0.55 and none == -np.inf


def test_words_meet_in_their_stems_and_keep_product_names() -> None:
    assert stem("planning") == stem("plans") == stem("planned") == "plan"
    assert stem("selling") == stem("sells") == "sell" and stem("crm") == "crm"
    assert "node.js" in words("does Node.js run C++?") and "c++" in words("does Node.js run C++?")
    assert "hubspot" in words("HubSpot") and words("and the of") == []


def test_a_typo_is_found_by_its_characters_and_a_strange_word_lowers_coverage() -> None:
    lexical = LexicalIndex(["hubspot crm contacts", "figma screens prototypes"])
    by_word, by_character = lexical.scores(["hubspt"])
    assert not by_word.any() and by_character[0, 0] > by_character[0, 1]
    known, half = lexical.coverage(["hubspot contacts", "hubspot failover"])
    assert known[0] == pytest.approx(1) and 0.3 < half[0] < 0.6 and half[1] == 0


@pytest.mark.parametrize("documents", [[], [""], ["!!!", "???"]])
def test_documents_without_words_score_nothing(documents: list[str]) -> None:
    lexical = LexicalIndex(documents)
    for scores in (*lexical.scores(["hello crm"]), lexical.coverage(["hello crm"])):
        assert scores.shape == (1, len(documents)) and not scores.any()


def test_a_profile_shows_nobodys_past_question(items: dict[ItemId, Item]) -> None:
    one = profile(items[ItemId("tool:figma")], [Confirmed("asked in private", ItemId("tool:figma"))])
    assert one.kind is ItemKind.TOOL and one.asked == ("asked in private",)
    assert not any("private" in passage.text for passage in one.passages)
    assert "private" not in one.words + one.whole


def test_a_curated_answer_is_described_by_its_question(items: dict[ItemId, Item]) -> None:
    one = profile(items[ItemId("answer:gym")])
    assert one.sentences == one.asked == ("How do I cancel my gym membership through the company?",)


def test_one_figure_an_item_is_that_of_its_own_texts() -> None:
    chance = np.random.default_rng(3)
    widths = [0, 1, 2, 3, 70, *chance.integers(0, 20, 40)]
    ends = np.cumsum(widths)
    values = chance.random((4, ends[-1] + 1), np.float32)
    values[:, -1] = -np.inf
    columns = [range(end - width, end) for end, width in zip(ends, widths, strict=True)]
    best = Groups(columns).reduce(values, partial(best_mean, count=3))
    for at, own in enumerate(columns):
        expected = np.sort(values[:, list(own)], axis=1)[:, -3:].mean(axis=1) if own else np.full(4, -np.inf)
        assert best[:, at] == pytest.approx(expected)


def test_words_and_characters_weigh_as_in_the_textbook(items: dict[ItemId, Item]) -> None:
    documents = [profile(item).words for item in items.values()]
    by_word, by_character = LexicalIndex(documents).scores(QUESTIONS)
    for found, plain in (
        (by_word, TfidfVectorizer(tokenizer=words, token_pattern=None, lowercase=False, sublinear_tf=True)),
        (by_character, TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)),
    ):
        known = plain.fit_transform(documents)
        assert found == pytest.approx((plain.transform(QUESTIONS) @ known.T).toarray(), abs=1e-6)


def test_after_a_confirmation_the_scores_are_those_of_a_shelf_made_anew(
    items: dict[ItemId, Item], memory_index: VectorIndex, embedder: Embedder
) -> None:
    asked = [profile(item, [Confirmed("draw the screen", item.id)]) for item in items.values()]
    before = Shelf([profile(item) for item in items.values()], memory_index)
    grown, anew = Shelf(asked, memory_index, before=before), Shelf(asked, memory_index)
    assert (grown.score(ask(embedder, *QUESTIONS)).fused == anew.score(ask(embedder, *QUESTIONS)).fused).all()
    fewer = Shelf(asked[1:], memory_index, before=before).score(ask(embedder, *QUESTIONS))
    assert (fewer.fused == Shelf(asked[1:], memory_index).score(ask(embedder, *QUESTIONS)).fused).all()
