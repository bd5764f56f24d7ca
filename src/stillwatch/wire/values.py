"""Foreign values to ours, in one place: a wrong type gives None, never a crash and never a guess.

>>> count("12"), count(True), count(-1)
(12, None, None)
>>> mapping('{"a": 1}'), mapping("a")
({'a': 1}, {})
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

import orjson

_INT64_MIN: Final = -(2**63)
_INT64_MAX: Final = 2**63 - 1
_ID_BITS: Final = 256
_LONGEST_NUMBER: Final = 40


def text(value: Any) -> str | None:
    """Text that Arrow can hold: not empty, without lone surrogates; whole numbers become their digits."""
    if type(value) is str:
        return (value if value.isascii() else clean(value)) or None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace") or None
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= _ID_BITS:
        return str(value)
    return clean(str(value)) or None if isinstance(value, str) else None


def clean(value: str) -> str:
    """The same text with halves of surrogate pairs joined, and lone ones replaced."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def first_text(*values: Any) -> str | None:
    """The first value that is text."""
    for value in values:
        if (found := text(value)) is not None:
            return found
    return None


def integer(value: Any) -> int | None:
    """A whole number that int64 holds."""
    if isinstance(value, str):
        value = _number_of_text(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and _INT64_MIN <= value <= _INT64_MAX:
        return value
    return None


def _number_of_text(value: str) -> int | float | None:
    if len(value) > _LONGEST_NUMBER:
        return None
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return None


def count(value: Any) -> int | None:
    """A whole number that is not negative, such as tokens."""
    if type(value) is int and 0 <= value <= _INT64_MAX:
        return value
    if value is None:
        return None
    found = integer(value)
    return found if found is not None and found >= 0 else None


def first_count(*values: Any) -> int | None:
    """The first value that is a count."""
    for value in values:
        if (found := count(value)) is not None:
            return found
    return None


def number(value: Any) -> float | None:
    """A finite float."""
    if isinstance(value, str):
        value = _number_of_text(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def flag(value: Any) -> bool | None:
    """A truth value; text counts when it reads true or false."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def http_status(value: Any) -> int | None:
    """An HTTP status between 100 and 599."""
    found = integer(value)
    return found if found is not None and 100 <= found < 600 else None


def parsed(value: Any) -> Any:
    """The value itself, or what it holds when it is JSON text of an object or a list."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str) or not value:
        return value
    if value[0] not in "{[" and not value[:64].lstrip().startswith(("{", "[")):
        return value
    try:
        return orjson.loads(value)
    except ValueError:
        return _loosely_parsed(value)


def _loosely_parsed(value: str) -> Any:
    """As `json` reads it, which admits lone surrogates and NaN where orjson does not."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def mapping(value: Any) -> dict[str, Any]:
    """The mapping, also when written as JSON text or as a list of key and value pairs (Parquet maps); else empty."""
    found = parsed(value)
    if isinstance(found, dict):
        return found
    if isinstance(found, Mapping):
        return dict(found)
    if isinstance(found, list) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in found):
        return {pair[0]: pair[1] for pair in found if isinstance(pair[0], str)}
    return {}


def sequence(value: Any) -> list[Any]:
    """The list, also when written as JSON text; else empty."""
    found = parsed(value)
    return found if isinstance(found, list) else []


def canonical_json(value: Any) -> str | None:
    """JSON with sorted keys; None for what is empty, or nested too deep to write."""
    if not value:
        return None
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        return _loose_json(value)


def _loose_json(value: Any) -> str | None:
    """As `json` writes it: numbers past 64 bits, foreign types as their text, lone surrogates as escapes."""
    try:
        return json.dumps(value, sort_keys=True, default=str, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return None


def unknown_fields(record: Mapping[str, Any], known: AbstractSet[str]) -> str | None:
    """The top-level fields that the format does not know, as JSON for the `extra` column."""
    if record.keys() <= known:
        return None
    names = [name for name in record if name not in known]
    return canonical_json({name: value for name in names if (value := record[name]) is not None})
