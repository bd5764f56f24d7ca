"""The body of a request as an object, or how much of it could be read; never an error.

>>> read_json_body(b'{"model": "m"}', is_whole=True)
ReadBody(seen=<BodySeen.WHOLE: 2>, fields={'model': 'm'})
>>> read_json_body(b'{"model": "m", "messages": [{"role": "us', is_whole=False).fields
{'model': 'm', 'messages': [{}]}

What the usual servers accept, we read: they take JSON in any Unicode encoding, with NaN, with halves of surrogate pairs
and with a key written twice (the last counts). Whoever wants to be overlooked has to send what they refuse.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

import orjson

from stillwatch.core.request_facts import BodySeen

_LONGEST_PART: Final = 65_536
"""So much of a body that came in part is read."""
_MARK: Final = re.compile(r'["{}\[\],]')
_CLOSED_BY: Final = {"{": "}", "[": "]"}


class ReadBody(NamedTuple):
    seen: BodySeen
    fields: dict[str, Any]
    """Empty where nothing could be read."""


def read_json_body(body: bytes, *, is_whole: bool) -> ReadBody:
    """Decode; of a body that came in part, all values that are complete."""
    if not body:
        return ReadBody(BodySeen.NONE, {})
    if is_whole:
        found = _decoded(body)
        return ReadBody(BodySeen.WHOLE, found) if isinstance(found, dict) else ReadBody(BodySeen.MALFORMED, {})
    found = _decoded(_closed(body[:_LONGEST_PART].decode("utf-8", "ignore")).encode())
    return ReadBody(BodySeen.PARTIAL, found if isinstance(found, dict) else {})


def _decoded(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _closed(text: str) -> str:
    """The text up to its last complete value, with whatever is open closed."""
    open_ones: list[str] = []
    end = place = 0
    while (mark := _MARK.search(text, place)) is not None:
        sign, place = mark.group(), mark.end()
        if sign == '"':
            place = _end_of_text(text, place)
            if not place:
                break
            continue
        if sign in _CLOSED_BY:
            open_ones.append(_CLOSED_BY[sign])
        elif sign != ",":
            if open_ones[-1:] != [sign]:
                break
            open_ones.pop()
        end = mark.start() if sign == "," else place
    return text[:end] + "".join(reversed(open_ones)) if end else ""


def _end_of_text(text: str, start: int) -> int:
    """Behind the quote that ends a string; 0 where none does. Searched and not matched, which costs a tenth."""
    quote = text.find('"', start)
    while quote >= 0:
        before = quote
        while before > start and text[before - 1] == "\\":
            before -= 1
        if (quote - before) % 2 == 0:
            return quote + 1
        quote = text.find('"', quote + 1)
    return 0
