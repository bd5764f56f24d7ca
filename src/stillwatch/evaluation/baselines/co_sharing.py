"""Coordination network: accounts that sent the same text within a minute of one another, several times over."""

from __future__ import annotations

from typing import Final

import numpy as np

from stillwatch.evaluation.baseline import Baseline, Sight, codes, components

_WINDOW_NS: Final = 60_000_000_000
_TIMES: Final = 2
_NEIGHBOURS: Final = 20
"""Later senders of the same text that each sender is compared with."""


def _find(sight: Sight) -> list[frozenset[int]]:
    text = codes(sight.exchanges["prompt_text"])
    at = sight.exchanges["started_at"].to_numpy()
    order = np.lexsort((at, text))
    text, at, account = text[order], at[order], sight.account[order]
    found = []
    for step in range(1, _NEIGHBOURS + 1):
        near = (text[step:] == text[:-step]) & (text[step:] >= 0) & (at[step:] - at[:-step] <= _WINDOW_NS)
        left, right = account[:-step][near], account[step:][near]
        apart = left != right
        found.append(np.stack([np.minimum(left, right), np.maximum(left, right)], axis=1)[apart])
    pairs, times = np.unique(np.concatenate(found), axis=0, return_counts=True)
    return components(pairs[times >= _TIMES], len(sight.names))


BASELINE: Final = Baseline(name="co_sharing", title="accounts that send one text within a minute, twice", find=_find)
