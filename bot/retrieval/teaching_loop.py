"""The fitting itself, in torch: batches in, taught matrices out. Used by `signpost teach` alone."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from bot.retrieval.model_sources import ModelSource
from bot.retrieval.progress import Report, silent
from bot.retrieval.teaching_encoder import Encoder
from bot.retrieval.teaching_plan import Batch, Subject, plan

Matrices = dict[str, npt.NDArray[np.float32]]

LEARNING_RATE = 4e-5
WARM_UP = 0.1  # share of the steps
TEMPERATURE = 0.05
THREADS = 2
LONGEST_TEXT, LONGEST_QUESTION = 112, 64  # tokens: shorter than at run time, which costs little and halves the time
NEVER = -1e4  # a logit that takes no part


def fit(
    weights: Mapping[str, npt.NDArray[np.float32]],
    tokenizer: str,
    base: ModelSource,
    subjects: Sequence[Subject],
    passes: int,
    seed: int,
    report: Report = silent,
    after_step: Callable[[int, float, Encoder], None] | None = None,
) -> Matrices:
    """The encoder's matrices after `passes` over all questions. Same seed and data, same machine: the same matrices.

    `after_step` sees the step's number, its loss and the encoder: for a log, or to keep what there is so far.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(THREADS)
    # Half precision is several times as fast where the processor multiplies in it; elsewhere it is no gain.
    half = bool(torch.cpu._is_amx_tile_supported())
    encoder = Encoder(weights, tokenizer, base.network, base.lowest_taught, half)
    with torch.no_grad():
        cards = encoder.embed([subject.card for subject in subjects], LONGEST_TEXT).numpy()
    batches = list(plan(subjects, cards, passes, seed))
    optimiser = torch.optim.AdamW(encoder.taught.values(), lr=LEARNING_RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, len(batches)))
    for step, batch in enumerate(batches, 1):
        loss = loss_of(encoder, batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(encoder.taught.values()), 1.0)
        optimiser.step()
        schedule.step()
        if after_step:
            after_step(step, float(loss.detach()), encoder)
        report("Teaching the embedding model", step, len(batches))
    return encoder.matrices()


def loss_of(encoder: Encoder, batch: Batch) -> torch.Tensor:
    """How far the batch's questions lie from what serves them, against everything else in it."""
    count = len(batch.cards)
    asked_of = torch.arange(count).repeat_interleave(2)
    tempted = torch.tensor([at for at, _ in batch.near_misses], dtype=torch.long)
    stated_of = torch.tensor([at for at, _ in batch.statements], dtype=torch.long)
    questions = [*batch.asked, *(text for _, text in batch.near_misses)]
    texts = [*batch.cards, *batch.passages, *(text for _, text in batch.statements)]
    asked, missed = encoder.embed(questions, LONGEST_QUESTION).split([2 * count, len(tempted)])
    cards, passages, stated = encoder.embed(texts, LONGEST_TEXT).split([count, count, len(stated_of)])
    offers = torch.cat([cards, passages])
    first, second = asked[0::2], asked[1::2]
    everyone = torch.arange(count)
    losses = [
        _to_either(asked, offers, asked_of, count),
        # What an item offers should lie nearer to its questions than to those that only seem to be for it.
        _to_either(cards, torch.cat([first, second, missed]), everyone, count),
        0.5 * functional.cross_entropy(first @ torch.cat([second, missed]).T / TEMPERATURE, everyone),
    ]
    if len(stated_of):
        losses.append(0.5 * functional.cross_entropy(stated @ passages.T / TEMPERATURE, stated_of))
    return torch.stack(losses).sum()


def _to_either(rows: torch.Tensor, columns: torch.Tensor, right: torch.Tensor, count: int) -> torch.Tensor:
    """Cross-entropy of rows whose right column is `right`, and also `right` + `count`: each without the other."""
    logits = rows @ columns.T / TEMPERATURE
    here = torch.arange(len(rows))
    total = torch.zeros(())
    for target, other in ((right, right + count), (right + count, right)):
        hidden = torch.zeros_like(logits).index_put((here, other), torch.tensor(NEVER))
        total = total + functional.cross_entropy(logits + hidden, target)
    return total / 2


def _pace(step: int, steps: int) -> float:
    """The share of the learning rate: up over the warm-up, then down to nothing."""
    warm = max(1, math.ceil(WARM_UP * steps))
    return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
