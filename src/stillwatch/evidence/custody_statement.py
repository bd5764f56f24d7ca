"""Who took, handed over, made something new of or disclosed what was sealed: one in-toto statement for each step.

>>> from datetime import UTC, datetime
>>> made = CustodyStatement(
...     kind=CustodyKind.COLLECT,
...     chain="c-1",
...     number=0,
...     previous="",
...     root="ab" * 32,
...     name="model-7",
...     manifest="cd" * 32,
...     at=datetime(2026, 11, 22, tzinfo=UTC),
...     by="A. Keeper",
...     signer="ef" * 32,
... )
>>> read_custody_statement(write_custody_statement(made)) == made
True

The subject is what was sealed, by the digest that its manifest bears; the predicate's type says which step it was. Each
statement names the SHA-256 of the payload of the one before (`previous`), so none can be taken out, put in or moved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.file_manifest import STATEMENT
from stillwatch.evidence.plain_json import read_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREDICATE: Final = re.compile(r"urn:stillwatch:custody:([a-z]+):1")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


class CustodyKind(StrEnum):
    COLLECT = "collect"
    """Sealed as it was found; the signer holds it from now on. `what`: `source`, `files`, `bytes`."""
    TRANSFER = "transfer"
    """Handed over; the receiver has still to sign for it. `what`: `to` (id of his key), `to_name`, `means`."""
    RECEIVE = "receive"
    """Checked by the receiver, who holds it from now on. `what`: `from`, `from_name`, `files`, `bytes`, `algorithm`."""
    DERIVE = "derive"
    """Made out of something else that was sealed; the signer holds it. `what`: `parents` (`name`, `root`), `how`."""
    REDACT = "redact"
    """Made by taking something out of what was sealed. `what`: as with `derive`, and `removed`."""
    DISCLOSE = "disclose"
    """Shown or copied to somebody, who does not become its keeper. `what`: `to_name`, `authority`, `extent`."""


BEGINNINGS: Final = frozenset((CustodyKind.COLLECT, CustodyKind.DERIVE, CustodyKind.REDACT))
"""With which a record begins, and with nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyStatement:
    kind: CustodyKind
    chain: str
    """Id of the record that it belongs to, which says nothing to outsiders."""
    number: int
    """In the record, from 0."""
    previous: str
    """SHA-256 of the payload before; empty in the first."""
    root: str
    """Digest of what was sealed, see `file_manifest.root_of_manifest`."""
    name: str
    manifest: str
    """SHA-256 of the file of the signed manifest."""
    at: datetime
    """By the signer's clock."""
    by: str
    """Who states it, in his own words."""
    signer: str
    """Id of his key."""
    because: str = ""
    what: Mapping[str, Any] = field(default_factory=dict)
    """See `CustodyKind`."""
    clock: Mapping[str, Any] = field(default_factory=dict)
    """How the clock was set: its source, whether it follows another one, by how much it may err."""
    hardware: Mapping[str, Any] = field(default_factory=dict)
    """Inventory of the machine that held it, as that told itself."""
    tool: str = ""


def write_custody_statement(statement: CustodyStatement) -> bytes:
    """The payload, to be signed.

    Raises:
        InputError: Something in it has no canonical form.
    """
    predicate = {
        "chain": statement.chain,
        "number": statement.number,
        "previous": statement.previous,
        "manifest": statement.manifest,
        "at": statement.at.astimezone(UTC).strftime(_TIME),
        "by": statement.by,
        "signer": statement.signer,
        "because": statement.because,
        "what": dict(statement.what),
        "clock": dict(statement.clock),
        "hardware": dict(statement.hardware),
        "tool": statement.tool,
    }
    document: dict[str, Any] = {
        "_type": STATEMENT,
        "subject": [{"name": statement.name, "digest": {"sha256": statement.root}}],
        "predicateType": f"urn:stillwatch:custody:{statement.kind}:1",
        "predicate": predicate,
    }
    try:
        written: bytes = rfc8785.dumps(document)
    except rfc8785.CanonicalizationError as error:
        raise InputError(f"this cannot be stated: {error}", mend="write numbers that large as text") from error
    return written


def read_custody_statement(payload: bytes, where: str = "") -> CustodyStatement:
    """Read a payload whose signature was checked.

    Raises:
        InputError: It is no plain JSON.
        VerificationError: It is a statement of another kind.
    """
    read = read_plain(payload, where)
    try:
        return _statement(read)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise VerificationError(f"no statement of custody: {error!r}", where=where) from error


def _statement(read: dict[str, Any]) -> CustodyStatement:
    kind = _PREDICATE.fullmatch(read["predicateType"])
    if read["_type"] != STATEMENT or kind is None:
        raise ValueError(f"of another kind, {read['predicateType']!r}")
    (subject,) = read["subject"]
    said = read["predicate"]
    if type(said["number"]) is not int:
        raise TypeError("a number that is none")
    return CustodyStatement(
        kind=CustodyKind(kind[1]),
        chain=_text(said["chain"]),
        number=said["number"],
        previous=_digest(said["previous"]) if said["previous"] else "",
        root=_digest(subject["digest"]["sha256"]),
        name=_text(subject["name"]),
        manifest=_digest(said["manifest"]),
        at=datetime.strptime(said["at"], _TIME).replace(tzinfo=UTC),
        by=_text(said["by"]),
        signer=_digest(said["signer"]),
        because=_text(said["because"]),
        what=dict(said["what"]),
        clock=dict(said["clock"]),
        hardware=dict(said["hardware"]),
        tool=_text(said["tool"]),
    )


def _digest(value: Any) -> str:
    if not _SHA256.fullmatch(_text(value)):
        raise ValueError(f"{value[:80]!r} is no digest")
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where text belongs")
    return value
