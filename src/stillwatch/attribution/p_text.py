"""Probabilities that lie far below the smallest double, as text.

>>> p_text(-41.3), p_text(-0.0), p_text(-2.0), p_text(-1.5)
('6e-42', '1', '0.01', '0.032')

Rounded up, so that "at most" stays true.
"""

from __future__ import annotations

import math
from typing import Final

_PLAIN_FROM: Final = -4.0


def p_text(log10_p: float) -> str:
    """A probability from its logarithm to base 10, with one or two digits."""
    if log10_p >= 0:
        return "1"
    exponent = math.floor(log10_p)
    if log10_p >= _PLAIN_FROM:
        scale = 10.0 ** (1 - exponent)
        return f"{math.ceil(round(10**log10_p * scale, 9)) / scale:.{1 - exponent}f}".rstrip("0").rstrip(".")
    digit = math.ceil(round(10 ** (log10_p - exponent), 9))
    return f"{digit}e{exponent}" if digit < 10 else f"1e{exponent + 1}"
