"""Statements of custody in their order: who collected, moved, derived or handed over what, each naming the one before.

A line of `custody.jsonl` is one envelope (DSSE) whose payload is an in-toto statement, version 1. Its predicate holds
`previous`, the SHA-256 (hex) of the payload of the line before, empty in the first one: a statement that was taken out,
put in or moved breaks the chain. Payloads are read only after a key that counts has signed them, of any kind that
`signing.key_kinds` reads; a record that `stillwatch custody` wrote is such a chain too.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.plain_json import read_plain
from stillwatch.signing.dsse import pre_authentication, read_envelope
from stillwatch.signing.key_kinds import read_public_key, signer_among

if TYPE_CHECKING:
    from collections.abc import Sequence

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
_MEND: Final = "ask for the package again"


class CustodyLine(NamedTuple):
    statement: dict[str, Any]
    signers: tuple[str, ...]
    """Keys that signed it, as PEM; one at least."""
    at: datetime | None
    """When, by the signers' clock, if the statement says so."""


def payload_of(line: bytes) -> bytes:
    """What the envelope of a line holds; checks nothing."""
    return read_envelope(line).payload


def check_chain(lines: Sequence[bytes], keys: Sequence[str], where: str = "") -> tuple[CustodyLine, ...]:
    """Check signatures and order.

    Args:
        lines: Envelopes.
        keys: Whose signatures count: public keys as PEM.
        where: Named in errors.

    Raises:
        InputError: A line is no envelope, or a key is none.
        VerificationError: None of the keys has signed a line, one of its signatures does not hold, or the chain breaks.
    """
    known = {key: read_public_key(key.encode(), where) for key in keys}
    found = []
    previous = ""
    for number, line in enumerate(lines):
        here = f"{where}#{number}"
        envelope = read_envelope(line, where=here)
        signed = pre_authentication(envelope.payload, envelope.payload_type)
        by = [signer_among(known.values(), one.value, signed) for one in envelope.signatures]
        signers = tuple(key for key, public in known.items() if public in by)
        if envelope.payload_type != PAYLOAD_TYPE or None in by:
            raise VerificationError("a signature that is of no key that counts", where=here, mend=_MEND)
        statement = read_plain(envelope.payload, here)
        if not isinstance(statement, dict) or statement.get("_type") != STATEMENT_TYPE:
            raise VerificationError("no statement of in-toto", where=here, mend=_MEND)
        predicate = statement.get("predicate")
        if not isinstance(predicate, dict) or predicate.get("previous") != previous:
            raise VerificationError("does not name the statement before it", where=here, mend=_MEND)
        found.append(CustodyLine(statement, signers, _moment(predicate.get("at"), here)))
        previous = hashlib.sha256(envelope.payload).hexdigest()
    return tuple(found)


def _moment(text: Any, where: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise VerificationError(f"no time: {error}", where=where, mend=_MEND) from error
    if moment.tzinfo is None:
        raise VerificationError(f"a time of no zone, {text!r}", where=where, mend=_MEND)
    return moment
