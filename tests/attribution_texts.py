"""Invented texts of token ids, in which nobody was marked: as varied as language, repeated, and from a template."""

from __future__ import annotations

import numpy as np

_REPLY = 100


def natural(tokens: int, *, vocabulary: int = 2_000, seed: int = 21) -> list[np.ndarray]:
    """Replies of 100 tokens whose frequencies fall as words' do, half of them given by the token before."""
    rng = np.random.default_rng(seed)
    ranks = (rng.zipf(1.25, tokens) - 1) % vocabulary
    given = (np.roll(ranks, 1) * 7 + ranks % 5) % vocabulary
    return list(np.where(rng.random(tokens) < 0.5, given, ranks).reshape(-1, _REPLY))


def repeated(tokens: int) -> list[np.ndarray]:
    """Five replies, again and again."""
    return natural(5 * _REPLY) * (tokens // (5 * _REPLY))


def templated(tokens: int) -> list[np.ndarray]:
    """One reply with eight places filled anew each time."""
    rng = np.random.default_rng(22)
    rows = np.tile(natural(_REPLY)[0], (tokens // _REPLY, 1))
    places = rng.choice(_REPLY, 8, replace=False)
    rows[:, places] = rng.integers(0, 60, (len(rows), 8))
    return list(rows)


TEXTS = {"natural": natural, "repeated": repeated, "templated": templated}
