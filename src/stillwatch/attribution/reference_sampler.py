"""Samples marked tokens as engines do, in numpy: for tests, canaries and small experiments, never for serving.

>>> from stillwatch.attribution.scheme_shelf import open_scheme
>>> scheme, rng = open_scheme("gumbel_siphash"), np.random.default_rng(1)
>>> mark = Mark(scheme=scheme, key=scheme.key_of(bytes(32)))
>>> [int(sample_marked(np.zeros((1, 50)), np.array([[5, 6]]), mark, rng)[0]) for _ in range(3)]
[14, 14, 14]

Logits come after temperature, top-k and top-p, which engines apply before the mark (SBW: after it). A context that
occurred in the same history before is sampled plainly, as engines do by default, so that replies do not run in loops;
so is the beginning, which has no whole context. The choice is computed in double precision: where two candidates come
within a millionth of each other, an engine in single precision may take the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.kind import Kind

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.attribution.scheme import Draws, Floats, Key, Scheme, Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    scheme: Scheme
    key: Key
    bias: float = 2.0
    """What green lists add to logits; other kinds have none."""
    share_b: float = 0.1
    """With two keys, the share of tokens drawn under the second."""


def sample_marked(logits: Floats, history: Tokens, mark: Mark, rng: np.random.Generator) -> Tokens:
    """One token for each row: logits (b, V), and the tokens of its reply so far (b, t), oldest first."""
    width = mark.scheme.context_width
    fresh = has_fresh_context(history, width)
    tokens = _chosen_by_chance(logits, rng)
    if fresh.any():
        tokens[fresh] = _chosen(logits[fresh], history[fresh, history.shape[1] - width :], mark, rng)
    return tokens


def has_fresh_context(history: Tokens, width: int) -> npt.NDArray[np.bool_]:
    """Which rows, shape (b, t), have a whole context that did not occur before in the row."""
    rows, length = history.shape
    if width == 0:
        return np.ones(rows, np.bool_)
    if length < width:
        return np.zeros(rows, np.bool_)
    windows = np.lib.stride_tricks.sliding_window_view(history, width, axis=1)
    return np.asarray(~(windows[:, :-1] == windows[:, -1:]).all(axis=2).any(axis=1))


def marked_logits(logits: Floats, contexts: Tokens, mark: Mark) -> Floats:
    """Logits (b, V) after contexts (b, width) with the mark in them; a Gumbel choice leaves them as they are."""
    if mark.scheme.kind is Kind.GREEN_LIST:
        return logits + mark.bias * _green(logits, contexts, mark)
    if mark.scheme.kind is Kind.TOURNAMENT:
        return _after_tournament(logits, _draws_over_vocabulary(logits, contexts, mark))
    return logits


def _chosen(logits: Floats, contexts: Tokens, mark: Mark, rng: np.random.Generator) -> Tokens:
    if mark.scheme.kind not in {Kind.GUMBEL, Kind.DUAL_GUMBEL}:
        return _chosen_by_chance(marked_logits(logits, contexts, mark), rng)
    uniforms = _draws_over_vocabulary(logits, contexts, mark)
    if mark.scheme.kind is Kind.DUAL_GUMBEL:
        takes_b = rng.random(len(logits)) < mark.share_b
        uniforms = np.where(takes_b[:, None], uniforms[..., 1], uniforms[..., 0])
    return _largest_with_noise(logits, uniforms)


def _draws_over_vocabulary(logits: Floats, contexts: Tokens, mark: Mark) -> Draws:
    return mark.scheme.draw(contexts[:, None, :], np.arange(logits.shape[1]), mark.key)


def _green(logits: Floats, contexts: Tokens, mark: Mark) -> Draws:
    """Green flags (b, V); where an engine considers the likeliest alone, no other is green."""
    if not mark.scheme.candidates:
        return _draws_over_vocabulary(logits, contexts, mark)
    likeliest = np.argsort(-logits, axis=1, kind="stable")[:, : mark.scheme.candidates]
    flags = np.zeros(logits.shape, np.bool_)
    np.put_along_axis(flags, likeliest, mark.scheme.draw(contexts[:, None, :], likeliest, mark.key), axis=1)
    return flags


def _after_tournament(logits: Floats, bits: Draws) -> Floats:
    """Each layer of bits (b, V, layers) moves probability to tokens of bit 1, as over all pairs of candidates."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = shifted / shifted.sum(axis=1, keepdims=True)
    for layer in range(bits.shape[-1]):
        set_ = bits[..., layer]
        mass = (set_ * probabilities).sum(axis=1, keepdims=True)
        probabilities = probabilities * (1.0 + set_ - mass)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(probabilities, 0.0)))  # rounding leaves some just below nothing


def _chosen_by_chance(logits: Floats, rng: np.random.Generator) -> Tokens:
    return _largest_with_noise(logits, 1.0 - rng.random(logits.shape))


def _largest_with_noise(logits: Floats, uniforms: Floats) -> Tokens:
    """The Gumbel choice: each token is taken with its probability, where uniforms are independent."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.argmax(logits - np.log(-np.log(uniforms)), axis=1))
