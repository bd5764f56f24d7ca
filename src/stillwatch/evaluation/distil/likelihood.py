"""What a small model thinks of text that it did not write, and what it would answer at no temperature. Loads torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from stillwatch.evaluation.distil.gpt import tensor_for

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.evaluation.distil.gpt import Gpt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

_AT_ONCE = 400


def next_logprobs(model: Gpt, rows: Ints, begun: int) -> Floats:
    """Log-probabilities of every token at the places of rows (n, context) from `begun` on, (n, places, symbols)."""
    with torch.inference_mode():
        parts = [
            functional.log_softmax(model(part[:, :-1])[:, begun - 1 :], dim=-1)
            for part in tensor_for(model, rows).split(_AT_ONCE)
        ]
        told: Floats = torch.cat(parts).double().cpu().numpy()
    return told


def answer_logprobs(model: Gpt, rows: Ints, begun: int) -> npt.NDArray[np.float64]:
    """How likely, log, each row's text from place `begun` on is after what stands before it, shape (n,)."""
    told = next_logprobs(model, rows, begun)
    said = np.take_along_axis(told, rows[:, begun:, None], axis=2)[..., 0]
    return np.asarray(said.sum(axis=1), np.float64)


def likeliest(model: Gpt, prompts: Ints, length: int) -> Ints:
    """Rows (n, length) that begin with the prompts (n, p) and go on with the likeliest token, each time."""
    past: list[Any] = model.no_past()
    rows = unread = tensor_for(model, prompts)
    with torch.inference_mode():
        while rows.shape[1] < length:
            unread = model(unread, past)[:, -1:].argmax(-1)
            rows = torch.cat([rows, unread], dim=1)
    out: Ints = rows.cpu().numpy()
    return out
