from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.numbering import numbered


@pytest.mark.parametrize("distinct", [1, 3, 100, 5000])
def test_numbers_are_those_of_unique(distinct):
    values = np.random.default_rng(distinct).integers(-(2**62), 2**62, distinct)[
        np.random.default_rng(1).integers(0, distinct, 20_000)
    ]
    usual, number, counts = np.unique(values, return_inverse=True, return_counts=True)
    found = numbered(values)
    assert (found.values.tolist(), found.number.tolist(), found.counts().tolist()) == (
        usual.tolist(),
        number.tolist(),
        counts.tolist(),
    )


def test_nothing_has_no_values():
    found = numbered(np.zeros(0, np.int64))
    assert (len(found.values), len(found.number), len(found.counts())) == (0, 0, 0)
