"""The files of an Apache Iceberg table at one snapshot, through pyiceberg (extra `iceberg`).

A table is named by its folder, by one of its metadata files, or as `CATALOG.NAMESPACE.TABLE` in a catalog that
pyiceberg is configured for. A table whose rows are not simply those of its files, under the names that these have, is
refused rather than read wrongly.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.logs.lakes.table_snapshot import TableSnapshot

_ELSEWHERE: Final = "mount it, or name the table as Spark's catalog does: table:NAME with --engine spark"
_METADATA: Final = re.compile(r"v?(\d+)(?:-[0-9a-f-]+)?(?:\.gz)?\.metadata\.json")


def iceberg_snapshot(name: str, snapshot: int | None = None) -> TableSnapshot:
    """The table at a snapshot; the current one if none is named.

    Raises:
        InputError: There is no such table or snapshot, or its rows are not simply those of its files.
        SettingsError: pyiceberg is not installed.
    """
    table = _table(name)
    found = table.current_snapshot() if snapshot is None else table.snapshot_by_id(snapshot)
    if snapshot is not None and found is None:
        raise InputError(f"the table has no snapshot {snapshot}", where=name, mend="name one that is not expired")
    location = _place(table.location(), name)
    if found is None:
        return TableSnapshot(location, "", frozenset())
    tasks = list(table.scan(snapshot_id=found.snapshot_id).plan_files())
    if why := _why_not(table, tasks):
        mend = "rewrite its data files (rewrite_data_files), or have Spark write a view of it out as Parquet"
        raise InputError(f"this Iceberg table is not read: {why}", where=name, mend=mend)
    return TableSnapshot(location, str(found.snapshot_id), frozenset(_place(one.file.file_path, name) for one in tasks))


def _why_not(table: Any, tasks: list[Any]) -> str:
    """Why the rows of the table are not simply those of its files; "" where they are."""
    if any(task.delete_files for task in tasks):
        return "rows of its files are deleted one by one"
    if any(str(task.file.file_format).rpartition(".")[2] != "PARQUET" for task in tasks):
        return "its files are not Parquet"
    named = {
        (name, schema.find_field(name).field_id) for schema in table.schemas().values() for name in schema.column_names
    }
    if len({name for name, _ in named}) < len(named) or len({number for _, number in named}) < len(named):
        return "its columns had other names"
    return ""


def _table(name: str) -> Any:
    try:
        tables, catalogs = import_module("pyiceberg.table"), import_module("pyiceberg.catalog")
    except ModuleNotFoundError as error:
        mend = "pip install 'stillwatch[iceberg]'"
        raise SettingsError(f"{error.name} is missing", where=f"iceberg:{name}", mend=mend) from error
    try:
        if "/" not in name:
            catalog, _, rest = name.partition(".")
            return catalogs.load_catalog(catalog).load_table(rest)
        return tables.StaticTable.from_metadata(str(_newest(_place(name, name))))
    # pyiceberg, its catalogs and what they ask each have errors of their own.
    except Exception as error:
        if isinstance(error, InputError):
            raise
        mend = "check the name, and the configuration of pyiceberg if it is in a catalog"
        raise InputError(f"no Iceberg table: {error}", where=name, mend=mend) from error


def _newest(path: Path) -> Path:
    """The metadata file of the table's last commit."""
    if path.name.endswith(".metadata.json"):
        return path
    hint = path / "metadata" / "version-hint.text"
    if hint.exists():
        return path / "metadata" / f"v{hint.read_text().strip()}.metadata.json"
    found = [(int(match[1]), file) for file in path.glob("metadata/*") if (match := _METADATA.fullmatch(file.name))]
    if not found:
        raise InputError("no Iceberg table", where=str(path), mend="name the folder that holds `metadata`")
    return max(found)[1]


def _place(location: str, name: str) -> Path:
    parts = urlsplit(location)
    if parts.scheme not in ("", "file"):
        raise InputError(f"{location} is on another file system", where=name, mend=_ELSEWHERE)
    return Path(unquote(parts.path) if parts.scheme else location)
