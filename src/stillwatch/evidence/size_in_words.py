"""Numbers of bytes for people.

>>> size_in_words(1_500), size_in_words(20 * 2**30), size_in_words(0)
('1.46 KiB', '20 GiB', '0 B')
"""

from __future__ import annotations

from typing import Final

_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_STEP: Final = 1024


def size_in_words(size_bytes: float) -> str:
    """Three digits, in powers of 1024."""
    size, place = float(size_bytes), 0
    while round(size, 1) >= _STEP and place < len(_UNITS) - 1:
        size, place = size / _STEP, place + 1
    return f"{size:.3g} {_UNITS[place]}" if size < 1000 else f"{size:.0f} {_UNITS[place]}"
