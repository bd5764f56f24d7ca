"""JSON as engines really write it: NaN, infinities and halves of surrogate pairs are read and written too.

>>> read_json(b'{"logprob": -Infinity}')
{'logprob': -inf}
"""

from __future__ import annotations

import json
from typing import Any

import orjson


def read_json(data: bytes) -> Any:
    """Read JSON.

    Raises:
        ValueError: It is none, or nested too deep to read.
    """
    try:
        return orjson.loads(data)
    except ValueError:
        try:
            return json.loads(data)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def write_json(value: Any) -> bytes:
    """Write what `read_json` has read, as short as it goes."""
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):
        return json.dumps(value, separators=(",", ":")).encode()
