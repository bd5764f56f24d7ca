"""How a log is to be read, and the formats that it is read with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.logs.recognise import recognise_file

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.mapping import FieldMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read: the format that the operator forced, or none, and the mapping file, or none."""

    format_name: str | None = None
    mapping: FieldMapping | None = None
    workers: int = 0
    """0 = one for each core."""


def formats_of(path: Path, reading: Reading) -> tuple[str, ...]:
    """Names of the formats that a file is read with: the forced one, the mapping, or what its first records show."""
    if reading.mapping is not None:
        return ("mapping",)
    if reading.format_name is not None:
        return (reading.format_name,)
    found = recognise_file(path)
    if found.records and not found.formats:
        raise InputError(
            "no known format", where=str(path), mend="see `stillwatch formats explain` and pass --mapping FILE"
        )
    return found.formats
