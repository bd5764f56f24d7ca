"""A small GPT, which learns a text in a minute on two cores: the teacher and the students of `range distil`.

Decoder-only, pre-norm, learned positions, tied embeddings, GELU. AdamW (peak rate 3e-3, betas .9/.98, weight decay),
gradients clipped at 1, 50 steps of warm-up, cosine to a tenth. Everything that is random comes from a seed. This module
loads torch, so it is loaded by who runs it alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from stillwatch.attribution.reference_sampler import sample_marked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from stillwatch.attribution.reference_sampler import Mark

    Ints = npt.NDArray[np.int64]

_PEAK_RATE = 3e-3
_WARM_UP = 50
_LOWEST = 0.1
"""Share of the peak rate at the end."""
_AT_ONCE = 400


class Shape(NamedTuple):
    symbols: int
    width: int
    layers: int
    heads: int
    context: int


class Training(NamedTuple):
    steps: int
    batch: int
    decay: float
    seed: int


class Gpt(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.symbols, shape.width)
        self.place = nn.Embedding(shape.context, shape.width)
        self.blocks = nn.ModuleList(_Block(shape.width, shape.heads) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens: Any, past: list[Any] | None = None) -> Any:
        """Logits (b, t, symbols) after tokens (b, t); with `past`, one entry a block, which is filled and read on."""
        start = past[0][0].shape[2] if past and past[0] is not None else 0
        hidden = self.embed(tokens) + self.place(torch.arange(start, start + tokens.shape[1]))
        for number, block in enumerate(self.blocks):
            hidden, seen = block(hidden, past[number] if past else None)
            if past is not None:
                past[number] = seen
        return self.norm(hidden) @ self.embed.weight.T


class _Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before = nn.LayerNorm(width)
        self.mix = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.between = nn.LayerNorm(width)
        self.think = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, hidden: Any, seen: Any) -> Any:
        rows, length, width = hidden.shape
        mixed = self.mix(self.before(hidden)).view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = mixed.permute(2, 0, 3, 1, 4)
        if seen is not None:
            key, value = torch.cat([seen[0], key], 2), torch.cat([seen[1], value], 2)
        found = functional.scaled_dot_product_attention(query, key, value, is_causal=length > 1)
        hidden = hidden + self.out(found.transpose(1, 2).reshape(rows, length, width))
        return hidden + self.think(self.between(hidden)), (key, value)


def use_one_thread() -> None:
    """Matrices are so small that a second thread costs more than it brings; and one thread adds up in one order."""
    torch.set_num_threads(1)


def train(shape: Shape, rows: Ints, training: Training, progress: Callable[[int, int], None]) -> Gpt:
    """A model from scratch that learned rows (n, context) of tokens."""

    def next_token(model: Gpt, chosen: Ints) -> Any:
        batch = torch.from_numpy(rows[chosen])
        return functional.cross_entropy(model(batch[:, :-1]).reshape(-1, shape.symbols), batch[:, 1:].reshape(-1))

    return fit(shape, len(rows), training, next_token, progress)


def fit(
    shape: Shape,
    lessons: int,
    training: Training,
    loss_of: Callable[[Gpt, Ints], Any],
    progress: Callable[[int, int], None],
) -> Gpt:
    """A model from scratch that made a loss small; `loss_of` is told which of the lessons (batch,) a step is about.

    Each batch is drawn without return, and the rest of a round that fills no batch is left out.
    """
    torch.manual_seed(training.seed)
    random = np.random.default_rng(training.seed)
    model = Gpt(shape)
    matrices = [one for one in model.parameters() if one.dim() == 2]
    others = [one for one in model.parameters() if one.dim() != 2]
    groups = [{"params": matrices, "weight_decay": training.decay}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=_PEAK_RATE, betas=(0.9, 0.98))
    order = np.empty(0, np.int64)
    for step in range(training.steps):
        if len(order) < training.batch:
            order = random.permutation(lessons)
        chosen, order = order[: training.batch], order[training.batch :]
        for group in optimiser.param_groups:
            group["lr"] = _PEAK_RATE * _share_of_rate(step, training.steps)
        loss = loss_of(model, chosen)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        progress(step + 1, training.steps)
    model.eval()
    return model


def weights_of(model: Gpt) -> dict[str, npt.NDArray[np.float32]]:
    """The weights by name, to be kept."""
    return {name: value.numpy() for name, value in model.state_dict().items()}


def load_weights(shape: Shape, weights: Mapping[str, npt.NDArray[np.float32]]) -> Gpt:
    """The model whose weights were kept."""
    model = Gpt(shape)
    model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    model.eval()
    return model


def mean_loss(model: Gpt, rows: Ints) -> float:
    """Mean loss a token, in nats, on rows (n, context)."""
    with torch.inference_mode():
        losses = [
            functional.cross_entropy(model(part[:, :-1]).transpose(1, 2), part[:, 1:]).item() * len(part)
            for part in torch.from_numpy(rows).split(_AT_ONCE)
        ]
    return float(sum(losses)) / len(rows)


def answers(  # noqa: PLR0913  # what is asked, how long, and what chance and mark do to it
    model: Gpt, prompts: Ints, length: int, *, mark: Mark | None, seed: int, progress: Callable[[int, int], None]
) -> Ints:
    """Rows (n, length) that begin with the prompts (n, p) and go on at temperature 1; a mark begins after them."""
    random = np.random.default_rng(seed)
    out = np.empty((len(prompts), length), np.int64)
    out[:, : prompts.shape[1]] = prompts
    with torch.inference_mode():
        for first in range(0, len(prompts), _AT_ONCE):
            part = out[first : first + _AT_ONCE]
            _continue(model, part, prompts.shape[1], mark, random)
            progress(min(first + _AT_ONCE, len(prompts)), len(prompts))
    return out


def _continue(model: Gpt, part: Ints, begun: int, mark: Mark | None, random: np.random.Generator) -> None:
    past: list[Any] = [None] * model.shape.layers
    unread = part[:, :begun]
    for at in range(begun, part.shape[1]):
        logits = model(torch.from_numpy(unread), past)[:, -1].double().numpy()
        if mark is None:
            part[:, at] = np.argmax(logits + random.gumbel(size=logits.shape), axis=1)
        else:
            part[:, at] = sample_marked(logits, part[:, begun:at], mark, random)
        unread = part[:, at : at + 1]


def _share_of_rate(step: int, steps: int) -> float:
    if step < _WARM_UP:
        return (step + 1) / _WARM_UP
    passed = (step - _WARM_UP) / max(1, steps - _WARM_UP)
    return _LOWEST + (1 - _LOWEST) * (1 + math.cos(math.pi * passed)) / 2
