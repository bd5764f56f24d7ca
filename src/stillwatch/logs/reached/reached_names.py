"""Logs that nobody but Spark reaches: by URL, and tables by Spark's own connectors.

>>> [is_reached(name) for name in ("s3a://logs/day=1/", "table:lake.api.calls", "delta:abfss://c@a/calls@7", "a.jsonl")]
[True, True, True, False]
>>> [table_of("table:lake.api.calls@9"), table_of("delta:s3a://lake/calls"), table_of("s3a://logs/")]
[TableName(kind='table', place='lake.api.calls', version='9'), TableName(kind='delta', place='s3a://lake/calls', \
version=''), None]
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from stillwatch.core.errors import SettingsError

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PASSWORD: Final = re.compile(r"(?:delta:)?[A-Za-z][A-Za-z0-9+.-]*://[^/@:]*:[^/@]*@")
_LOCAL_DELTA: Final = "delta:file://"
"""Read by our own reader, as its path is."""


class TableName(NamedTuple):
    kind: str
    """`table`: a name in one of Spark's catalogs; `delta`: a URL."""
    place: str
    version: str
    """A version or snapshot; "" = as the table is now."""

    @property
    def log_name(self) -> str:
        """What the store calls it, at whatever version."""
        return f"{self.kind}:{self.place}"

    def __str__(self) -> str:
        """As the operator wrote it."""
        return f"{self.log_name}@{self.version}" if self.version else self.log_name


def is_reached(name: str) -> bool:
    """Whether a log is named so that Spark is needed to read it."""
    return bool(_URL.match(name)) or table_of(name) is not None


def table_of(name: str) -> TableName | None:
    """The table that is meant; None where files are.

    Raises:
        SettingsError: The version is no number.
    """
    if _PASSWORD.match(name):
        where = name.partition("//")[0] + "//…"
        mend = "give it in Spark's settings, such as spark.hadoop.fs.ftp.password.HOST"
        raise SettingsError("names of logs stand in the store: no password may be in one", where=where, mend=mend)
    kind, _, rest = name.partition(":")
    if not (kind == "table" or (kind == "delta" and _URL.match(rest) and not name.startswith(_LOCAL_DELTA))):
        return None
    place, sign, version = rest.rpartition("@")
    if not sign or "/" in version:  # abfss://container@account/table
        place, version = rest, ""
    elif not version.isdecimal():
        raise SettingsError(f"{version!r} is no version", where=name, mend="write a number after @, or leave it out")
    if not place:
        raise SettingsError("no table is named", where=name, mend="write table:CATALOG.SCHEMA.NAME")
    return TableName(kind, place, version)
