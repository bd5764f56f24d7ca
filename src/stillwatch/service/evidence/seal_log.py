"""Seal a log file: commit to each of its records, and note the commitment, so that any one can later be proved alone.

A record is a line of the file as it stands there (without its end), after decompression; of Parquet a row as JSON with
sorted keys. Records are shown out of the same file later, so keep it: what is kept here says nothing of them, see
`service.evidence.seal_files`. Destroy the secrets, and no record can be shown any more, while the log can still be
checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.commitment import check_opening
from stillwatch.evidence.leaf_entry import digest_of, digest_of_file, entry_of
from stillwatch.evidence.proof_file import write_proof
from stillwatch.evidence.record_proof import RecordProof
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.service.evidence.notebook import Statement
from stillwatch.service.evidence.seal_files import FileSeals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.service.evidence.evidence_log import EvidenceLog
    from stillwatch.service.evidence.notebook import Notebook

_BATCHES: Final = "batches"


class SealedLog(NamedTuple):
    statement: dict[str, Any]
    leaf: int
    """Its number in the transparency log."""


def seals_of(log: EvidenceLog) -> FileSeals:
    """The sealed files of a log."""
    return FileSeals(log.folder / _BATCHES)


def seal_log(path: Path, book: Notebook, *, progress: Callable[[int, int], None] = lambda *_: None) -> SealedLog:
    """Commit to each record of a file; a file that is sealed already is left as it is.

    Args:
        path: Any log that can be read, compressed or not.
        book: Notes the commitment.
        progress: Told of the bytes that are done, and 0: nobody knows how many there are.

    Raises:
        InputError: The file cannot be read to its end, or there is nothing in it.
    """
    digest = digest_of_file(path)
    seals = seals_of(book.log)
    if not seals.wants(digest) and (known := seals.statement(digest)) is not None:
        return SealedLog(known, book.log.find(digest_of(known))[0])
    done = 0
    for block in open_blocks(path):
        if block.fault:
            mend = "seal a file that can be read to its end"
            raise InputError(f"it cannot be read to its end: {block.fault}", where=str(path), mend=mend)
        if (commit := seals.saw(digest, block)) is not None:
            commit(block)
        done += len(block.data)
        progress(done, 0)
    statement = seals.state(digest) if seals.seen() else None
    if statement is None:
        raise InputError("there is nothing in it to seal", where=str(path), mend="name another file")
    return SealedLog(statement, note_seal(statement, seals, book))


def note_seal(statement: dict[str, Any], seals: FileSeals, book: Notebook) -> int:
    """Note what was committed to; give the number of the leaf."""
    (leaf,) = book.note([Statement(kind=LeafKind.BATCH, body=statement)])
    seals.close(statement)
    return leaf


def prove_record(path: Path, number: int, log: EvidenceLog) -> RecordProof:
    """Show one record of a sealed file.

    Args:
        path: The file, as it was when it was sealed.
        number: The record's, from 0; of a file of lines the number of the line, less one, empty ones left out.
        log: Where its seal was noted.

    Raises:
        InputError: The file was not sealed, or was changed since, or has no such record.
        SettingsError: The batch's secret was destroyed.
        VerificationError: What is kept of the seal is not what was noted.
    """
    digest = digest_of_file(path)
    seals = seals_of(log)
    statement = seals.statement(digest)
    if statement is None:
        mend = "name it as it was when it was sealed, see: stillwatch log seal"
        raise InputError("this file was not sealed, or was changed since", where=str(path), mend=mend)
    opening = seals.open(digest, number, open_blocks(path))
    if opening is None:
        raise InputError(f"there is no record {number}", where=str(path), mend=f"it has {statement['records']:,}")
    check_opening(opening, statement["records"], bytes.fromhex(statement["root"]))
    leaf = log.find(digest_of(statement))[0]
    proof = log.prove(leaf)._replace(extra=entry_of(log.leaf(leaf)))
    return RecordProof(opening, statement, write_proof(proof))
