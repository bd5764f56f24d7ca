"""Columns that the folders above a file name, as Spark and Hive lay tables out.

>>> from pathlib import PurePath
>>> folder_columns(PurePath("log/day=2026-03-01/region=eu%20west/part-0.parquet"))
{'day': '2026-03-01', 'region': 'eu west'}
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from pathlib import PurePath

_NO_VALUE: Final = "__HIVE_DEFAULT_PARTITION__"


def column_folders(path: PurePath) -> list[str]:
    """The folders `name=value` right above a file, outermost first."""
    return list(takewhile(lambda name: "=" in name[1:], (parent.name for parent in path.parents)))[::-1]


def folder_columns(path: PurePath) -> dict[str, str | None]:
    """What the folders `name=value` right above a file say of every row in it, outermost first."""
    pairs = (folder.partition("=") for folder in column_folders(path))
    return {unquote(name): None if value == _NO_VALUE else unquote(value) for name, _, value in pairs}
