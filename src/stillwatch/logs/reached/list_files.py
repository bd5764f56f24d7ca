"""The files that a URL means, as Spark's file systems list them: a file, a folder with all below, or a pattern.

    list_files(session, "s3a://logs/day=2026-03-*/")

Only names, sizes and times are asked for: Spark's `binaryFile` reads no content that nobody wants. What begins with `_`
or `.`, or is empty, is passed over by Spark itself, and in folders also what is clearly no log.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from stillwatch.core.errors import InputError
from stillwatch.logs.files import is_no_log
from stillwatch.logs.log_file import LogFile
from stillwatch.logs.reached.refused import reaching

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import SparkSession

_SPECIAL: Final = frozenset("\\[]{}*?")
_US: Final = pa.timestamp("us", "UTC")


def list_files(session: SparkSession, url: str) -> tuple[LogFile, ...]:
    """Every file that the URL means, sorted by name.

    `FOLDER/**` means all files below, and `FOLDER/**/*.jsonl` those of such a name, as they do for local files.

    Raises:
        InputError: It means no file.
        SettingsError: Spark has no such file system, or may not look there.
        PeerError: The file system does not answer.
    """
    root, _, name = url.partition("/**")
    name = name.lstrip("/")
    if "/" in name:
        root, name = url, ""
    with reaching(url):
        found = [log for log in listed(session, [root], name) if _is_meant(log.name, root)]
    if not found:
        mend = "check the URL; what begins with _ or . is passed over"
        raise InputError("no log file found", where=url, mend=mend)
    return tuple(sorted(found, key=lambda log: PurePosixPath(log.name).parts))


def listed(session: SparkSession, urls: Sequence[str], name: str = "") -> list[LogFile]:
    """All that Spark lists under URLs, in no order; with a name or pattern, only what is called so."""
    reader = session.read.format("binaryFile").option("recursiveFileLookup", "true")
    if name:
        reader = reader.option("pathGlobFilter", name)
    rows = reader.load(list(urls)).select("path", "length", "modificationTime").toArrow()
    times = rows["modificationTime"].cast(_US).cast(pa.int64()).to_pylist()
    told = zip(rows["path"].to_pylist(), rows["length"].to_pylist(), times, strict=True)
    return [LogFile(path, size, None, f"changed {time_us}") for path, size, time_us in told]


def address_of(path: str) -> str:
    """A path that Spark listed, so that it means itself and no pattern."""
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in path)


def _is_meant(path: str, url: str) -> bool:
    """Whether a file is a log, or was named itself."""
    name = PurePosixPath(path).name
    return not is_no_log(name) or name == PurePosixPath(url).name
