"""Commit to the records of one block of a log; whichever process reads it.

    FOLDER/blocks/1a2b….secret    makes the salts of its records; readable for its owner alone
    FOLDER/blocks/1a2b….leaves    32 bytes a record

A block is named by the digest of its bytes, so that the same block of a file that has grown is committed to once. The
secret is there before the leaves, which follow from it: a process that is killed, or two that commit to the same block
at a time, leave nothing behind that differs.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.evidence.commitment import SECRET_BYTES, committed
from stillwatch.logs.containers import Container
from stillwatch.logs.limits import Limits
from stillwatch.logs.parquet_rows import parquet_batches, plain_rows
from stillwatch.logs.rejects import RejectLog
from stillwatch.service.secret_files import read_secret, write_secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.logs.file_blocks import Block

BLOCKS: Final = "blocks"
LINES: Final = "line"
ROWS: Final = "row of Parquet as JSON, keys sorted"
_WHOLE: Final = "seal a file that can be read to its end"


class Records(NamedTuple):
    form: str
    """What the bytes of a record are."""
    records: list[bytes]


def commit_block(folder: Path, block: Block) -> None:
    """Commit to the records of a block, unless that was done.

    Raises:
        InputError: A row cannot be written as text.
        OSError: The disk is full.
    """
    leaves = leaves_path(folder, block.digest)
    if leaves.exists():
        return
    leaves.parent.mkdir(parents=True, exist_ok=True)
    _write(leaves, committed(_secret_for(folder, block.digest), records_of(block).records))


def leaves_path(folder: Path, digest: str) -> Path:
    return folder / BLOCKS / f"{digest}.leaves"


def secret_path(folder: Path, digest: str) -> Path:
    return folder / BLOCKS / f"{digest}.secret"


def secret_of(folder: Path, digest: str) -> bytes:
    """What makes the salts of a block.

    Raises:
        SettingsError: It was destroyed, or others may read it.
    """
    path = secret_path(folder, digest)
    if not path.exists():
        raise SettingsError("its secret was destroyed", where=str(path), mend="no record of it can be shown any more")
    return read_secret(path)


def records_of(block: Block) -> Records:
    """The records of a block, in order; empty lines are none.

    Raises:
        InputError: A row of Parquet cannot be written as text.
    """
    if block.container is Container.PARQUET:
        return Records(ROWS, list(_rows(block)))
    if b"\r" in block.data:
        return Records(LINES, [line for one in block.data.split(b"\n") if (line := one.rstrip(b"\r"))])
    return Records(LINES, [line for line in block.data.split(b"\n") if line])


def _rows(block: Block) -> Iterator[bytes]:
    rejects = RejectLog()
    for batch in parquet_batches(block, Limits(), rejects):
        for offset, row in plain_rows(batch):
            if row is None:
                raise InputError(f"a row that is no Unicode, at {offset}", where=str(block.path), mend=_WHOLE)
            yield orjson.dumps(row, default=str, option=orjson.OPT_SORT_KEYS)
    if rejects.rejects().counts:
        raise InputError("its rows cannot be read to their end", where=str(block.path), mend=_WHOLE)


def _secret_for(folder: Path, digest: str) -> bytes:
    """The secret of a block: that of whoever came first; one that a crash cut short made no leaves yet."""
    path = secret_path(folder, digest)
    if path.exists() and path.stat().st_size != SECRET_BYTES:
        path.unlink()
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        write_secret(fresh, secrets.token_bytes(SECRET_BYTES))
        try:
            os.link(fresh, path)  # takes the name only where nobody has it
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return read_secret(path)


def _write(path: Path, contents: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
