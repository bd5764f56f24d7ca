"""The path of a request as a server behind a gateway will read it, so that no spelling of it escapes a rule.

>>> plain_path("/v1//chat/./completions/?beta=1"), plain_path("/x/..%2Fv1/%63hat")
('/v1/chat/completions', '/v1/chat')
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_ODD: Final = re.compile(r"[%?#;]|//|/\.|/$")
_DECODINGS: Final = 2
"""Some gateways decode once more than they should."""


def plain_path(written: str) -> str:
    """Without query, fragment and parameters, decoded, without empty parts and dots, and without a slash at its end."""
    if len(written) <= 1 or not _ODD.search(written):
        return written
    path = written.partition("?")[0].partition("#")[0]
    for _ in range(_DECODINGS):
        path = unquote(path)
    parts: list[str] = []
    for part in path.split("/"):
        name = part.partition(";")[0]
        if name == "..":
            del parts[-1:]
        elif name not in ("", "."):
            parts.append(name)
    return "/" + "/".join(parts)
