"""A log format and a log file, as somebody who wants to read a log asks about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_FILES: Final = 20
"""Of a folder, so many files are explained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatInfo:
    name: str
    """What `--format` takes."""
    title: str
    account_hint: str
    """How to get an account out of this format where it has none by itself; empty where it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What one file is, judged by its first records."""

    path: str
    size_bytes: int
    container: str
    """How records lie in the file: JSON Lines, an array, CSV, Parquet; empty when the file is no log."""
    formats: tuple[str, ...]
    """Formats whose marker the records carry; several where a file mixes them, none where it is unknown."""
    records: int
    """Records looked at."""
    unmatched: int
    """Of these, records that no format knows."""
    exchanges: int
    """Exchanges, or pieces of exchanges, that were read from them; the shares below are of these."""
    is_pieces: bool
    """Whether an exchange comes together from several records, so that no single record fills all columns."""
    columns: dict[str, float]
    """Column of the canonical exchange → share of these exchanges that fill it, 0..1, without columns nobody fills."""
    evidence: dict[str, tuple[str, ...]]
    """Family of evidence → the filled columns that feed it; a family without any is not supported by this file."""
    rejects: dict[str, int]
    """Reasons for which records could not be read, with counts."""
    mapping: str
    """For an unknown file, a mapping to start from, as TOML."""
    problem: str
    """Why the file cannot be read as it is; empty when it can."""
