"""The `metadata` of LiteLLM's records, in whichever form it was written: JSON text, or nested columns."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa

from stillwatch.logs.columns import field_of, texts
from stillwatch.logs.scan.arrow import among, as_spans, by_row, field_text, replaced
from stillwatch.logs.scan.grammar import Kind
from stillwatch.logs.scan.objects import scan_objects, shape_of
from stillwatch.wire.values import mapping, parsed, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

_TEXTS: Final = (
    *("user_api_key_user_id", "user_api_key_hash", "user_api_key_team_id", "user_api_key_org_id"),
    *("user_api_key_end_user_id", "requester_ip_address", "user_agent", "status"),
)
_VALUES: Final = ("usage_object", "error_information")


class Metadata:
    """The fields of a batch's metadata that we read, by name."""

    def __init__(self, found: Any, rows: int) -> None:
        self._rows = rows
        self._struct = found if found is not None and pa.types.is_struct(found.type) else None
        self._scanned = _Scanned.of(found)
        is_neither = self._struct is None and self._scanned is None
        self._fields = _fields(plain_values(found, rows)) if is_neither else {}

    def text(self, name: str) -> Any:
        """A field as a text column; empty is missing."""
        if self._struct is not None:
            return texts(field_of(self._struct, name))
        if self._scanned is not None:
            return texts(self._scanned.text(name))
        return _text_array(self._fields[name])

    def values(self, name: str, rows: npt.NDArray[np.int64]) -> list[Any]:
        """A field of some rows as Python values; JSON text within may be parsed or not."""
        if not len(rows):
            return []
        if self._struct is not None:
            found = field_of(self._struct, name)
            return list(plain_values(None if found is None else found.take(pa.array(rows)), len(rows)))
        if self._scanned is not None:
            return self._scanned.values(name, rows)
        return [self._fields[name][row] for row in rows]


class _Scanned:
    """Metadata written as JSON text."""

    def __init__(self, found: Any, texts_: Any) -> None:
        self._texts = texts_
        self._spans = scan_objects(texts_, shape_of((*_TEXTS, *_VALUES)))
        plain = self._spans.kind("") == Kind.OBJECT
        for name in _TEXTS:
            plain &= among(self._spans.kind(name), Kind.ABSENT, Kind.NULL, Kind.TEXT, Kind.ESCAPED)
        self._odd = np.flatnonzero(texts_.valid & ~plain)
        self._maps = dict(zip(self._odd.tolist(), by_row(found, self._odd, mapping), strict=True))

    @classmethod
    def of(cls, found: Any) -> _Scanned | None:
        """None where the column is no text."""
        spans = as_spans(found)
        return None if spans is None else cls(found, spans)

    def text(self, name: str) -> Any:
        # The kinds of rows that are not plain may be anything: their texts are replaced.
        column = field_text(self._texts, self._spans, name)
        return replaced(column, self._odd, [text(found.get(name)) for found in self._maps.values()])

    def values(self, name: str, rows: npt.NDArray[np.int64]) -> list[Any]:
        return [self._value(name, row) for row in rows.tolist()]

    def _value(self, name: str, row: int) -> Any:
        if row in self._maps:
            return self._maps[row].get(name)
        start, end = self._spans.span(name, row)
        return orjson.loads(self._texts.data[start:end].tobytes()) if end > start else None


def plain_values(found: Any, rows: int) -> Iterator[Any]:
    """A column as Python values; text that holds JSON is parsed."""
    if found is None:
        return itertools.repeat(None, rows)
    if pa.types.is_string(found.type) or pa.types.is_large_string(found.type):
        return map(parsed, found.to_pylist())
    return iter(found.to_pylist())


def _fields(values: Iterator[Any]) -> dict[str, tuple[Any, ...]]:
    """The fields that we read as columns; each row's map is dropped at once, which spares the garbage collector."""
    names = (*_TEXTS, *_VALUES)
    maps = (value if type(value) is dict else mapping(value) for value in values)
    rows = [[found.get(name) for name in names] for found in maps]
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _text_array(values: Sequence[Any]) -> Any:
    try:
        return texts(pa.array(values, pa.string()))
    except (pa.ArrowException, UnicodeError):
        return pa.array([text(value) for value in values], pa.string())
