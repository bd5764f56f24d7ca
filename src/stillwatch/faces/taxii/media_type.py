"""What a client can read and what it sends, by its headers: TAXII 2.1 as JSON, or nothing.

>>> (
...     accepts_taxii("application/taxii+json;version=2.1"),
...     accepts_taxii("text/html, */*;q=0.1"),
...     accepts_taxii("text/html"),
... )
(True, True, False)
>>> is_taxii("application/taxii+json; version=2.0")
False
"""

from __future__ import annotations

from typing import Final

_TYPE: Final = "application/taxii+json"
_ANY: Final = ("*/*", "application/*")
_VERSION: Final = "2.1"


def accepts_taxii(accept: str) -> bool:
    """Whether an `Accept` header allows our media type; an empty one allows all."""
    return not accept.strip() or any(_allows(one, with_any=True) for one in accept.split(","))


def is_taxii(content_type: str) -> bool:
    """Whether a `Content-Type` is ours, of our version or of none."""
    return _allows(content_type, with_any=False)


def _allows(text: str, *, with_any: bool) -> bool:
    kind, *rest = (part.strip().lower() for part in text.split(";"))
    parameters = dict(part.split("=", 1) for part in rest if "=" in part)
    if parameters.get("q", "1").strip().rstrip("0") in ("", "0."):
        return False
    if with_any and kind in _ANY:
        return True
    return kind == _TYPE and parameters.get("version", _VERSION).strip('"') == _VERSION
