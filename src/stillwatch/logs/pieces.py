"""A piece of a log: whole records cut out of its stream, and the interface of what cuts them.

The cutters are `LineCutter`, `CsvCutter` and `ListCutter`; feed one the chunks of a file in order, then `end` it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.rejects import Rejects

TOO_LARGE: Final = "record too large"
EXCERPT_BYTES: Final = 200


class Piece(NamedTuple):
    first_line: int
    """Number of the first record's line, or of the record itself in arrays; from 1."""
    data: bytes
    """Whole lines; may be empty when only rejects are left to tell."""
    rejects: Rejects
    fault: str = ""
    """Why the file is known to be incomplete, if it is."""


class CutLimits(NamedTuple):
    log_name: str
    """What rejects and errors call the log."""
    block_bytes: int
    """A piece is cut as soon as it has this many."""
    max_record_bytes: int
    """A longer record is skipped while streaming, and counted as a reject."""


class Cutter(Protocol):
    def feed(self, chunk: bytes) -> Iterator[Piece]: ...

    def end(self) -> Iterator[Piece]: ...
