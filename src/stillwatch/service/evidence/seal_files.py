"""Log files whose records are committed to: which blocks they have, and the statement that is noted of each.

    FOLDER/1a2b….blocks    the digests of its blocks, in order
    FOLDER/1a2b….json      what was noted: the file's digest, how many records, the root over them

A file is named by the SHA-256 of its bytes as they lie there, compressed or not. It is sealed once its `.json` is
there, which is written after the statement was noted.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.evidence.commitment import CommittedBatch, Opening, salt_of
from stillwatch.evidence.merkle_tree import HASH_BYTES
from stillwatch.evidence.record_proof import batch_statement
from stillwatch.logs.containers import Container
from stillwatch.service.evidence.seal_blocks import (
    LINES,
    ROWS,
    commit_block,
    leaves_path,
    records_of,
    secret_of,
    secret_path,
)
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from stillwatch.logs.file_blocks import Block

_MEND: Final = "seal the file again: stillwatch log seal"


class _Seen(NamedTuple):
    form: str
    blocks: list[str]


class FileSeals:
    """The seals in a folder. Told of each block of a file, in order, it knows the file (see `logs.ingest.Sealing`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[str, _Seen] = {}

    def wants(self, sha256: str) -> bool:
        """Whether the file was not sealed yet; forgets what was seen of it before."""
        self._seen.pop(sha256, None)
        return not self._statement_path(sha256).exists()

    def saw(self, sha256: str, block: Block) -> Callable[[Block], None] | None:
        """Take note of a block; give what a worker is to do with it, None where nothing is left to do."""
        form = ROWS if block.container is Container.PARQUET else LINES
        self._seen.setdefault(sha256, _Seen(form, [])).blocks.append(block.digest)
        return None if leaves_path(self.folder, block.digest).exists() else partial(commit_block, self.folder)

    def seen(self) -> tuple[str, ...]:
        """Files of which blocks were seen."""
        return tuple(self._seen)

    def state(self, sha256: str) -> dict[str, Any] | None:
        """The statement about a file, all blocks of which were seen and committed to; None = it has no record.

        Raises:
            InputError: The commitment of a block is gone.
        """
        form, blocks = self._seen[sha256]
        batch = self._batch(blocks)
        if not batch.size:
            return None
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / f"{sha256}.blocks", "".join(f"{one}\n" for one in blocks).encode())
        return batch_statement(file_sha256=sha256, records=batch.size, root=batch.root, form=form)

    def close(self, statement: dict[str, Any]) -> None:
        """The file is sealed: its statement was noted."""
        self._seen.pop(statement["file_sha256"], None)
        write_whole(self._statement_path(statement["file_sha256"]), json.dumps(statement, indent=2).encode() + b"\n")

    def statement(self, sha256: str) -> dict[str, Any] | None:
        """What was noted of a file; None = it was not sealed."""
        path = self._statement_path(sha256)
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def blocks(self, sha256: str) -> list[str]:
        """The digests of a sealed file's blocks, in order.

        Raises:
            InputError: The file was not sealed.
        """
        try:
            return (self.folder / f"{sha256}.blocks").read_text("utf-8").split()
        except FileNotFoundError as error:
            mend = "name it as it was when it was sealed"
            raise InputError("no file of this digest was sealed", where=sha256, mend=mend) from error

    def leaves(self, sha256: str) -> bytes | memoryview:
        """The commitments to the records of a sealed file, 32 bytes each: they say nothing of any record.

        Raises:
            InputError: The commitment of a block is gone.
        """
        return self._batch(self.blocks(sha256)).leaves

    def open(self, sha256: str, number: int, blocks: Iterable[Block]) -> Opening | None:
        """Show one record; None where there is none of that number.

        Args:
            sha256: Of the file.
            number: The record's in it, from 0.
            blocks: Of the file, anew.

        Raises:
            InputError: The commitment of a block is gone.
            SettingsError: The secret of its block was destroyed.
        """
        names = self.blocks(sha256)
        batch = self._batch(names)
        before = 0
        for name, block in zip(names, blocks, strict=True):
            count = leaves_path(self.folder, name).stat().st_size // HASH_BYTES
            if number < before + count:
                record = records_of(block).records[number - before]
                salt = salt_of(secret_of(self.folder, name), number - before)
                return Opening(number, salt, record, tuple(batch.path(number)))
            before += count
        return None

    def destroy(self, sha256: str) -> int:
        """Destroy the secrets of a file's blocks: no record of it can be shown any more; give how many there were.

        A block that stands in another sealed file too can no longer be shown out of that either.
        """
        paths = [secret_path(self.folder, name) for name in dict.fromkeys(self.blocks(sha256))]
        found = [path for path in paths if path.exists()]
        for path in found:
            path.write_bytes(bytes(path.stat().st_size))
            path.unlink()
        return len(found)

    def _statement_path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.json"

    def _batch(self, blocks: Iterable[str]) -> CommittedBatch:
        try:
            return CommittedBatch(b"".join([leaves_path(self.folder, one).read_bytes() for one in blocks]))
        except FileNotFoundError as error:
            raise InputError("a commitment is gone", where=str(error.filename), mend=_MEND) from error
