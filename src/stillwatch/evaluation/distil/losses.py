"""What a small model is trained to make small, beside the loss of `gpt.train`.

Each is told which lessons (batch,) a step is about, as `gpt.fit` asks. Loads torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from stillwatch.evaluation.distil.gpt import tensor_for

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from stillwatch.evaluation.distil.gpt import Gpt
    from stillwatch.evaluation.distil.soft_labels import SoftLabels

    Ints = npt.NDArray[np.int64]
    LossOf = Callable[[Gpt, Ints], Any]

_LEAST_REST = 1e-9


def of_answers(rows: Ints, begun: int) -> LossOf:
    """The next token of rows (n, context) from place `begun` on: what stands before was asked, and is no lesson."""

    def loss(model: Gpt, chosen: Ints) -> Any:
        learned = tensor_for(model, rows[chosen])
        logits = model(learned[:, :-1])[:, begun - 1 :]
        return functional.cross_entropy(logits.transpose(1, 2), learned[:, begun:])

    return loss


def of_soft_labels(rows: Ints, begun: int, labels: SoftLabels) -> LossOf:
    """The same places, where log-probabilities say more than the text; labels begin at place `begun`.

    What is named is learned as it is told. Of the rest its sum is told, and the text says which of its tokens was
    drawn, where it was one: in the mean over texts that is the whole cross-entropy, so no student of text alone does
    better than this one.
    """

    def loss(model: Gpt, chosen: Ints) -> Any:
        learned, tokens = tensor_for(model, rows[chosen]), tensor_for(model, labels.tokens[chosen])
        shares, others = (tensor_for(model, part[chosen]).float() for part in (labels.shares, labels.rest))
        told = functional.log_softmax(model(learned[:, :-1])[:, begun - 1 :], dim=-1)
        said = learned[:, begun:, None]
        named = told.gather(2, tokens)
        found = (shares * named).sum(-1)
        if tokens.shape[-1] < told.shape[-1]:
            rest = torch.log((1 - named.exp().sum(-1)).clamp_min(_LEAST_REST))
            is_other = (tokens != said).all(-1)
            found = found + others * rest
            found = found + is_other * (told.gather(2, said)[..., 0] - rest)
        return -found.mean()

    return loss
