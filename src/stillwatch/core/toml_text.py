r"""A TOML file with the lines kept, so that an error can name one; `tomllib` forgets them.

>>> text = TomlText.of("a = 1\n[[b]]\nc = 2\n", "x.toml")
>>> text.at_key("a"), text.at_table("b", 0)
('x.toml:1', 'x.toml:2')
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlText:
    name: str
    lines: tuple[str, ...]
    document: dict[str, Any]

    @classmethod
    def of(cls, text: str, name: str) -> TomlText:
        """Parse; raises `InputError` with the line that is no TOML."""
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"no TOML: {error}", where=name, mend="mend that line; text needs quotes") from error
        except RecursionError as error:
            raise InputError("nested too deeply", where=name, mend="write it flat") from error
        return cls(name=name, lines=tuple(text.splitlines()), document=document)

    def at_key(self, key: str, start: int = 1) -> str:
        """`file:line` of a key at or after a line, or of the file when it stands in no line of its own."""
        return self._at(re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*="""), 0, start)

    def at_table(self, name: str, index: int) -> str:
        """`file:line` of the table of an array, counted from 0."""
        return self._at(re.compile(rf"""\s*\[\[\s*["']?{re.escape(name)}["']?\s*\]\]"""), index, 1)

    def _at(self, pattern: re.Pattern[str], index: int, start: int) -> str:
        found = [number for number, line in enumerate(self.lines, 1) if number >= start and pattern.match(line)]
        return f"{self.name}:{found[index]}" if index < len(found) else self.name


def suggestion(name: str, known: Iterable[str]) -> str:
    """What may have been meant by an unknown name, as the mend of an error."""
    names = sorted(map(str, known))
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are: {', '.join(names)}"


def toml_string(text: str) -> str:
    """A basic string of TOML; control characters as escapes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
