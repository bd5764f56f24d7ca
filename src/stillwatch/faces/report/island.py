"""JSON that stands inside a `<script type="application/json">` element and cannot leave it."""

from __future__ import annotations

import json
from typing import Any, Final

from markupsafe import Markup

_BREAKS_OUT: Final = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in ("<", ">", "&", "'", "\u2028", "\u2029")}
)


def to_island(value: Any) -> Markup:
    """Write JSON that holds no `<`, `>`, `&` or line separator, so no end tag or comment can be formed from it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_BREAKS_OUT))  # noqa: S704  # every character that HTML reads is escaped just above
