"""The headers of a request: values by lower-case name, and the names in the order sent.

>>> headers = Headers([("User-Agent", "probe"), ("x-id", "1"), ("X-Id", "2")])
>>> headers["x-id"], headers.names
('2', ('user-agent', 'x-id', 'x-id'))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.wire.values import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_VALUE: Final = 4096
_MOST_NAMES: Final = 128
_FORWARDED_FOR: Final = "x-forwarded-for"
_CREDENTIALS: Final = frozenset(("authorization", "x-api-key", "api-key", "x-goog-api-key"))
"""Of these the servers behind us take the first."""


class Headers(dict[str, str]):
    """Of a header that comes several times the last counts, as a proxy adds its own behind the client's; of credentials
    the first; `x-forwarded-for` is joined. A value keeps 4,096 characters; `names` holds the first 128.
    """

    __slots__ = ("names",)

    names: tuple[str, ...]

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        names: list[str] = []
        for name, value in pairs:
            lowered = name.lower()
            names.append(lowered)
            if lowered in self:
                if lowered in _CREDENTIALS:
                    continue
                if lowered == _FORWARDED_FOR:
                    self[lowered] = _end_of(f"{self[lowered]},{value}")
                    continue
            is_plain = len(value) <= _LONGEST_VALUE and value.isascii()
            self[lowered] = value if is_plain else _cut(lowered, value)
        self.names = tuple(names[:_MOST_NAMES])


def _cut(name: str, value: str) -> str:
    return _end_of(value) if name == _FORWARDED_FOR else _start_of(value)


def _start_of(value: str) -> str:
    value = value[:_LONGEST_VALUE]
    return value if value.isascii() else clean(value)


def _end_of(value: str) -> str:
    """Of a chain of proxies the end, which those near us have written."""
    return _start_of(value[-_LONGEST_VALUE:])
