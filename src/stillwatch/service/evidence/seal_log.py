"""Seal a log file: commit to each of its records, and note the commitment, so that any one can later be proved alone.

    FOLDER/batches/1a2b….json      what was noted: the file's digest, how many records, the root over them
    FOLDER/batches/1a2b….leaves    32 bytes a record
    FOLDER/batches/1a2b….secret    makes the salts; readable for its owner alone

A record is a line of the file as it stands there (without its end), after decompression; of Parquet a row as JSON with
sorted keys. Records are shown out of the same file later, so keep it: what is kept here says nothing. Destroy the
secret, and no record can be shown any more, while the log can still be checked.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.commitment import SECRET_BYTES, CommittedBatch, Opening, committed, salt_of
from stillwatch.evidence.leaf_entry import digest_of, digest_of_file, entry_of
from stillwatch.evidence.proof_file import write_proof
from stillwatch.evidence.record_proof import RecordProof, batch_statement
from stillwatch.logs.containers import Container
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.limits import Limits
from stillwatch.logs.parquet_rows import parquet_batches, plain_rows
from stillwatch.logs.rejects import RejectLog
from stillwatch.service.secret_files import read_secret, write_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from stillwatch.logs.file_blocks import Block
    from stillwatch.service.evidence.evidence_log import EvidenceLog

_BATCHES: Final = "batches"
_LINES: Final = "line"
_ROWS: Final = "row of Parquet as JSON, keys sorted"
_EVERY: Final = 10_000
_WHOLE: Final = "seal a file that can be read to its end"


class SealedLog(NamedTuple):
    statement: dict[str, Any]
    leaf: int
    """Its number in the transparency log."""


def seal_log(
    path: Path, log: EvidenceLog, *, at: datetime, progress: Callable[[int, int], None] = lambda *_: None
) -> SealedLog:
    """Commit to each record of a file; a file that is sealed already is left as it is.

    Args:
        path: Any log that can be read, compressed or not.
        log: Notes the commitment.
        at: Now.
        progress: Told of the records that are done, and 0: nobody knows how many there are.

    Raises:
        InputError: The file cannot be read to its end.
    """
    digest = digest_of_file(path)
    for known in _statements(log.folder / _BATCHES):
        if known["file_sha256"] == digest:
            return SealedLog(known, log.find(digest_of(known))[0])
    secret = secrets.token_bytes(SECRET_BYTES)
    leaves = bytearray()
    number = -1
    form = _LINES
    for number, (form, record) in enumerate(_records(path)):  # noqa: B007  # the last of both is needed
        leaves += committed(secret, number, record)
        if number % _EVERY == 0:
            progress(number, 0)
    if number < 0:
        raise InputError("there is nothing in it to seal", where=str(path), mend="name another file")
    batch = CommittedBatch(bytes(leaves))
    statement = batch_statement(file_sha256=digest, records=batch.size, root=batch.root, form=form)
    folder = log.folder / _BATCHES
    folder.mkdir(exist_ok=True)
    write_secret(folder / f"{digest}.secret", secret)
    (folder / f"{digest}.leaves").write_bytes(batch.leaves)
    leaf = Leaf(kind=LeafKind.BATCH, sha256=digest_of(statement), noted_at=at)
    noted = log.note([leaf])[0]
    (folder / f"{digest}.json").write_text(json.dumps(statement, indent=2) + "\n", "utf-8")
    return SealedLog(statement, noted)


def prove_record(path: Path, number: int, log: EvidenceLog) -> RecordProof:
    """Show one record of a sealed file.

    Args:
        path: The file, as it was when it was sealed.
        number: The record's, from 0; of a file of lines the number of the line, less one.
        log: Where its seal was noted.

    Raises:
        InputError: The file was not sealed, or was changed since, or has no such record.
        SettingsError: The batch's secret was destroyed.
    """
    digest = digest_of_file(path)
    base = log.folder / _BATCHES / digest
    if not base.with_suffix(".json").exists():
        mend = "name it as it was when it was sealed, see: stillwatch log seal"
        raise InputError("this file was not sealed, or was changed since", where=str(path), mend=mend)
    statement = json.loads(base.with_suffix(".json").read_text("utf-8"))
    record = next((one for at, (_, one) in enumerate(_records(path)) if at == number), None)
    if record is None:
        raise InputError(f"there is no record {number}", where=str(path), mend=f"it has {statement['records']:,}")
    if not base.with_suffix(".secret").exists():
        raise SettingsError("its secret was destroyed", where=str(base), mend="no record of it can be shown any more")
    secret = read_secret(base.with_suffix(".secret"))
    batch = CommittedBatch(base.with_suffix(".leaves").read_bytes())
    opening = Opening(number, salt_of(secret, number), record, tuple(batch.path(number)))
    leaf = log.find(digest_of(statement))[0]
    proof = log.prove(leaf)._replace(extra=entry_of(log.leaf(leaf)))
    return RecordProof(opening, statement, write_proof(proof))


def _statements(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.json")):
        yield json.loads(path.read_text("utf-8"))


def _records(path: Path) -> Iterator[tuple[str, bytes]]:
    """(form, bytes) of each record."""
    for block in open_blocks(path):
        if block.fault:
            raise InputError(f"it cannot be read to its end: {block.fault}", where=str(path), mend=_WHOLE)
        if block.container is Container.PARQUET:
            yield from _rows(block)
        else:
            for line in block.data.split(b"\n"):
                if line := line.rstrip(b"\r"):
                    yield _LINES, line


def _rows(block: Block) -> Iterator[tuple[str, bytes]]:
    rejects = RejectLog()
    for batch in parquet_batches(block, Limits(), rejects):
        for offset, row in plain_rows(batch):
            if row is None:
                raise InputError(f"a row that is no Unicode, at {offset}", where=str(block.path), mend=_WHOLE)
            yield _ROWS, orjson.dumps(row, default=str, option=orjson.OPT_SORT_KEYS)
    if rejects.rejects().counts:
        raise InputError("its rows cannot be read to their end", where=str(block.path), mend=_WHOLE)
