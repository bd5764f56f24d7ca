"""A small GPT, which learns a text in a minute on two cores: the teacher and the students of `range distil`.

Decoder-only, pre-norm, learned positions, tied embeddings, GELU; where its shape says so, a token shift: each token is
read together with the one before it (as in RWKV, Peng and others 2023, arXiv 2305.13048), which a model of few layers
learns contexts of two tokens by. AdamW (peak rate 3e-3, betas .9/.98, weight decay),
gradients clipped at 1, 50 steps of warm-up, cosine to a tenth. Everything that is random comes from a seed. A model
runs where its weights are; marks are drawn by numpy, so the logits of each token come to the processor for them. This
module loads torch, so it is loaded by who runs it alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Weights = Mapping[str, npt.NDArray[np.float32]]
    Choose = Callable[[Floats, Ints], Ints]

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
    is_shifted: bool = False
    """Whether it has a token shift."""


class Training(NamedTuple):
    steps: int
    batch: int
    decay: float
    seed: int
    device: str = "cpu"
    """As torch names it."""
    begin: Weights | None = None
    """Of a model that learns on; none = from scratch."""


class Gpt(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.symbols, shape.width)
        self.place = nn.Embedding(shape.context, shape.width)
        self.shift = nn.Linear(shape.width, shape.width, bias=False) if shape.is_shifted else None
        self.blocks = nn.ModuleList(_Block(shape.width, shape.heads) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens: Any, past: list[Any] | None = None) -> Any:
        """Logits (b, t, symbols) after tokens (b, t); with `past` (`no_past`), which is filled and read on."""
        start = past[0][0].shape[2] if past and past[0] is not None else 0
        hidden = self._read(tokens, past) + self.place(
            torch.arange(start, start + tokens.shape[1], device=tokens.device)
        )
        for number, block in enumerate(self.blocks):
            hidden, seen = block(hidden, past[number] if past else None)
            if past is not None:
                past[number] = seen
        return self.norm(hidden) @ self.embed.weight.T

    def no_past(self) -> list[Any]:
        """What `forward` fills: one entry a block, and one for the last token."""
        return [None] * (self.shape.layers + 1)

    def _read(self, tokens: Any, past: list[Any] | None) -> Any:
        """Embeddings of the tokens, with those of the tokens before them where the shape says so."""
        read = self.embed(tokens)
        if self.shift is None:
            return read
        last = torch.zeros_like(read[:, :1]) if past is None or past[-1] is None else past[-1]
        if past is not None:
            past[-1] = read[:, -1:]
        return read + self.shift(torch.cat([last, read[:, :-1]], 1))


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
        batch = tensor_for(model, rows[chosen])
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
    model = Gpt(shape) if training.begin is None else load_weights(shape, training.begin)
    model.to(training.device).train()
    matrices = [one for one in model.parameters() if one.dim() == 2]
    others = [one for one in model.parameters() if one.dim() != 2]
    groups = [{"params": matrices, "weight_decay": training.decay}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=_PEAK_RATE, betas=(0.9, 0.98), fused=True)
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
    return {name: value.cpu().numpy() for name, value in model.state_dict().items()}


def load_weights(shape: Shape, weights: Weights, device: str = "cpu") -> Gpt:
    """The model whose weights were kept."""
    model = Gpt(shape)
    model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    model.to(device).eval()
    return model


def tensor_for(model: Gpt, rows: npt.NDArray[Any]) -> Any:
    """Tokens, or figures about them, where a model can read them."""
    return torch.from_numpy(rows).to(model.embed.weight.device)


def mean_loss(model: Gpt, rows: Ints) -> float:
    """Mean loss a token, in nats, on rows (n, context)."""
    with torch.inference_mode():
        losses = [
            functional.cross_entropy(model(part[:, :-1]).transpose(1, 2), part[:, 1:]).item() * len(part)
            for part in tensor_for(model, rows).split(_AT_ONCE)
        ]
    return float(sum(losses)) / len(rows)


def write_on(model: Gpt, part: Ints, begun: int, choose: Choose) -> None:
    """Fill rows (b, length) from their token `begun` on, by what is chosen from logits (b, symbols) and rows so far."""
    with torch.inference_mode():
        past = model.no_past()
        unread = part[:, :begun]
        for at in range(begun, part.shape[1]):
            logits = model(tensor_for(model, unread), past)[:, -1].double().cpu().numpy()
            part[:, at] = choose(logits, part[:, :at])
            unread = part[:, at : at + 1]


def _share_of_rate(step: int, steps: int) -> float:
    if step < _WARM_UP:
        return (step + 1) / _WARM_UP
    passed = (step - _WARM_UP) / max(1, steps - _WARM_UP)
    return _LOWEST + (1 - _LOWEST) * (1 + math.cos(math.pi * passed)) / 2
