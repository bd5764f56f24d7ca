"""The files of a Delta table at one version, read from its transaction log.

Replays the log as Delta's protocol says: the newest checkpoint up to the version, then each commit after it. A table
whose rows are not simply those of its files (deleted row by row, columns under other names, features that nobody had
thought of when this was written) is refused rather than read wrongly.

Source: github.com/delta-io/delta/blob/master/PROTOCOL.md, "Delta Log Entries", "Checkpoints", "Action Reconciliation".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.core.errors import InputError
from stillwatch.logs.folder_columns import folder_columns
from stillwatch.logs.lakes.table_snapshot import TableSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_COMMIT: Final = re.compile(r"(\d{20})\.json")
_CHECKPOINT: Final = re.compile(r"(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet")
_READ: Final = frozenset(
    {"deletionVectors", "columnMapping", "timestampNtz", "vacuumProtocolCheck", "typeWidening", "domainMetadata"}
)
"""Features of readers that are known; the first two are refused where a table makes use of them."""
_COLUMNS: Final = ("protocol", "metaData", "add", "remove")


def delta_snapshot(location: Path, version: int | None = None) -> TableSnapshot:
    """The table at a version; the newest if none is named.

    Raises:
        InputError: There is no Delta table of this version, or its rows are not simply those of its files.
    """
    log = location / "_delta_log"
    commits = {int(found[1]): log / found[0] for found in _named(log, _COMMIT)}
    checkpoints = _checkpoints(log)
    wanted = max([*commits, *checkpoints], default=-1) if version is None else version
    start = max((one for one in checkpoints if one <= wanted), default=-1)
    later = range(start + 1, wanted + 1)
    if wanted < 0 or not all(one in commits for one in later):
        what = "no Delta table" if wanted < 0 else f"the log of the table does not reach version {wanted}"
        raise InputError(what, where=str(location), mend="check the path and the version; VACUUM may have removed it")
    state = _State(location)
    for action in _of_checkpoint(checkpoints.get(start, [])):
        state.apply(action)
    for one in later:
        for line in commits[one].read_bytes().splitlines():
            state.apply(orjson.loads(line))
    return TableSnapshot(location, str(wanted), frozenset(state.files()))


class _State:
    """What the actions seen so far amount to."""

    def __init__(self, location: Path) -> None:
        self._location = location
        self._added: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._mapping = "none"

    def apply(self, action: dict[str, Any]) -> None:
        if protocol := action.get("protocol"):
            self._check(set(protocol.get("readerFeatures") or ()), protocol["minReaderVersion"])
        if metadata := action.get("metaData"):
            self._mapping = dict(metadata.get("configuration") or {}).get("delta.columnMapping.mode", "none")
        if removed := action.get("remove"):
            self._added.pop(_key(removed), None)
        if added := action.get("add"):
            self._added[_key(added)] = added

    def files(self) -> Iterator[Path]:
        """Where the rows are."""
        if self._mapping != "none":
            raise self._refusal(
                "its columns have other names in its files (column mapping)", "DROP FEATURE columnMapping"
            )
        for added in self._added.values():
            if added.get("deletionVector"):
                raise self._refusal("rows of its files are deleted one by one", "REORG TABLE … APPLY (PURGE)")
            path = self._place(added["path"])
            if folder_columns(path) != dict(added.get("partitionValues") or {}):
                raise self._refusal(
                    f"the folder of {path.name} does not say its partition", "OPTIMIZE, or a copy of it"
                )
            yield path

    def _place(self, path: str) -> Path:
        parts = urlsplit(path)
        if parts.scheme not in ("", "file"):
            raise self._refusal(f"{path} is on another file system", "mount it, or name the table as delta:URL")
        return self._location / unquote(parts.path)

    def _check(self, features: set[str], version: int) -> None:
        if unknown := sorted(features - _READ):
            raise self._refusal(f"it needs {', '.join(unknown)} of its readers", "DROP FEATURE, or write a copy of it")
        if version > 3:
            raise self._refusal(f"it needs version {version} of Delta's protocol", "write a copy of it")

    def _refusal(self, what: str, mend: str) -> InputError:
        mend = f"{mend}; or read it through a view that Spark writes out as Parquet"
        return InputError(f"this Delta table is not read: {what}", where=str(self._location), mend=mend)


def _key(action: dict[str, Any]) -> tuple[Any, ...]:
    """What an action is about: a file, or a file without some of its rows."""
    vector = action.get("deletionVector") or {}
    return action["path"], vector.get("storageType"), vector.get("pathOrInlineDv"), vector.get("offset")


def _named(log: Path, pattern: re.Pattern[str]) -> Iterable[re.Match[str]]:
    return filter(None, (pattern.fullmatch(file.name) for file in log.iterdir())) if log.is_dir() else ()


def _checkpoints(log: Path) -> dict[int, list[Path]]:
    """Files of each checkpoint that is whole, by version."""
    found: dict[tuple[int, int], list[Path]] = {}
    for match in _named(log, _CHECKPOINT):
        found.setdefault((int(match[1]), int(match[3] or 1)), []).append(log / match[0])
    return {version: files for (version, parts), files in found.items() if len(files) == parts}


def _of_checkpoint(files: list[Path]) -> Iterator[dict[str, Any]]:
    for file in files:
        try:
            names = pq.read_schema(file).names
            for batch in pq.ParquetFile(file).iter_batches(columns=[name for name in _COLUMNS if name in names]):
                yield from batch.to_pylist()
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"damaged checkpoint: {error}", where=str(file), mend="fetch the table again") from error
