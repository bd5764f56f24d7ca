"""What a small model writes after prompts, plainly or under a mark; and what it makes of somebody else's text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.reference_sampler import sample_marked
from stillwatch.attribution.slot import LayeredMark, sample_layered
from stillwatch.evaluation.distil.gpt import write_on

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from stillwatch.attribution.reference_sampler import Mark
    from stillwatch.evaluation.distil.gpt import Choose, Gpt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

_AT_ONCE: Final = 400
"""Rows."""


def answers(  # noqa: PLR0913  # what is asked, how long, and what chance and mark do to it
    model: Gpt,
    prompts: Ints,
    length: int,
    *,
    mark: Mark | LayeredMark | None,
    seed: int,
    progress: Callable[[int, int], None],
) -> Ints:
    """Rows (n, length) that begin with the prompts (n, p) and go on at temperature 1; a mark begins after them."""
    random = np.random.default_rng(seed)
    out = np.empty((len(prompts), length), np.int64)
    out[:, : prompts.shape[1]] = prompts
    for first in range(0, len(prompts), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        write_on(model, out[part], prompts.shape[1], _chooser(mark, part, prompts.shape[1], random))
        progress(min(first + _AT_ONCE, len(prompts)), len(prompts))
    return out


def rewritten(model: Gpt, rows: Ints, *, begun: int, share: float, seed: int) -> Ints:
    """Text (n, length) in the words of a second model: it chooses a share of the tokens anew, left to right.

    A token that is chosen anew is drawn from what the model expects after all that stands before it by then; the others
    stay. This is a paraphrase by substitution: what was said stays, how it is said is the second model's. The prompts
    (the first `begun` tokens) stay too.
    """
    random = np.random.default_rng(seed)
    out = rows.copy()
    for first in range(0, len(rows), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        given = rows[part]

        def choose(logits: Floats, so_far: Ints, given: Ints = given) -> Ints:
            anew = random.random(len(logits)) < share
            return np.where(anew, _plainly(logits, random), given[:, so_far.shape[1]])

        write_on(model, out[part], begun, choose)
    return out


def _chooser(mark: Mark | LayeredMark | None, part: slice, begun: int, random: np.random.Generator) -> Choose:
    if mark is None:
        return lambda logits, _: _plainly(logits, random)
    if isinstance(mark, LayeredMark):
        layered = replace(mark, account_of=mark.account_of[part])
        return lambda logits, so_far: sample_layered(logits, so_far[:, begun:], layered, random)
    return lambda logits, so_far: sample_marked(logits, so_far[:, begun:], mark, random)


def _plainly(logits: Floats, random: np.random.Generator) -> Ints:
    return np.asarray(np.argmax(logits + random.gumbel(size=logits.shape), axis=1))
