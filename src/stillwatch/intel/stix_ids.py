"""Ids as STIX 2.1 wants them: version 5 over the canonical form for observables, version 4 for all else.

>>> observable_id("domain-name", {"value": "example.com"})
'domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7'
>>> derived_id("relationship", "a", "b") == derived_id("relationship", "a", "b")
True
"""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMESPACE: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7").bytes
"""Of the standard, for observables."""
_ID: Final = re.compile(
    r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)


def is_id(text: str, kind: str = "") -> bool:
    """Whether it is the id of a STIX object, of the type `kind` where one is given."""
    return _ID.fullmatch(text) is not None and (not kind or text.startswith(f"{kind}--"))


def observable_id(kind: str, contributing: Mapping[str, str | int]) -> str:
    """The id that everybody gives to the same observable.

    The canonical form is that of RFC 8785; of texts and whole numbers up to 2^53 it is what `orjson` writes with sorted
    keys.
    """
    digest = hashlib.sha1(_NAMESPACE + orjson.dumps(contributing, option=orjson.OPT_SORT_KEYS), usedforsecurity=False)
    return f"{kind}--{_uuid(digest.digest()[:16], version=5)}"


def derived_id(kind: str, *parts: str) -> str:
    """An id for what follows from its parts, so that writing it twice gives one object and not two.

    STIX asks for version 4 here, which is any 122 bits; these are of SHA-256 over the parts.
    """
    digest = hashlib.sha256("\x1f".join((kind, *parts)).encode("utf-8", "surrogatepass")).digest()
    return f"{kind}--{_uuid(digest[:16], version=4)}"


def _uuid(digest: bytes, *, version: int) -> str:
    text = digest.hex()
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-{version}{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
