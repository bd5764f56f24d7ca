"""A sentence about accounts without what names them and without what it quotes.

>>> blank_quotes("acct-7 sends 'Write it out' from 203.0.113.9", ["acct-7"])
'⟨account⟩ sends ⟨quoted⟩ from ⟨address⟩'
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stillwatch.core.blank_out import blank_out

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUOTED: Final = re.compile("'[^']*'|\"[^\"]*\"|“[^”]*”|⟪[^⟫]*⟫")


def blank_quotes(text: str, names: Iterable[str]) -> str:
    """Blank out whatever was quoted, names somebody, or is one of `names`."""
    for name in names:
        if name and name in text:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "⟨account⟩", text)
    return blank_out(_QUOTED.sub("⟨quoted⟩", text))
