"""Fields of JSON that may be missing, null, or one where several are meant.

>>> texts({"a": "x", "b": ["y", None, ""]}, "a"), texts({"b": ["y", None, ""]}, "b"), text({"n": 7}, "n")
(('x',), ('y',), '7')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping


def loaded(data: bytes, name: str) -> Any:
    """The document. Raises `InputError` where it is no JSON."""
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise InputError(f"no JSON: {error}", where=name, mend="fetch the list again") from error


def text(record: Mapping[str, Any], name: str) -> str:
    """The field as text without space around it; empty where there is none, or something that is no text."""
    return _plain(record.get(name))


def texts(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """All texts of the field, each once."""
    value = record.get(name)
    values = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(filter(None, map(_plain, values))))


def objects(record: Mapping[str, Any], name: str) -> tuple[dict[str, Any], ...]:
    """All objects of the field."""
    value = record.get(name)
    values = value if isinstance(value, list) else [value]
    return tuple(one for one in values if isinstance(one, dict))


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
