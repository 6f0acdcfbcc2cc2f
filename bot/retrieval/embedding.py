"""Text → vectors: the local model, or any LangChain provider."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.errors import EmbeddingsUnavailable, ModelFileError, SettingsError
from bot.retrieval import model_difference, model_files
from bot.retrieval.local_model import LocalModel
from bot.retrieval.model_difference import Difference
from bot.retrieval.model_sources import MINILM, MODELS, MPNET, ModelSource
from bot.retrieval.progress import Report, silent

Vectors = npt.NDArray[np.float32]

TAUGHT = Path(__file__).parent / "taught"  # what the local models were taught: <name>.safetensors
# What each name in EMBEDDINGS stands for: a published model, and whether with what it was taught.
LOCAL_MODELS = {
    "local": (MPNET, True),
    "small": (MINILM, True),
    "minilm": (MINILM, False),
    "mpnet": (MPNET, True),
    "mpnet-plain": (MPNET, False),
}


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that their dot product is their cosine."""

    @property
    def name(self) -> str:
        """Which model, exactly: vectors of different names are never compared."""

    @property
    def dimension(self) -> int:
        """How long its vectors are."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, dimension), in the order of the texts. Raises EmbeddingsUnavailable."""


def connect(spec: str, cache: Path, report: Report = silent, model_file: Path | None = None) -> Embedder:
    """The embedder that EMBEDDINGS names: one of LOCAL_MODELS, or "provider:model" through LangChain.

    A .safetensors file is what `signpost teach` made, on the local model that it was made for.

    `cache` is where the local models are kept. Raises ModelFileError, SettingsError or EmbeddingsUnavailable.
    """
    if is_local(spec):
        source, difference = _named(spec or "local")
        return LocalModel(model_files.prepare(source, cache, model_file, report, difference))
    if ":" not in spec:
        raise SettingsError(
            f"EMBEDDINGS is {spec!r}: it should be {', '.join(LOCAL_MODELS)}, a .safetensors file that"
            " `signpost teach` made, or provider:model."
        )
    return HostedModel(spec)


def is_local(spec: str) -> bool:
    """Whether it runs here, from files."""
    return not spec or spec in LOCAL_MODELS or spec.endswith(".safetensors")


def shipped(source: ModelSource) -> Difference:
    """What the model was taught that Signpost brings. Raises ModelFileError."""
    path = TAUGHT / f"{source.called}.safetensors"
    difference = model_difference.read(path)
    if difference.base_sha256 != source.weights_sha256:
        raise ModelFileError(f"{path} was made for another model than {source.name}: install Signpost anew.")
    return difference


def _named(spec: str) -> tuple[ModelSource, Difference | None]:
    """The published model and what is added to it. Raises ModelFileError."""
    if spec in LOCAL_MODELS:
        source, with_lessons = LOCAL_MODELS[spec]
        return source, shipped(source) if with_lessons else None
    difference = model_difference.read(Path(spec))
    for source in MODELS.values():
        if difference.base_sha256 == source.weights_sha256:
            return source, difference
    raise ModelFileError(f"{spec} was made for another embedding model: teach one anew with `signpost teach`.")


class HostedModel:
    """Any LangChain embedder. What it raises becomes one sentence without its own message, which may hold a key."""

    def __init__(self, spec: str) -> None:
        from langchain.embeddings import init_embeddings

        self.name = spec
        try:
            self._model = init_embeddings(spec)
        except ImportError as error:
            raise SettingsError(
                f"EMBEDDINGS={spec} needs a package that is not installed: {_first_line(error)}"
            ) from None
        except Exception as error:  # each provider has exceptions of its own for a missing key or a wrong name
            raise SettingsError(
                f"EMBEDDINGS={spec} cannot be set up ({type(error).__name__}): check name and key."
            ) from error
        self.dimension = self.embed(["How long is a vector?"]).shape[1]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As in Embedder; the provider does the batching."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        try:
            vectors = np.asarray(self._model.embed_documents(list(texts)), np.float32)
        except Exception as error:  # network, quota, key: each provider has exceptions of its own
            raise EmbeddingsUnavailable(
                f"The embedding provider of {self.name} did not answer ({type(error).__name__})."
            ) from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise EmbeddingsUnavailable(
                f"The embedding provider of {self.name} sent something that is not {len(texts)} vectors."
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
