"""Words of MT19937 are those of numpy's generator, however many are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.prf.mersenne import BLOCK, draw_words


@pytest.mark.parametrize("count", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5])
@pytest.mark.parametrize("seed", [0, 1, 42, 0xFFFFFFFF])
def test_words_are_those_of_numpy(seed: int, count: int) -> None:
    words = np.empty(count, np.uint32)
    draw_words(np.uint32(seed), words, np.empty((2, BLOCK), np.uint32))
    assert words.tobytes() == np.random.RandomState(seed).bytes(4 * count)
