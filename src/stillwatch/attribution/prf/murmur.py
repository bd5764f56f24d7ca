"""MurmurHash3 of 32-bit words, as SGLang hashes contexts, keys and tokens (x86_32, seed 0).

>>> int(murmur([np.array([word]) for word in (1, 2, 3, 4)])[0])
1145416960

Not a cryptographic function: whoever sees many draws may learn a key of it.

Source: Austin Appleby, MurmurHash3, public domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

_Words = npt.NDArray[np.uint32]
_FIRST: Final = np.uint32(0xCC9E2D51)
_SECOND: Final = np.uint32(0x1B873593)
_ADDED: Final = np.uint32(0xE6546B64)
_FIVE: Final = np.uint32(5)


def murmur(words: Sequence[npt.NDArray[Any]]) -> _Words:
    """Of the words of each place, shapes that broadcast; of each its low 32 bits count."""
    state = np.zeros(1, np.uint32)
    with np.errstate(over="ignore"):  # modulo 2^32 throughout
        for word in words:
            state = _mixed(state, np.asarray(word).astype(np.uint32))
        state = state ^ np.uint32(4 * len(words))
        state = (state ^ (state >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        state = (state ^ (state >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return state ^ (state >> np.uint32(16))


def _mixed(state: _Words, word: _Words) -> _Words:
    state = state ^ (_turned(word * _FIRST, 15) * _SECOND)
    return _turned(state, 13) * _FIVE + _ADDED


def _turned(word: _Words, bits: int) -> _Words:
    return (word << np.uint32(bits)) | (word >> np.uint32(32 - bits))
