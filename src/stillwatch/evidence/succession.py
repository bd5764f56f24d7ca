r"""One log ends and another goes on where it ended: what each of them says of the other, and the check of both.

>>> from stillwatch.evidence.checkpoint import Checkpoint
>>> head = Checkpoint("log.example/2026", 7, bytes(32))
>>> said = Succession(SuccessionEvent.CONTINUES, "log.example/2027", "log.example/2026", head=head)
>>> said.plain()["size"], read_succession(said.plain()) == said
('7', True)

The last leaf of a log names its successor and the successor's keys; the first leaf of the successor names the head of
the log that ended, that last leaf included. So whoever was given the keys of the first of a row of logs can follow the
row, and nobody can put a log between two of them, or leave the end of one away.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Any, Final, NamedTuple

import rfc8785

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.leaf_entry import read_entry
from stillwatch.evidence.proof_file import LogPolicy, LogProof, check_proof, read_proof, write_proof
from stillwatch.evidence.signed_note import Verifier, read_verifier

_SCHEMA: Final = "stillwatch.succession/1"
_FILE_SCHEMA: Final = "stillwatch.succession-file/1"
_MEND: Final = "ask whoever keeps the log for it again"


class SuccessionEvent(StrEnum):
    ENDS = "ends"
    CONTINUES = "continues"


class Succession(NamedTuple):
    """What a log says of the one after it, or before it."""

    event: SuccessionEvent
    origin: str
    """Of the log that says so."""
    other: str
    keys: tuple[Verifier, ...] = ()
    """Of the successor, where a log ends."""
    head: Checkpoint | None = None
    """Of the log that ended, where one goes on."""

    def plain(self) -> dict[str, str]:
        """As JSON has it, all of it text."""
        return {
            "schema": _SCHEMA,
            "event": self.event.value,
            "origin": self.origin,
            "other": self.other,
            "keys": "\n".join(str(one) for one in self.keys),
            "size": "" if self.head is None else str(self.head.size),
            "root": "" if self.head is None else self.head.root.hex(),
        }

    @property
    def sha256(self) -> str:
        """What the leaf bears, hex."""
        return hashlib.sha256(rfc8785.dumps(self.plain())).hexdigest()


class ProvedSuccession(NamedTuple):
    """The two leaves, each with its proof; the leaf's bytes are the proof's extra data."""

    ends: Succession
    end_proof: LogProof
    continues: Succession
    start_proof: LogProof


def read_succession(read: dict[str, Any], where: str = "") -> Succession:
    """A statement from its JSON.

    Raises:
        InputError: It is none.
    """
    try:
        keys = tuple(read_verifier(one, where) for one in read["keys"].split("\n") if one)
        head = Checkpoint(read["other"], int(read["size"]), bytes.fromhex(read["root"])) if read["size"] else None
        found = Succession(SuccessionEvent(read["event"]), read["origin"], read["other"], keys, head)
        is_same = found.plain() == read
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"no statement about a log's end: {error}", where=where, mend=_MEND) from error
    if not is_same:
        raise InputError("a statement about a log's end that is not written as one", where=where, mend=_MEND)
    return found


def write_succession_file(proved: ProvedSuccession) -> bytes:
    """Both statements with their proofs, in canonical form, for readers of either log."""
    written: bytes = rfc8785.dumps(
        {
            "schema": _FILE_SCHEMA,
            "ends": proved.ends.plain(),
            "end_proof": write_proof(proved.end_proof).decode(),
            "continues": proved.continues.plain(),
            "start_proof": write_proof(proved.start_proof).decode(),
        }
    )
    return written


def read_succession_file(data: bytes, where: str = "") -> ProvedSuccession:
    """Read the file; checks nothing but its form.

    Raises:
        InputError: It is none.
    """
    try:
        read = json.loads(data)
        if read["schema"] != _FILE_SCHEMA:
            raise InputError("no succession of logs of this version", where=where, mend=_MEND)
        found = ProvedSuccession(
            read_succession(read["ends"], where),
            read_proof(read["end_proof"].encode(), where),
            read_succession(read["continues"], where),
            read_proof(read["start_proof"].encode(), where),
        )
        is_canonical = write_succession_file(found) == data
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(f"no succession of logs: {error}", where=where, mend=_MEND) from error
    if not is_canonical:
        raise InputError("a succession of logs that is not in canonical form", where=where, mend=_MEND)
    return found


def check_succession(proved: ProvedSuccession, policy: LogPolicy, where: str = "") -> LogPolicy:
    """Follow a log to its successor.

    Args:
        proved: What both logs say.
        policy: What the reader asks of the log that ended.
        where: For errors.

    Returns:
        The same for its successor, whose keys the log that ended has named.

    Raises:
        InputError: A checkpoint in it is none.
        VerificationError: One of the two does not say so, or not as its last or first word.
    """
    ends, continues = proved.ends, proved.continues
    head = _said(ends, proved.end_proof, policy, where)
    if ends.event is not SuccessionEvent.ENDS or proved.end_proof.leaf != head.size - 1:
        raise VerificationError(f"{ends.origin} does not end with naming its successor", where=where, mend=_MEND)
    if not ends.keys or any(key.name != ends.other for key in ends.keys):
        raise VerificationError("a successor without keys of its own", where=where, mend=_MEND)
    after = LogPolicy(origin=ends.other, log_keys=ends.keys, witnesses=policy.witnesses, quorum=policy.quorum)
    _said(continues, proved.start_proof, after, where)
    if continues.event is not SuccessionEvent.CONTINUES or proved.start_proof.leaf != 0 or continues.head is None:
        raise VerificationError(
            f"{continues.origin} does not begin with naming what it follows", where=where, mend=_MEND
        )
    if (continues.other, continues.head.size, continues.head.root) != (ends.origin, head.size, head.root):
        raise VerificationError(f"{continues.origin} follows another head of the log", where=where, mend=_MEND)
    return after


def _said(said: Succession, proof: LogProof, policy: LogPolicy, where: str) -> Checkpoint:
    """The checkpoint under which a log says so."""
    leaf = read_entry(proof.extra)
    if leaf.kind is not LeafKind.SUCCESSION or leaf.sha256 != said.sha256 or said.origin != policy.origin:
        raise VerificationError("the leaf is not of what is said of the log's end", where=where, mend=_MEND)
    return check_proof(proof.extra, proof, policy, where).checkpoint
