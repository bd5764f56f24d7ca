"""Read a record of custody: every line signed by who then held it, each naming the one before, none without its turn.

What one site calls time another may not; a statement that bears an earlier time than the one before is remarked on and
does not break the record. That the last lines were cut off cannot be seen in the record itself, only by who has a
proof of them (a transparency log, or the receiver's copy).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.custody_statement import (
    BEGINNINGS,
    CustodyKind,
    read_custody_statement,
    write_custody_statement,
)
from stillwatch.evidence.file_manifest import PAYLOAD_TYPE
from stillwatch.signing.dsse import Envelope, Signature, pre_authentication, read_envelope, write_envelope
from stillwatch.signing.key_kinds import id_of, signer_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.evidence.custody_statement import CustodyStatement
    from stillwatch.signing.key_kinds import AnyKey, PublicKey

_MOST_LINE_BYTES: Final = 16 << 20


class Link(NamedTuple):
    statement: CustodyStatement
    sha256: str
    """Of the payload: what the next one names, and what a transparency log is told of."""
    is_late: bool = False
    """It bears an earlier time than the one before."""


class Custody(NamedTuple):
    links: tuple[Link, ...]
    holder: str
    """Id of the key of who holds it."""
    awaited: str = ""
    """Id of the key of who has still to sign for it."""

    @property
    def first(self) -> CustodyStatement:
        return self.links[0].statement

    @property
    def last(self) -> Link:
        return self.links[-1]


def sign_statement(statement: CustodyStatement, key: AnyKey) -> bytes:
    """One line of a record, without its end."""
    payload = write_custody_statement(statement)
    signature = Signature(id_of(key.public_key()), key.sign(pre_authentication(payload, PAYLOAD_TYPE)))
    return write_envelope(Envelope(payload, PAYLOAD_TYPE, (signature,)))


def read_custody(lines: Iterable[bytes], known: Sequence[PublicKey], where: str = "") -> Custody:
    """Check a record from its first line to its last.

    Args:
        lines: Envelopes, without their ends.
        known: Keys that the reader trusts to be those of the keepers.
        where: Named in errors.

    Raises:
        InputError: A line is no envelope.
        VerificationError: A statement is not signed by who held it, or stands where it cannot.
    """
    if not known:
        raise VerificationError("no key is trusted", where=where, mend="name the keys that you trust")
    found: Custody | None = None
    for number, line in enumerate(lines, 1):
        place = f"{where}:{number}" if where else f"line {number}"
        found = followed_by(found, _read_line(line, known, place), place)
    if found is None:
        raise VerificationError("a record of custody without any statement", where=where)
    return found


def followed_by(record: Custody | None, link: Link, where: str = "") -> Custody:
    """The record with one more statement; it is the same rule for who writes and for who reads.

    Raises:
        VerificationError: That statement cannot stand there.
    """
    said = link.statement
    if record is None:
        if said.kind not in BEGINNINGS or said.number or said.previous:
            raise VerificationError(f"a record cannot begin with this statement, {said.kind}", where=where)
        return Custody((link,), said.signer)
    last = record.last
    if said.kind in BEGINNINGS:
        raise VerificationError(f"a second beginning, {said.kind}", where=where)
    if said.previous != last.sha256 or said.number != len(record.links):
        raise VerificationError("it does not follow on the statement before it", where=where)
    if _of_what(said) != _of_what(last.statement):
        raise VerificationError("it is of something else than the statement before it", where=where)
    is_receipt = said.kind is CustodyKind.RECEIVE
    expected = record.awaited if is_receipt else record.holder
    if not expected:
        raise VerificationError("it was received and nobody had handed it over", where=where)
    if said.signer != expected:
        told = "to whom it was handed over" if is_receipt else "who held it"
        raise VerificationError(f"signed by {said.signer[:16]}, not by {expected[:16]}, {told}", where=where)
    links = (*record.links, link._replace(is_late=said.at < last.statement.at))
    if is_receipt:
        return Custody(links, said.signer)
    return Custody(links, record.holder, _receiver(said, where) or record.awaited)


def link_of(statement: CustodyStatement) -> Link:
    return Link(statement, hashlib.sha256(write_custody_statement(statement)).hexdigest())


def _read_line(line: bytes, known: Sequence[PublicKey], where: str) -> Link:
    if len(line) > _MOST_LINE_BYTES:
        raise VerificationError(f"a line of {len(line):,} bytes", where=where)
    envelope = read_envelope(line, where=where)
    if envelope.payload_type != PAYLOAD_TYPE:
        raise VerificationError(f"it signs something else, {envelope.payload_type!r}", where=where)
    if write_envelope(envelope) != line:
        raise VerificationError("a line that is not written as `sign_statement` writes it", where=where)
    signed = pre_authentication(envelope.payload, envelope.payload_type)
    signers = (signer_among(known, one.value, signed) for one in envelope.signatures)
    signer = next((one for one in signers if one is not None), None)
    if signer is None:
        hint = envelope.signatures[0].key_id[:64]
        raise VerificationError(f"none of the keys that are trusted has signed it; it says {hint}", where=where)
    statement = read_custody_statement(envelope.payload, where)
    if {statement.signer, envelope.signatures[0].key_id} != {id_of(signer)}:
        raise VerificationError("signed by another key than it says", where=where)
    return Link(statement, hashlib.sha256(envelope.payload).hexdigest())


def _of_what(said: CustodyStatement) -> tuple[str, str, str]:
    return said.chain, said.root, said.manifest


def _receiver(said: CustodyStatement, where: str) -> str:
    if said.kind is not CustodyKind.TRANSFER:
        return ""
    receiver = said.what.get("to")
    if not isinstance(receiver, str) or not receiver:
        raise VerificationError("handed over to nobody", where=where)
    return receiver
