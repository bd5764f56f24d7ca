r"""One table of a settings file, with its place, so that an error can name the line.

>>> from stillwatch.core.toml_text import TomlText
>>> table = TomlTable.of(TomlText.of("[limits]\nidle_s = 5\n", "x.toml"), "limits")
>>> table.like({"idle_s": 75.0, "names": ()})
{'idle_s': 5.0}
>>> str(table.error("too short", "idle_s", "write idle_s = 75"))
'x.toml:2: too short (write idle_s = 75)'
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from stillwatch.core.errors import SettingsError
from stillwatch.core.toml_text import suggestion

if TYPE_CHECKING:
    from stillwatch.core.toml_text import TomlText


@dataclass(frozen=True, slots=True)
class TomlTable:
    name: str
    values: dict[str, Any]
    read: TomlText
    line: int
    """Where it begins."""

    @classmethod
    def of(cls, read: TomlText, name: str) -> TomlTable:
        """The table `[name]`, empty where there is none."""
        values = read.document.get(name, {})
        starts = [number for number, line in enumerate(read.lines, 1) if line.strip().startswith(f"[{name}]")]
        line = starts[0] if starts else 1
        if not isinstance(values, dict):
            raise SettingsError(f"{name} is a table", where=read.at_key(name), mend=f"write it as [{name}]")
        return cls(name, values, read, line)

    @classmethod
    def several(cls, read: TomlText, name: str) -> tuple[TomlTable, ...]:
        """The tables `[[name]]`."""
        tables = read.document.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            raise SettingsError(f"{name} is a list of tables", where=read.at_key(name), mend=f"write it as [[{name}]]")
        lines = [read.at_table(name, place).rpartition(":")[2] for place in range(len(tables))]
        return tuple(
            cls(name, values, read, int(line) if line.isdigit() else 1)
            for values, line in zip(tables, lines, strict=True)
        )

    def like(self, usual: Any) -> dict[str, Any]:
        """The values, each of the kind that its usual value is; numbers above 0, lists of texts as tuples."""
        kinds = usual if isinstance(usual, dict) else {one.name: getattr(usual, one.name) for one in fields(usual)}
        for key, value in self.values.items():
            if key not in kinds:
                raise self.error(f"unknown field {key!r}", key, suggestion(key, kinds))
            self._check(key, value, kinds[key])
        return {key: _as(value, kinds[key]) for key, value in self.values.items()}

    def error(self, what: str, key: str, mend: str) -> SettingsError:
        where = self.read.at_key(key, self.line) if key in self.values else f"{self.read.name}:{self.line}"
        return SettingsError(what, where=where, mend=mend)

    def _check(self, key: str, value: Any, usual: Any) -> None:
        if isinstance(usual, bool):
            if not isinstance(value, bool):
                raise self.error(f"{key} is true or false", key, f"write {key} = true")
        elif isinstance(usual, str):
            if not isinstance(value, str):
                raise self.error(f"{key} is a text", key, f'write {key} = "{usual}"')
        elif isinstance(usual, tuple):
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise self.error(f"{key} is a list of texts", key, f'write {key} = ["…"]')
        elif isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise self.error(f"{key} is a number above 0", key, f"write {key} = {usual}")
        elif isinstance(usual, int) and not isinstance(value, int):
            raise self.error(f"{key} is a whole number", key, f"write {key} = {usual}")


def _as(value: Any, usual: Any) -> Any:
    if isinstance(usual, tuple):
        return tuple(value)
    return float(value) if isinstance(usual, float) else value
