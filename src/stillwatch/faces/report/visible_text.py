r"""Text from a log, made safe to look at: what would hide, reorder or break text is shown by its code point.

    visible("pay\u202egnp.exe")         # "pay[U+202E]gnp.exe"

Escaping for HTML is a second, separate step; this one keeps a reader from being shown other text than the log's.
"""

from __future__ import annotations

import re
from typing import Final

_HIDDEN: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, without tab and line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that change the direction of text
    "\u200b\u2028\u2029\u2060\ufeff"  # breaks and spaces without width
    "\U000e0000-\U000e007f"  # tag characters, which carry text that nobody sees
    "\ud800-\udfff\ufffe\uffff"  # halves of pairs, which no encoding can write, and non-characters
    "]"
)


def visible(text: str) -> str:
    """Show hidden characters as `[U+200B]`, by code point; lines end in a line feed."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text.replace("\r\n", "\n"))


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters of the visible text, with an ellipsis where something was cut."""
    shown = visible(text[: limit + 1])
    return shown if len(shown) <= limit and len(text) <= limit else shown[:limit] + "…"
