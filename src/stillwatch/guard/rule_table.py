"""One `[[rule]]` of a policy file with its place, so that each error names the line that has to be mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from stillwatch.core.errors import SettingsError
from stillwatch.core.toml_text import TomlText, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_T = TypeVar("_T", bound=StrEnum)
_MOST: Final = 10**12
"""Whole numbers above this are slips of the finger."""


@dataclass(frozen=True, slots=True)
class RuleTable:
    read: TomlText
    number: int
    table: dict[str, Any]

    def at(self, key: str) -> str:
        """`file:line` of a key or an inner table of this rule; where it has none, of the rule."""
        own = self.read.at_table("rule", self.number)
        start = _line_of(own)
        if not start:
            return own
        end = _line_of(self.read.at_table("rule", self.number + 1)) or len(self.read.lines) + 1
        named = re.compile(rf"""\s*(["']?{re.escape(key)}["']?\s*=|\[\s*rule\s*\.\s*["']?{re.escape(key)}["']?\s*\])""")
        for line in range(start, end):
            if named.match(self.read.lines[line - 1]):
                return f"{self.read.name}:{line}"
        return own

    def error(self, what: str, key: str, mend: str) -> SettingsError:
        return SettingsError(what, where=self.at(key), mend=mend)

    def text(self, key: str) -> str:
        return text_of(self.table, key, self.at)

    def needed(self, key: str) -> str:
        if not (found := self.text(key)):
            raise self.error(f"{self.table['respond']} needs {key}", "respond", f'add {key} = "…"')
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
            raise self.error(f"{key} is a list of texts", key, f'write {key} = ["…"]')
        return tuple(found)

    def members(self, kind: type[_T], key: str) -> frozenset[_T]:
        return frozenset(member(kind, one, self.at(key)) for one in self.texts(key))

    def whole(self, key: str, default: int) -> int:
        found = self.table.get(key, default)
        if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= _MOST:
            raise self.error(f"{key} is a whole number, 0 or more", key, f"write {key} = {max(1, default)}")
        return found

    def rate(self, key: str) -> float:
        """A number above 0."""
        found = self.table[key]
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found <= _MOST:
            raise self.error(f"{key} must be above 0", key, "to refuse everything, respond with block")
        return float(found)

    def share(self, key: str) -> float:
        found = self.table.get(key, 0.0)
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= 1:
            raise self.error(f"{key} is a probability", key, "give 0 to 1")
        return float(found)

    def switch(self, key: str, *, default: bool = False) -> bool:
        found = self.table.get(key, default)
        if not isinstance(found, bool):
            raise self.error(f"{key} is true or false", key, f"write {key} = true")
        return found


def refuse_unknown(table: dict[str, Any], known: Iterable[str], at: Callable[[str], str]) -> None:
    names = tuple(known)
    for key in table:
        if key not in names:
            raise SettingsError(f"unknown field {key!r}", where=at(key), mend=suggestion(key, names))


def text_of(table: dict[str, Any], key: str, at: Callable[[str], str]) -> str:
    found = table.get(key, "")
    if not isinstance(found, str):
        raise SettingsError(f"{key} is a text", where=at(key), mend=f'write {key} = "…"')
    return found


def one_of(known: tuple[str, ...], value: Any, where: str) -> str:
    if value not in known:
        raise SettingsError(f"unknown value {value!r}", where=where, mend=suggestion(str(value), known))
    return str(value)


def member(kind: type[_T], value: Any, where: str) -> _T:
    return kind(one_of(tuple(one.value for one in kind), value, where))


def _line_of(place: str) -> int:
    """The line of `file:line`; 0 where none is named."""
    line = place.rpartition(":")[2]
    return int(line) if line.isdigit() else 0
