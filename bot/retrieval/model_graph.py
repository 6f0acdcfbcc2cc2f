"""The embedding model as an ONNX graph, built from its plain weights: no torch, and no code out of a download.

An encoder (see model_network), mean pooling over the real tokens, and L2 normalisation, all in the graph, so that
running it is one call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.quant_utils import add_pre_process_metadata

from bot.retrieval.model_network import DISTANCES, KINDS_OF_TEXT, Network, distance_buckets

Weights = Mapping[str, npt.NDArray[np.float32]]

OPSET = 17  # the first with LayerNormalization


@dataclass
class _Graph:
    """Nodes and constants as they are laid down; every method returns the name of what it made.

    They go straight into the model, because a large one is not to lie in memory twice.
    """

    weights: Weights
    network: Network
    model: onnx.ModelProto = field(default_factory=onnx.ModelProto)
    constants: set[str] = field(default_factory=set)

    def apply(self, operator: str, *inputs: str, **attributes: object) -> str:
        name = f"{operator}_{len(self.model.graph.node)}"
        self.add(operator, inputs, name, attributes)
        return name

    def add(self, operator: str, inputs: Sequence[str], output: str, attributes: Mapping[str, object]) -> None:
        self.model.graph.node.append(helper.make_node(operator, list(inputs), [output], name=output, **attributes))

    def constant(self, name: str, value: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        if name not in self.constants:
            self.constants.add(name)
            tensor = numpy_helper.from_array(np.asarray(value, dtype=dtype, order="C"), name)
            self.model.graph.initializer.append(tensor)
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def linear(self, x: str, name: str) -> str:
        kernel = self.constant(f"{name}.kernel", self.weights[f"{name}.weight"].T)
        return self.apply("Add", self.apply("MatMul", x, kernel), self.weight(f"{name}.bias"))

    def evened_linear(self, x: str, name: str) -> str:
        """The same as `linear`, with each token scaled to a largest value of 1 before, and back after.

        Quantised, all tokens of a text share one scale. In MPNet one of them has values a hundred times those of the
        others, which would then be rounded away (cosine to the exact vector 0.89 instead of 0.995).
        """
        if not self.network.uneven:
            return self.linear(x, name)
        largest = self.apply("ReduceMax", self.apply("Abs", x), axes=[-1], keepdims=1)
        scale = self.apply("Max", largest, self.constant("least", 1e-6))
        kernel = self.constant(f"{name}.kernel", self.weights[f"{name}.weight"].T)
        product = self.apply("Mul", self.apply("MatMul", self.apply("Div", x, scale), kernel), scale)
        return self.apply("Add", product, self.weight(f"{name}.bias"))

    def layer_norm(self, x: str, name: str) -> str:
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.apply("LayerNormalization", x, scale, bias, axis=-1, epsilon=self.network.epsilon)

    def gelu(self, x: str) -> str:
        """The exact form, x/2 · (1 + erf(x/√2))."""
        erf = self.apply("Erf", self.apply("Div", x, self.constant("sqrt2", np.sqrt(2.0))))
        half = self.apply("Mul", x, self.constant("half", 0.5))
        return self.apply("Mul", half, self.apply("Add", erf, self.constant("one", 1.0)))


def build(weights: Weights, network: Network) -> onnx.ModelProto:
    """The graph of an encoder: (input_ids, attention_mask), int64 (n, tokens) → embedding, float32 (n, width)."""
    graph = _Graph(weights, network)
    hidden = _embed(graph)
    bias = _attention_bias(graph)
    layer = 0
    while f"encoder.layer.{layer}.output.dense.weight" in weights:
        hidden = _layer(graph, hidden, bias, f"encoder.layer.{layer}")
        layer += 1
    _pool(graph, hidden)
    return _finished(graph)


def quantise(model: onnx.ModelProto, target: Path) -> None:
    """Writes `model` with int8 weights: a quarter of the size, about twice as fast on a CPU. Empties `model`.

    Seven bits of the eight are used, because processors without VNNI instructions overflow with all eight.
    """
    add_pre_process_metadata(model)  # there is nothing to simplify in this graph: spares a warning at every set-up
    plain = target.with_name("plain.onnx")
    onnx.save(model, plain)
    model.Clear()  # from here on it is read from the disk: a large one in memory twice is more than some machines have
    onnx.checker.check_model(plain)
    quantize_dynamic(plain, target, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def _embed(g: _Graph) -> str:
    words = g.apply("Gather", g.weight("embeddings.word_embeddings.weight"), "input_ids")
    first = g.network.first_position
    rows = g.constant("position_rows", g.weights["embeddings.position_embeddings.weight"][first:])
    start = g.apply("Add", words, g.apply("Gather", rows, _positions(g)))
    if KINDS_OF_TEXT in g.weights:
        # A single text is always of the first kind: one constant row.
        start = g.apply("Add", start, g.constant("token_kind", g.weights[KINDS_OF_TEXT][0]))
    return g.layer_norm(start, "embeddings.LayerNorm")


def _positions(g: _Graph) -> str:
    """0, 1, … one for each token."""
    length = g.apply("Gather", g.apply("Shape", "input_ids"), g.constant("axis1", 1, np.int64))
    return g.apply("Range", g.constant("zero", 0, np.int64), length, g.constant("step", 1, np.int64))


def _attention_bias(g: _Graph) -> str:
    """What is added to the attention scores, the same in every layer; shape (n, 1 or heads, 1 or tokens, tokens).

    −10 000 where there is padding, and where the network has it, the number for the distance of the two tokens.
    """
    mask = g.apply("Cast", "attention_mask", to=TensorProto.FLOAT)
    wide = g.apply("Unsqueeze", mask, g.constant("axes12", [1, 2], np.int64))
    bias = g.apply("Mul", g.apply("Sub", wide, g.constant("one", 1.0)), g.constant("far", 10_000.0))
    return g.apply("Add", bias, _distance_bias(g)) if DISTANCES in g.weights else bias


def _distance_bias(g: _Graph) -> str:
    """Shape (heads, tokens, tokens)."""
    longest = len(g.weights["embeddings.position_embeddings.weight"]) - g.network.first_position
    by_distance = g.constant("by_distance", g.weights[DISTANCES][distance_buckets(longest)])
    positions = _positions(g)
    one = g.apply("Unsqueeze", positions, g.constant("axes1", [1], np.int64))
    other = g.apply("Unsqueeze", positions, g.constant("axes0", [0], np.int64))
    row = g.apply("Add", g.apply("Sub", other, one), g.constant("middle", longest - 1, np.int64))
    # GatherND, because quantising would round the table of a plain Gather, which is small and matters everywhere.
    numbers = g.apply("GatherND", by_distance, g.apply("Unsqueeze", row, g.constant("axis2", [2], np.int64)))
    return g.apply("Transpose", numbers, perm=[2, 0, 1])


def _layer(g: _Graph, x: str, bias: str, name: str) -> str:
    attended = g.linear(_attention(g, x, bias, name), f"{name}.{g.network.attended}")
    x = g.layer_norm(g.apply("Add", x, attended), f"{name}.{g.network.attended_norm}")
    inner = g.gelu(g.evened_linear(x, f"{name}.intermediate.dense"))
    inner = g.evened_linear(inner, f"{name}.output.dense")
    return g.layer_norm(g.apply("Add", x, inner), f"{name}.output.LayerNorm")


def _attention(g: _Graph, x: str, bias: str, name: str) -> str:
    heads = g.network.heads
    width = g.weights[f"{name}.{g.network.query}.weight"].shape[0]
    split = g.constant("split", [0, 0, heads, width // heads], np.int64)
    merge = g.constant("merge", [0, 0, width], np.int64)

    def by_head(part: str, order: list[int]) -> str:
        return g.apply("Transpose", g.apply("Reshape", g.linear(x, f"{name}.{part}"), split), perm=order)

    scores = g.apply("MatMul", by_head(g.network.query, [0, 2, 1, 3]), by_head(g.network.key, [0, 2, 3, 1]))
    scaled = g.apply("Div", scores, g.constant("scale", np.sqrt(width / heads)))
    weights = g.apply("Softmax", g.apply("Add", scaled, bias), axis=-1)
    context = g.apply("MatMul", weights, by_head(g.network.value, [0, 2, 1, 3]))
    return g.apply("Reshape", g.apply("Transpose", context, perm=[0, 2, 1, 3]), merge)


def _pool(g: _Graph, hidden: str) -> None:
    """The mean over real tokens, scaled to length 1. Dividing by the count would change nothing after that."""
    mask = g.apply("Cast", "attention_mask", to=TensorProto.FLOAT)
    column = g.apply("Unsqueeze", mask, g.constant("axis2", [2], np.int64))
    total = g.apply("ReduceSum", g.apply("Mul", hidden, column), g.constant("axes1", [1], np.int64), keepdims=0)
    g.add("LpNormalization", [total], "embedding", {"axis": -1, "p": 2})


def _finished(g: _Graph) -> onnx.ModelProto:
    width = g.weights["embeddings.word_embeddings.weight"].shape[1]
    texts = [helper.make_tensor_value_info(n, TensorProto.INT64, ["n", "t"]) for n in ("input_ids", "attention_mask")]
    g.model.graph.name = "embedder"
    g.model.graph.input.extend(texts)
    g.model.graph.output.append(helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", width]))
    g.model.opset_import.append(helper.make_opsetid("", OPSET))
    g.model.ir_version = 8
    return g.model
