"""Some columns of the exchanges of logs, row by row, as they stand in the files: nothing is sketched, stored or sorted.

found = ExchangeRows(paths, Reading(), ("record_id", "reply_text"), spill=Path("/tmp/x"), progress=quiet)
for row in found.rows(): ...
found.rejected, found.faults      # once the rows were taken
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.joiner import Joiner
from stillwatch.logs.parse import parse_block
from stillwatch.logs.reading import formats_of
from stillwatch.logs.shelf import formats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from stillwatch.logs.ingest import Progress
    from stillwatch.logs.reading import Reading


class ExchangeRows:
    """The exchanges of some files; take `rows` once."""

    def __init__(
        self, paths: Sequence[Path], reading: Reading, columns: Sequence[str], *, spill: Path, progress: Progress
    ) -> None:
        self._paths, self._reading, self._columns = paths, reading, tuple(columns)
        self._spill, self._progress = spill, progress
        self.rejected = 0
        """Lines that hold no exchange."""
        self.faults: tuple[str, ...] = ()
        """What could not be read to its end."""

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The columns of each exchange; None where it has no value.

        Raises:
            InputError: A file cannot be read, or its format is not clear.
        """
        total, done = sum(path.stat().st_size for path in self._paths), 0
        wanted = frozenset(self._columns)
        with Joiner(formats(), self._spill) as joiner:
            for path in self._paths:
                names = formats_of(path, self._reading)
                for block in open_blocks(path):
                    self._progress("reading", done, total)
                    parsed = parse_block(block, names, self._reading.mapping, wanted=wanted)
                    for batch in parsed.batches:
                        yield from self._taken(batch)
                    joiner.add(parsed.parts)
                    self.rejected += sum(parsed.rejects.counts.values())
                    self.faults += (parsed.fault,) if parsed.fault else ()
                    done += len(block.data)
            for batch in joiner.batches():
                yield from self._taken(batch)
            self.rejected += sum(joiner.rejects.counts.values())
        self._progress("reading", total, total)

    def _taken(self, batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
        return zip(*(batch.column(name).to_pylist() for name in self._columns), strict=True)
