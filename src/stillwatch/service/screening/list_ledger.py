"""The lines in which versions of a list are kept: appended, never rewritten.

append_version(file, version)
read_versions(file)[-1]
"""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.list_version import DatedBy, ListedFile, ListVersion

if TYPE_CHECKING:
    from pathlib import Path


def append_version(file: Path, version: ListVersion) -> None:
    """Add a version, on disk when it returns."""
    line = orjson.dumps(plain_version(version), option=orjson.OPT_APPEND_NEWLINE)
    with file.open("ab") as ledger:
        ledger.write(line)
        ledger.flush()
        os.fsync(ledger.fileno())


def read_versions(file: Path) -> tuple[ListVersion, ...]:
    """All versions, the newest last; a last line that was cut off is passed over.

    Raises:
        InputError: A line is none of ours.
    """
    lines = file.read_bytes().splitlines(keepends=True)
    found = []
    for number, line in enumerate(lines, 1):
        if number == len(lines) and not line.endswith(b"\n"):
            break
        try:
            found.append(_version(orjson.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            mend = "bring the folder of lists back whole"
            raise InputError("this is no version of a list", where=f"{file}:{number}", mend=mend) from error
    return tuple(found)


def plain_version(version: ListVersion) -> dict[str, Any]:
    """A version as JSON has it."""
    return {
        **asdict(version),
        "as_of": version.as_of.isoformat(),
        "added_at": version.added_at.isoformat().replace("+00:00", "Z"),
    }


def _version(plain: dict[str, Any]) -> ListVersion:
    return ListVersion(
        **{
            **plain,
            "as_of": date.fromisoformat(plain["as_of"]),
            "added_at": datetime.fromisoformat(plain["added_at"]),
            "dated_by": DatedBy(plain["dated_by"]),
            "files": tuple(ListedFile(**one) for one in plain["files"]),
            "warnings": tuple(plain["warnings"]),
        }
    )
