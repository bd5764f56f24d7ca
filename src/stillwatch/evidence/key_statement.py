r"""What a log is told of a key: that it counts from now on, that it counted until now, or that it is in wrong hands.

>>> import json
>>> from datetime import UTC, datetime
>>> at = datetime(2026, 11, 22, tzinfo=UTC)
>>> begun = KeyStatement(
...     event=KeyEvent.BEGIN, role=KeyRole.CUSTODY, name="lab.example", algorithm="ed25519", public=bytes(32), at=at
... )
>>> read_statement(json.loads(statement_bytes(begun))) == begun, begun.key_id
(True, '66687aadf862bd77')

A statement is one small JSON object in canonical form (RFC 8785), all of whose values are text, so that a program that
has nothing but a standard library writes the same bytes. Its SHA-256 is that of a leaf of the kind `key`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from stillwatch.core.errors import InputError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.signed_note import SignatureType, Verifier
from stillwatch.signing.dsse import key_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEMA: Final = "stillwatch.key/1"
_FIELDS: Final = frozenset(("schema", "event", "role", "name", "algorithm", "public", "at", "because"))
_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_MEND: Final = "ask whoever keeps the log for the history again"
_LONGEST_TEXT: Final = 8_192
ALGORITHMS: Final = {"ed25519": 32, "ml-dsa-44": 1_312, "ecdsa": 0, "x509": 0}
"""Name → bytes of the raw public key; 0 where it is DER: of a SubjectPublicKeyInfo, of a certificate."""
_TYPES: Final = {"ed25519": SignatureType.ED25519, "ml-dsa-44": SignatureType.ML_DSA_44}


class KeyRole(StrEnum):
    """What a key is for; nobody uses one key for two of them."""

    LOG = "log"
    """Signs the checkpoints of the log that the statement is noted in, or of its successor."""
    CUSTODY = "custody"
    """Signs statements of who moved, derived or disclosed what, and manifests of model weights."""
    EXPORT = "export"
    """Signs what is told to peers, and bundles."""
    WITNESS = "witness"
    """Cosigns the checkpoints of other people's logs."""
    TIME = "time"
    """States the time: the certificate of a time-stamping authority."""


class KeyEvent(StrEnum):
    BEGIN = "begin"
    """The key counts from then on."""
    END = "end"
    """The key counted until then; what it signed before is as good as it was."""
    REVOKE = "revoke"
    """Since then the key may have been in wrong hands; counts only what is shown to have existed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStatement:
    event: KeyEvent
    role: KeyRole
    name: str
    """Whose signatures it makes: a log's origin, a member, an organisation."""
    algorithm: str
    """One of `ALGORITHMS`."""
    public: bytes
    at: datetime
    because: str = ""

    @property
    def key_id(self) -> str:
        """As in DSSE: first 16 hex digits of SHA-256 of the public key."""
        return key_id_of(self.public)


def plain_statement(one: KeyStatement) -> dict[str, str]:
    """As JSON has it."""
    return {
        "schema": _SCHEMA,
        "event": one.event.value,
        "role": one.role.value,
        "name": one.name,
        "algorithm": one.algorithm,
        "public": base64.b64encode(one.public).decode(),
        "at": one.at.astimezone(UTC).strftime(_TIME),
        "because": one.because,
    }


def statement_bytes(one: KeyStatement) -> bytes:
    """The canonical bytes, whose digest is the leaf's."""
    written: bytes = rfc8785.dumps(plain_statement(one))
    return written


def leaf_of_statement(one: KeyStatement, *, noted_at: datetime) -> Leaf:
    """What is noted; `about` is the key's id, so that a key's leaves are found without the statements."""
    digest = hashlib.sha256(statement_bytes(one)).hexdigest()
    return Leaf(kind=LeafKind.KEY, sha256=digest, noted_at=noted_at, about=one.key_id)


def read_statement(read: Mapping[str, Any], where: str = "") -> KeyStatement:
    """A statement from its JSON.

    Raises:
        InputError: It is none of this version.
    """
    try:
        if read.keys() != _FIELDS or read["schema"] != _SCHEMA:
            raise InputError("no statement about a key of this version", where=where, mend=_MEND)
        if not all(isinstance(value, str) and len(value) <= _LONGEST_TEXT for value in read.values()):
            raise InputError("a statement about a key with a value that is no text, or too long", where=where)
        public = base64.b64decode(read["public"], validate=True)
        found = KeyStatement(
            event=KeyEvent(read["event"]),
            role=KeyRole(read["role"]),
            name=read["name"],
            algorithm=read["algorithm"],
            public=public,
            at=datetime.strptime(read["at"], _TIME).replace(tzinfo=UTC),
            because=read["because"],
        )
        is_known = len(public) == (ALGORITHMS[found.algorithm] or len(public)) and bool(public and found.name)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as error:
        raise InputError(f"no statement about a key: {error}", where=where, mend=_MEND) from error
    if not is_known or plain_statement(found) != read:
        raise InputError("a statement about a key that is not written as one", where=where, mend=_MEND)
    return found


def verifier_of(one: KeyStatement) -> Verifier | None:
    """The key as checkpoints bear it; None where it is of a kind that signs none."""
    kind = _TYPES.get(one.algorithm) if one.role is KeyRole.LOG else None
    return None if kind is None else Verifier(one.name, kind, one.public)


def log_key(event: KeyEvent, key: Verifier, at: datetime, because: str = "") -> KeyStatement:
    """A statement about a key that signs checkpoints."""
    names = {kind: name for name, kind in _TYPES.items()}
    return KeyStatement(
        event=event,
        role=KeyRole.LOG,
        name=key.name,
        algorithm=names[key.kind],
        public=key.public,
        at=at,
        because=because,
    )
