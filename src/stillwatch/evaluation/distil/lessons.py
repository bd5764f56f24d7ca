"""What a student learns: some of a teacher's marked answers, and unmarked ones for the rest.

>>> marked, plain = np.ones((10, 4), np.int64), np.zeros((10, 4), np.int64)
>>> mixture(marked, plain, percent=30).sum(axis=1).tolist()
[4, 4, 4, 0, 0, 0, 0, 0, 0, 0]
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def mixture(marked: Ints, plain: Ints, *, percent: int) -> Ints:
    """The first rows of one corpus and the last of the other, both (n, length): rows of one size whatever the share."""
    kept = len(marked) * percent // 100
    return np.concatenate([marked[:kept], plain[kept:]])
