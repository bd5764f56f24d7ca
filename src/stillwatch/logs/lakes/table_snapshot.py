"""A table as its own log says that it is: which files hold its rows, at one version."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class TableSnapshot(NamedTuple):
    location: Path
    """The folder below which all of its files lie."""
    version: str
    files: frozenset[Path]
    """Parquet files, each written once and never changed under its name."""
