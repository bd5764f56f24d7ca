"""Read files of intelligence that came by hand: bundles, events of MISP, tables, folders of them, feeds.

for path, read in read_intel_files([Path("from-lab-a.json"), Path("feed")]):
    ...
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.intel.misp_feed import HASHES, MANIFEST, event_names
from stillwatch.intel.read_any import read_any
from stillwatch.intel.vendor_csv import Published

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from stillwatch.core.read_bundle import ReadBundle

_SUFFIXES: Final = (".json", ".stix", ".csv")
"""Of files that a folder is searched for."""
_LARGEST: Final = 256 << 20


class ReadFile(NamedTuple):
    path: Path
    data: bytes
    read: ReadBundle


def read_intel_files(paths: Iterable[Path], *, by: str = "") -> Iterator[ReadFile]:
    """Read each file as it is asked for; of a table, which names no producer, it is `by`, or the name of the file.

    Raises:
        InputError: A file is of no format that is read, too large, or cannot be read.
    """
    for path in intel_files(paths):
        data = _content(path)
        published = Published(producer_name=by or path.stem, at=datetime.fromtimestamp(int(path.stat().st_mtime), UTC))
        try:
            yield ReadFile(path, data, read_any(data, published))
        except InputError as error:
            where = ", ".join(part for part in (str(path), error.where) if part)
            raise InputError(error.what, where=where, mend=error.mend) from error


def intel_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves: of a feed of MISP those that its manifest lists, of another folder all that look right.

    Raises:
        InputError: A folder holds none.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        manifest = path / MANIFEST
        if manifest.is_file():
            found = [path / name for name in event_names(_content(manifest))]
        else:
            found = sorted(one for one in path.iterdir() if one.suffix in _SUFFIXES and one.is_file())
        if not found:
            mend = f"name a folder of {', '.join(_SUFFIXES)} files, or a feed of MISP"
            raise InputError("there is no intelligence in this folder", where=str(path), mend=mend)
        yield from (one for one in found if one.name != HASHES)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"larger than {_LARGEST} bytes", where=str(path), mend="ask for it in parts")
        return path.read_bytes()
    except OSError as error:
        mend = "name a file or folder that is there"
        raise InputError(f"it cannot be read: {error.strerror}", where=str(path), mend=mend) from error
