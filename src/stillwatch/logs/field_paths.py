"""Dotted paths into a record: `body.messages`, `choices.0.message.content`, or a key that has dots itself.

>>> FieldPath("choices.0.text").value_in({"choices": '[{"text": "Hi"}]'})
'Hi'
>>> FieldPath("gen_ai.model").value_in({"gen_ai.model": "small"})
'small'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stillwatch.wire.values import parsed


@dataclass(frozen=True, slots=True)
class FieldPath:
    path: str

    def value_in(self, record: Mapping[str, Any]) -> Any:
        """The value there, or None. Text that holds JSON is looked into; the longest literal key goes first."""
        found = record.get(self.path)
        if found is not None or "." not in self.path:
            return found
        return _walk(record, self.path.split("."))

    @property
    def top(self) -> str:
        """The first key, where keys have no dots."""
        return self.path.partition(".")[0]


def _walk(value: Any, keys: list[str]) -> Any:
    if not keys:
        return value
    holder = parsed(value)
    if isinstance(holder, list):
        place = int(keys[0]) if keys[0].isdecimal() and len(keys[0]) < 10 else len(holder)
        return _walk(holder[place], keys[1:]) if place < len(holder) else None
    if not isinstance(holder, Mapping):
        return None
    for length in range(len(keys), 0, -1):
        inner = holder.get(".".join(keys[:length]))
        if inner is not None and (found := _walk(inner, keys[length:])) is not None:
            return found
    return None
