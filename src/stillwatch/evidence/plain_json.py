"""Read JSON that people argue about: what two readers could understand differently is refused (I-JSON, RFC 7493).

>>> read_plain(b'{"a": 1}')
{'a': 1}
>>> read_plain(b'{"a": 1, "a": 2}', "manifest.json")
Traceback (most recent call last):
    ...
stillwatch.core.errors.InputError: manifest.json: no plain JSON: the key 'a' stands twice (ask for it again)
"""

from __future__ import annotations

import json
from typing import Any, Final

from stillwatch.core.errors import InputError

_MOST_INTEGER: Final = (1 << 53) - 1


def read_plain(data: bytes | memoryview, where: str = "") -> Any:
    """A JSON value from UTF-8, without duplicate keys, numbers that are infinite or integers beyond 2^53.

    Raises:
        InputError: It is none.
    """
    try:
        text = bytes(data).decode("utf-8")
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise InputError(f"no plain JSON: {error}", where=where, mend="ask for it again") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"the key {key[:60]!r} stands twice")
        made[key] = value
    return made


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _MOST_INTEGER:
        raise ValueError(f"the integer {text[:40]} is read differently by others")
    return int(text)
