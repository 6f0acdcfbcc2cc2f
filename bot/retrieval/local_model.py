"""Runs the local embedding model: text → vectors, on one thread a text."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bot.retrieval.model_files import PreparedModel

LONGEST_TOKENS = 256  # what the model was trained on; the rest of a text is cut off
BULK_THREADS = 2  # texts at a time where there are many: leaves room for Slack and SQL on a small machine


class LocalModel:
    """A prepared model, loaded. Safe to use from several threads.

    Texts are run one by one, never padded into a batch: padding costs more than batching saves (4 ms a
    question against 13 in batches of 32), and the int8 scales depend on everything in the batch, so that only
    alone does a text always get the same vector.
    """

    def __init__(self, prepared: PreparedModel) -> None:
        self.name = prepared.name
        self.dimension = prepared.source.dimension
        self._tokenizer: Tokenizer = Tokenizer.from_str(prepared.tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(prepared.graph), options, providers=["CPUExecutionProvider"])

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of length 1, float32 (n, dimension), in the order of the texts."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        if len(texts) == 1:
            return self._one(texts[0])
        with ThreadPoolExecutor(BULK_THREADS, thread_name_prefix="embed") as pool:
            return np.concatenate(list(pool.map(self._one, texts)))

    def _one(self, text: str) -> npt.NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        (vector,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(vector, np.float32)
