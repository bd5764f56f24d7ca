"""The 32-bit integer hash of Jenkins over token ids, in the signed arithmetic that vLLM's SBW computes it in.

It spreads ids over the range of a word; it is public and no secret hangs on it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def jenkins(tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Hash of each id plus one (so that no id stays 0), as signed 32-bit values in 64."""
    word = (tokens + 1).astype(np.int32)
    word = word - (word << 6)
    word = word ^ (word >> 17)
    word = word - (word << 9)
    word = word ^ (word << 4)
    word = word - (word << 3)
    word = word ^ (word << 10)
    word = word ^ (word >> 15)
    return word.astype(np.int64)
