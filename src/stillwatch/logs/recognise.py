"""Tell from its first records which formats a file holds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.logs.containers import Container
from stillwatch.logs.entries import entries
from stillwatch.logs.file_blocks import MAX_RECORD_BYTES, open_blocks
from stillwatch.logs.limits import Limits
from stillwatch.logs.propose_mapping import propose_mapping
from stillwatch.logs.rejects import RejectLog
from stillwatch.logs.shelf import formats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from stillwatch.logs.format import Format, Record

_RECORDS_TRIED: Final = 50
_BLOCK_BYTES: Final = 1 << 18
_MATCHES_RAISE: Final = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    container: Container
    formats: tuple[str, ...]
    """Names to hand to `parse_block`, in the order of the shelf; several where a file mixes them; empty = unknown."""
    records: int
    """Records that were looked at; 0 = the file holds none that can be read."""
    unmatched: int
    """Of these, records that no format knows."""
    proposal: str = ""
    """Where no format is known: a mapping file to start from, as TOML."""


def recognise_file(path: Path, *, max_record_bytes: int = MAX_RECORD_BYTES) -> Recognised:
    """Look at the first records of a file.

    Raises:
        InputError: Two formats know the same record, so the operator must say which; or the file is no log at all.
    """
    return recognise_with(path, formats(), max_record_bytes=max_record_bytes)


def recognise_with(path: Path, shelf: Sequence[Format], *, max_record_bytes: int = MAX_RECORD_BYTES) -> Recognised:
    """As `recognise_file`, with the formats at hand."""
    container, records = _first_records(path, max_record_bytes)
    found: set[str] = set()
    unmatched = 0
    for number, record in records:
        names = [declared.name for declared in shelf if _is_match(declared, record)]
        if len(names) > 1:
            what = f"record {number} fits several formats: {', '.join(names)}"
            raise InputError(what, where=str(path), mend=f"name one, such as --format {names[0]}")
        found.update(names)
        unmatched += not names
    return Recognised(
        container=container,
        formats=tuple(declared.name for declared in shelf if declared.name in found),
        records=len(records),
        unmatched=unmatched,
        proposal="" if found or not records else propose_mapping([record for _, record in records]),
    )


def first_records(path: Path, *, max_record_bytes: int = MAX_RECORD_BYTES) -> list[Record]:
    """The first records of a file, as many as recognition looks at."""
    return [record for _, record in _first_records(path, max_record_bytes)[1]]


def _first_records(path: Path, max_record_bytes: int) -> tuple[Container, list[tuple[int, Record]]]:
    limits = Limits(max_record_bytes=max_record_bytes, batch_rows=_RECORDS_TRIED)
    blocks = open_blocks(path, block_bytes=_BLOCK_BYTES, max_record_bytes=max_record_bytes)
    container = Container.JSON_LINES

    def numbered() -> Iterator[tuple[int, Record]]:
        nonlocal container
        for block in blocks:
            container = block.container
            for number, _, _, record in entries(block, limits, RejectLog()):
                yield number, record

    records = list(islice(numbered(), _RECORDS_TRIED))
    return container, records


def _is_match(declared: Format, record: Record) -> bool:
    try:
        return declared.matches(record)
    except _MATCHES_RAISE:
        return False  # a marker of a strange type is no marker
