"""One record of a log, shown with all that a stranger needs to check that it was there: a JSON file.

The file holds the record's bytes, its salt, its way to the root of its batch, the statement about the batch (which
file, how many records, which root), and the proof that the statement's digest stands in the transparency log. Nothing
of any other record is in it but hashes under salts that are not told.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.commitment import Opening, check_opening
from stillwatch.evidence.leaf_entry import digest_of, read_entry
from stillwatch.evidence.proof_file import LogPolicy, check_proof, read_proof

if TYPE_CHECKING:
    from stillwatch.core.leaf import Leaf
    from stillwatch.evidence.proof_file import Witnessed

SCHEMA: Final = "stillwatch.record/1"
BATCH_SCHEMA: Final = "stillwatch.batch/1"
DECISIONS_SCHEMA: Final = "stillwatch.decisions/1"
_SHOWN_OF: Final = frozenset((LeafKind.BATCH, LeafKind.DECISIONS))
_MEND: Final = "ask for the file again"


class RecordProof(NamedTuple):
    opening: Opening
    batch: dict[str, Any]
    """The statement: `schema`, `file_sha256`, `records`, `root` (hex), `form`."""
    log_proof: bytes


class ProvedRecord(NamedTuple):
    leaf: Leaf
    log: Witnessed


def batch_statement(*, file_sha256: str, records: int, root: bytes, form: str) -> dict[str, Any]:
    """What is noted of a batch: `form` says what the bytes of a record are."""
    return {"schema": BATCH_SCHEMA, "file_sha256": file_sha256, "records": records, "root": root.hex(), "form": form}


def decisions_statement(*, records: int, root: bytes, first_at: float, last_at: float, form: str) -> dict[str, Any]:
    """What is noted of denials, together; times in seconds since 1970 UTC."""
    times = {"first_at": first_at, "last_at": last_at}
    return {"schema": DECISIONS_SCHEMA, "records": records, "root": root.hex(), "form": form, **times}


def write_record_proof(proof: RecordProof) -> bytes:
    opening = proof.opening
    document = {
        "schema": SCHEMA,
        "number": opening.number,
        "record": base64.b64encode(opening.record).decode(),
        "salt": opening.salt.hex(),
        "path": [one.hex() for one in opening.path],
        "batch": proof.batch,
        "log_proof": proof.log_proof.decode(),
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def read_record_proof(data: bytes, where: str = "") -> RecordProof:
    """Take the file apart; checks nothing.

    Raises:
        InputError: It is none.
    """
    try:
        read = json.loads(data)
        if read["schema"] != SCHEMA:
            raise InputError(f"of another version, {read['schema']!r}", where=where, mend=_MEND)
        path = tuple(bytes.fromhex(one) for one in read["path"])
        record = base64.b64decode(read["record"], validate=True)
        opening = Opening(int(read["number"]), bytes.fromhex(read["salt"]), record, path)
        return RecordProof(opening, dict(read["batch"]), read["log_proof"].encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"no proof of a record: {error!r}", where=where, mend=_MEND) from error


def check_record_proof(proof: RecordProof, policy: LogPolicy, where: str = "") -> ProvedRecord:
    """Check that the record was in a batch that the log knows of.

    Raises:
        InputError: Something in it is malformed.
        VerificationError: It was not, or the log's policy is not met.
    """
    log_proof = read_proof(proof.log_proof, where)
    found = check_proof(log_proof.extra, log_proof, policy, where)
    leaf = read_entry(log_proof.extra)
    if leaf.kind not in _SHOWN_OF or leaf.sha256 != digest_of(proof.batch):
        raise VerificationError("the log knows another batch than this one", where=where)
    try:
        size, root = int(proof.batch["records"]), bytes.fromhex(proof.batch["root"])
    except (KeyError, ValueError, TypeError) as error:
        raise VerificationError(f"no statement of a batch: {error!r}", where=where) from error
    check_opening(proof.opening, size, root)
    return ProvedRecord(leaf, found)
