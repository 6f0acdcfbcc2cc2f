"""The encoder of the local model in torch, so that its matrices can be fitted. Used by `signpost teach` alone.

The same network as model_graph builds: tokens → transformer layers → mean over real tokens → length 1.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from bot.retrieval.model_network import DISTANCES, KINDS_OF_TEXT, Network, distance_buckets

CHUNK = 32  # texts of similar length that are padded together


class Encoder:
    """A model whose encoder matrices can be taught; embeddings, biases and norms stay as they are.

    Those from the layer `lowest_taught` on are. `half`: multiply with 16 bits a number.
    """

    def __init__(
        self,
        weights: Mapping[str, npt.NDArray[np.float32]],
        tokenizer: str,
        network: Network,
        lowest_taught: int = 0,
        half: bool = False,
    ) -> None:
        numbers = {name: np.array(array, np.float32) for name, array in weights.items() if array.dtype.kind == "f"}
        self._weights = {name: torch.tensor(array) for name, array in numbers.items()}
        self._network = network
        self._tokenizer: Tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_padding()
        self._layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
        layers = [f"encoder.layer.{number}." for number in range(lowest_taught, self._layers)]
        self.taught = {
            name: matrix.requires_grad_()
            for name, matrix in self._weights.items()
            if matrix.ndim == 2 and name.startswith(tuple(layers))
        }
        self._half = half
        if half:
            self._halve_what_stays()

    def matrices(self) -> dict[str, npt.NDArray[np.float32]]:
        """The matrices that are being taught, as they are now."""
        return {name: matrix.detach().numpy().copy() for name, matrix in self.taught.items()}

    def embed(self, texts: Sequence[str], longest: int) -> torch.Tensor:
        """Vectors of length 1, float32 (n, width), in the order of the texts, each cut to `longest` tokens."""
        self._tokenizer.enable_truncation(longest)
        ids = [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        chunks = [order[at : at + CHUNK] for at in range(0, len(order), CHUNK)]
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            vectors = torch.cat([self._run([ids[at] for at in chunk]) for chunk in chunks]).float()
        return vectors[torch.tensor(np.argsort(order))]

    def _halve_what_stays(self) -> None:
        for name, matrix in self._weights.items():
            if matrix.ndim == 2 and name.startswith("encoder.layer.") and name not in self.taught:
                self._weights[name] = matrix.bfloat16()

    def _run(self, ids: Sequence[Sequence[int]]) -> torch.Tensor:
        width = max(map(len, ids))
        tokens = torch.tensor([[*one, *[self._network.padding] * (width - len(one))] for one in ids])
        mask = torch.tensor([[True] * len(one) + [False] * (width - len(one)) for one in ids])
        hidden, bias = self._start(tokens), self._attention_bias(mask)
        for layer in range(self._layers):
            hidden = self._layer(hidden, bias, f"encoder.layer.{layer}")
        return functional.normalize((hidden * mask[:, :, None]).sum(1), dim=1)

    def _start(self, tokens: torch.Tensor) -> torch.Tensor:
        w, first = self._weights, self._network.first_position
        places = w["embeddings.position_embeddings.weight"][first : first + tokens.shape[1]]
        start = w["embeddings.word_embeddings.weight"][tokens] + places
        if KINDS_OF_TEXT in w:
            start = start + w[KINDS_OF_TEXT][0]
        return self._norm(start, "embeddings.LayerNorm")

    def _attention_bias(self, mask: torch.Tensor) -> torch.Tensor:
        """What is added to the attention scores of every layer; shape (n, 1 or heads, 1 or tokens, tokens)."""
        bias = torch.zeros(mask.shape).masked_fill(~mask, -1e4)[:, None, None, :]
        if DISTANCES not in self._weights:
            return bias
        tokens = mask.shape[1]
        by_distance = self._weights[DISTANCES][torch.tensor(distance_buckets(tokens))]
        places = torch.arange(tokens)
        return bias + by_distance[places[None, :] - places[:, None] + tokens - 1].permute(2, 0, 1)

    def _layer(self, x: torch.Tensor, bias: torch.Tensor, name: str) -> torch.Tensor:
        attended = self._linear(self._attention(x, bias, name), f"{name}.{self._network.attended}")
        x = self._norm(x + attended, f"{name}.{self._network.attended_norm}")
        inner = functional.gelu(self._linear(x, f"{name}.intermediate.dense"))
        return self._norm(x + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attention(self, x: torch.Tensor, bias: torch.Tensor, name: str) -> torch.Tensor:
        def by_head(part: str) -> torch.Tensor:
            return self._linear(x, f"{name}.{part}").unflatten(2, (self._network.heads, -1)).transpose(1, 2)

        query, key, value = (by_head(part) for part in (self._network.query, self._network.key, self._network.value))
        # Written out: torch's own is several times slower on a processor, and in half precision more so.
        scores = (query @ key.transpose(2, 3)).float() / math.sqrt(query.shape[-1]) + bias
        return (torch.softmax(scores, dim=-1).to(value.dtype) @ value).transpose(1, 2).flatten(2)

    def _linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        scale, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.layer_norm(x.float(), scale.shape, scale, bias, self._network.epsilon)
