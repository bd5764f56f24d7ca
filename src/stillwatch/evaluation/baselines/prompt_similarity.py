"""Accounts connected by near-identical prompts: MinHash over word shingles, banded, a few prompts of each account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import xxhash

from stillwatch.evaluation.baseline import Baseline, Sight, chained, components

if TYPE_CHECKING:
    from stillwatch.evaluation.keys import Ints, Keys

_PROMPTS: Final = 12
"""Of each account: all pairs of all prompts would not end."""
_HASHES: Final = 32
_BANDS: Final = 8
_SHINGLE: Final = 4
_MOST: Final = 200
_SEED: Final = 5


def _find(sight: Sight) -> list[frozenset[int]]:
    rng = np.random.default_rng(_SEED)
    shuffled = rng.permutation(len(sight.account))
    order = shuffled[np.argsort(sight.account[shuffled], kind="stable")]
    account = sight.account[order]
    begin = np.searchsorted(account, np.arange(len(sight.names)))
    kept = np.arange(len(order)) - begin[account] < _PROMPTS
    texts = sight.exchanges["prompt_text"].take(order[kept]).to_pylist()
    keys = rng.integers(1, 2**63, _HASHES).astype(np.uint64) | np.uint64(1)
    signature = np.array([_minhash(text or "", keys) for text in texts])
    pairs = [chained(_band(signature[:, band::_BANDS], band), account[kept], _MOST) for band in range(_BANDS)]
    return components(np.concatenate(pairs), len(sight.names))


def _minhash(text: str, keys: Keys) -> Keys:
    words = text.lower().split()
    shingles = {" ".join(words[n : n + _SHINGLE]) for n in range(max(len(words) - _SHINGLE + 1, 1))}
    hashed = np.array([xxhash.xxh3_64_intdigest(one.encode()) for one in shingles], np.uint64)
    return np.asarray((hashed[:, None] * keys).min(axis=0))


def _band(columns: Keys, band: int) -> Ints:
    return np.array([xxhash.xxh3_64_intdigest(row.tobytes(), seed=band) >> 1 for row in columns], np.int64)


BASELINE: Final = Baseline(name="prompt_similarity", title="accounts connected by near-identical prompts", find=_find)
