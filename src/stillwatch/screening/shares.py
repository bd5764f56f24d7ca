"""Shares of ownership as people write them, 0..1.

>>> read_share("50%"), read_share("50"), read_share("0.5"), read_share("25,0 %"), read_share("most")
(0.5, 0.5, 0.5, 0.25, None)
"""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(%?)")


def read_share(text: str) -> float | None:
    """The share, or None where the text says none. A bare number above 1 is meant as per cent; 1 alone is all of it."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    number = float(match[1].replace(",", "."))
    share = number / 100 if match[2] or number > 1 else number
    return share if share <= 1 else None
