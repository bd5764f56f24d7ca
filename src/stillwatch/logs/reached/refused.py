"""What Spark says when it does not reach something, in one line for whoever must act."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException

from stillwatch.core.errors import InputError, PeerError, SettingsError, StillwatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

_JARS: Final = "--spark-conf spark.jars.packages=GROUP:ARTIFACT:VERSION, or in spark.jars"
_ERRORS: Final = (
    (
        re.compile(r"No FileSystem for scheme \"?(?P<scheme>[\w.+-]+)|Class (?P<class>\S+) not found"),
        SettingsError,
        f"name the connector of this file system in {_JARS}; Spark may know it by another scheme, as s3a for S3",
    ),
    (
        re.compile(r"DATA_SOURCE_NOT_FOUND|Failed to find (?:the )?data source"),
        SettingsError,
        f"name the connector in {_JARS}, and what it asks for in spark.sql.extensions",
    ),
    (
        re.compile(r"PATH_NOT_FOUND|FILE_NOT_EXIST|FileNotFoundException|DELTA_(?:PATH|TABLE)\w*NOT_\w+"),
        InputError,
        "check the URL; quote patterns, such as 's3a://logs/*/*.jsonl'",
    ),
    (
        re.compile(r"UNSUPPORTED_FEATURE\.TIME_TRAVEL|TIME_TRAVEL|DELTA_VERSION|Cannot find snapshot"),
        InputError,
        "leave @VERSION out, or name one that the table still has",
    ),
    (
        re.compile(r"TABLE_OR_VIEW_NOT_FOUND|SCHEMA_NOT_FOUND|CATALOG_NOT_FOUND|REQUIRES_SINGLE_PART_NAMESPACE"),
        InputError,
        "check the name, and the catalogs that Spark's settings name (spark.sql.catalog.NAME)",
    ),
    (
        re.compile(r"PARSE_SYNTAX_ERROR|INVALID_IDENTIFIER"),
        InputError,
        "write table:CATALOG.SCHEMA.NAME, with `backticks` around a part that is no plain name",
    ),
    (
        re.compile(
            r"AccessControlException|AccessDenied|[Pp]ermission denied|Forbidden|Unauthorized|No .*[Cc]redentials"
        ),
        SettingsError,
        "give Spark's settings credentials for it (spark.hadoop.fs.…), and let them list and read there",
    ),
    (
        re.compile(r"hasn't implemented|UNSUPPORTED_FILE_SYSTEM|Not implemented by"),
        SettingsError,
        "this file system lists no folders: fetch the log, or take it from where it was put there",
    ),
    (
        re.compile(r"UNSUPPORTED_DATA_TYPE|TABLE_COLUMN_ALREADY_EXISTS|COLUMN_ALREADY_EXISTS"),
        InputError,
        "name a view that leaves such columns out, or casts them",
    ),
)
"""What in its words tells who must act, and how."""
_STACK: Final = re.compile(r"\s*(?:at |\.\.\. \d+ more|JVM stacktrace|Driver stacktrace)")
_MOST_LENGTH: Final = 300


@contextmanager
def reaching(where: str) -> Iterator[None]:
    """Whatever Spark cannot do meanwhile is said of `where`, with the mend.

    Raises:
        InputError: There is no such thing, or it cannot be read as a log.
        SettingsError: Spark lacks a connector or credentials.
        PeerError: What it asks does not answer.
    """
    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise refused(error, where) from error


def refused(error: Exception, where: str) -> StillwatchError:
    """The error of whoever must act; where nothing tells who, what Spark asks is to blame."""
    if (known := known_refusal(error, where)) is not None:
        return known
    said = next(iter(_lines(error)), type(error).__name__)
    mend = "see that Spark's driver and executors reach it, and what Spark's own log says"
    return PeerError(f"Spark does not reach it: {_short(said)}", where=where, mend=mend)


def known_refusal(error: Exception, where: str) -> StillwatchError | None:
    """As `refused`, only where Spark's words tell who must act."""
    lines = _lines(error)
    for pattern, kind, mend in _ERRORS:
        if said := next((line for line in lines if pattern.search(line)), ""):
            return kind(_short(said), where=where, mend=mend)
    return None


def _lines(error: Exception) -> list[str]:
    """What Spark says, without where in its code it came to say so."""
    text = str(error.java_exception) if isinstance(error, Py4JJavaError) else str(error)
    return [line.strip() for line in text.splitlines() if line.strip() and not _STACK.match(line)]


def _short(said: str) -> str:
    said = re.sub(r"^(?:\(?(?:[a-z]\w*\.)+\w+(?:\)|:)\s*)+|\s*SQLSTATE: \w+", "", said)
    return said if len(said) <= _MOST_LENGTH else f"{said[: _MOST_LENGTH - 1]}…"
