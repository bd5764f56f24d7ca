"""The answer to an export query as blocks of a log.

Each block is a Parquet file in a folder of the store's, so that workers read it as they read any log: by column where
the format has a fast path. It lies there until it was read, so the disk holds a few blocks, never the whole answer.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq

from stillwatch.core.errors import InputError
from stillwatch.logs.databases.cut_rows import CutLimits, cut_rows
from stillwatch.logs.databases.open_database import open_database
from stillwatch.logs.databases.plain_columns import plain_columns
from stillwatch.logs.file_blocks import Block, input_digest, open_blocks
from stillwatch.logs.reading import Reading, formats_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from stillwatch.logs.databases.address import Address, Credentials
    from stillwatch.logs.databases.bounds import Bounds

_HEAD_BLOCKS: Final = 2
_NAMES_SHOWN: Final = 12


class Export:
    """An export that is being read; `blocks` can be taken once. Deleting a block's file is the taker's."""

    def __init__(self, name: str, bounds: Bounds | None, blocks: Iterator[Block]) -> None:
        self.name = name
        """Of the database and the query."""
        self.bounds = bounds
        """The span of time that it was asked for; None = whatever the query says."""
        self._blocks = blocks
        self.head = tuple(islice(blocks, _HEAD_BLOCKS))
        """The first blocks, to look at before."""
        self._digest = hashlib.sha256()
        self.size_bytes = 0
        """Of the blocks so far, unpacked."""

    @property
    def is_small(self) -> bool:
        """Whether one block holds all of it."""
        return len(self.head) < _HEAD_BLOCKS

    @property
    def sha256(self) -> str:
        """Digest of the blocks so far."""
        return self._digest.hexdigest()

    def blocks(self) -> Iterator[Block]:
        """All blocks, in order."""
        for block in chain(self.head, self._blocks):
            self._digest.update(input_digest(block.path).encode())
            self.size_bytes += block.path.stat().st_size
            yield block

    def formats(self, reading: Reading) -> tuple[str, ...]:
        """Names of the formats that it is read with; none where it has no row.

        Raises:
            InputError: No format knows its columns, or the mapping reads the time from one that is not among them.
        """
        if not self.head:
            return ()
        path = self.head[0].path
        names = pq.read_schema(path).names
        _check_mapping(reading, names, self.name)
        try:
            return formats_of(path, reading)
        except InputError as error:
            mend = (
                "name columns in the query as docs/reference/exchange-fields.md does (started_at, account_id, "
                "prompt_text, …), give all columns of a table that a gateway wrote, or pass --mapping FILE"
            )
            raise InputError(f"{error.what} has the columns {_listed(names)}", where=self.name, mend=mend) from error


@contextmanager
def open_export(  # noqa: PLR0913, PLR0917  # what is asked, of whom, as whom, and what it is called
    address: Address,
    query: str,
    bounds: Bounds | None,
    credentials: Credentials,
    name: str,
    folder: Path,
    limits: CutLimits | None = None,
) -> Iterator[Export]:
    """Ask a database; blocks lie in `folder` until they were read. Raises as `open_database`."""
    with open_database(address, query, bounds, credentials, name) as batches:
        plain = (plain_columns(batch, name) for batch in batches)
        yield Export(name, bounds, export_blocks(plain, folder, limits or CutLimits()))


def export_blocks(batches: Iterable[pa.RecordBatch], folder: Path, limits: CutLimits) -> Iterator[Block]:
    """Rows as blocks, each of which is a Parquet file in the folder."""
    first_row = 1
    for index, piece in enumerate(cut_rows(batches, limits)):
        path = folder / f"{index}.parquet"
        pq.write_table(piece, path, row_group_size=piece.num_rows, compression="none", use_dictionary=False)
        [block] = open_blocks(path)
        yield replace(block, index=index, first_line=first_row)
        first_row += piece.num_rows


def _check_mapping(reading: Reading, names: list[str], name: str) -> None:
    source, given = reading.mapping.columns["started_at"] if reading.mapping else None, set(names)
    if (
        source is None
        or source.constant is not None
        or any(given.intersection((path.path, path.top)) for path in source.paths)
    ):
        return
    wanted = " or ".join(repr(path.top) for path in source.paths)
    what = f"the mapping reads started_at from {wanted}; the query gives the columns {_listed(names)}"
    raise InputError(what, where=name, mend="add the column to the query, or mend the mapping")


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
