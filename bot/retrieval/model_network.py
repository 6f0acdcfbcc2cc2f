"""The two encoders that Signpost can run: what they share, and where they differ.

BERT (Devlin et al. 2018) adds a vector for the position and one for the kind of text to each token; MPNet (Song et al.
2020) adds one for the position, and to each attention score a number for how far apart the two tokens are.
The weights say which of them there are; what they do not say is here.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

KINDS_OF_TEXT = "embeddings.token_type_embeddings.weight"  # BERT's alone
DISTANCES = "encoder.relative_attention_bias.weight"  # MPNet's alone: (DISTANCE_BUCKETS, heads), for all layers
DISTANCE_BUCKETS = 32
FARTHEST = 128  # tokens: what lies farther apart shares a bucket


@dataclass(frozen=True)
class Network:
    """What the shapes of an encoder's weights do not tell, and what it calls the parts of its attention."""

    heads: int
    epsilon: float  # of the layer norms
    first_position: int  # the row of the first token's position
    padding: int  # the token that fills a batch up
    uneven: bool  # whether some tokens have far larger values than others inside it
    query: str
    key: str
    value: str
    attended: str  # the matrix after the heads are merged
    attended_norm: str


BERT = Network(
    heads=12,
    epsilon=1e-12,
    first_position=0,
    padding=0,
    uneven=False,
    query="attention.self.query",
    key="attention.self.key",
    value="attention.self.value",
    attended="attention.output.dense",
    attended_norm="attention.output.LayerNorm",
)

MPNET = Network(
    heads=12,
    epsilon=1e-5,
    first_position=2,
    padding=1,
    uneven=True,
    query="attention.attn.q",
    key="attention.attn.k",
    value="attention.attn.v",
    attended="attention.attn.o",
    attended_norm="attention.LayerNorm",
)


def distance_buckets(tokens: int) -> npt.NDArray[np.int64]:
    """The row of DISTANCES for each distance −(tokens − 1) … tokens − 1 (above 0: it comes later).

    Tokens that come later have the second half of the buckets. In each half the near distances have a bucket each,
    the far ones share buckets that grow with their logarithm, up to FARTHEST.
    """
    distances = np.arange(1 - tokens, tokens, dtype=np.int64)
    half = DISTANCE_BUCKETS // 2
    near = half // 2
    far = np.abs(distances).clip(min=near)
    # The small addition keeps powers of two, where the logarithm is a whole number, in the bucket they begin.
    steps = np.log(far / near) / math.log(FARTHEST / near) * (half - near) + 1e-9
    shared = np.minimum(near + steps.astype(np.int64), half - 1)
    buckets = np.where(np.abs(distances) < near, np.abs(distances), shared) + half * (distances > 0)
    return np.asarray(buckets, np.int64)
