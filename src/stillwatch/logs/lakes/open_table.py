"""Tables among the logs that the operator names: `delta:PATH[@VERSION]` and `iceberg:TABLE[@SNAPSHOT]`.

>>> [is_table(name) for name in ("delta:/lake/log@12", "iceberg:prod.api.exchanges", "delta.jsonl")]
[True, True, False]
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError
from stillwatch.logs.lakes.delta_snapshot import delta_snapshot
from stillwatch.logs.lakes.iceberg_snapshot import iceberg_snapshot

if TYPE_CHECKING:
    from stillwatch.logs.lakes.table_snapshot import TableSnapshot

_KINDS: Final = ("delta:", "iceberg:")


def is_table(name: str) -> bool:
    """Whether a log is named as a table, not as files."""
    return name.startswith(_KINDS)


def open_table(name: str) -> TableSnapshot:
    """The files of a table at the version that is named, or as it is now.

    Raises:
        InputError: There is no such table, or it cannot be read.
        SettingsError: The version is no number, or what reads such tables is not installed.
    """
    kind, _, rest = name.partition(":")
    place, sign, version = rest.rpartition("@")
    if not sign:
        place, version = rest, ""
    if version and not version.isdecimal():
        raise SettingsError(f"{version!r} is no version", where=name, mend="write a number after @, or leave it out")
    at = int(version) if version else None
    if kind == "delta":
        return delta_snapshot(Path(place.removeprefix("file://")).expanduser().absolute(), at)
    return iceberg_snapshot(place, at)
