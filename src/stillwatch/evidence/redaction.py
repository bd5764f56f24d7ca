r"""Take fields out of a JSON document such that each can be shown later, and nobody can guess at it until then.

>>> taken = Redaction(file="finding.json", field="/accounts/0", value="acct-7", salt=bytes(32))
>>> redact({"accounts": ["acct-7", "acct-9"]}, [taken])["accounts"][1]
'acct-9'
>>> redact({"accounts": ["acct-7", "acct-9"]}, [taken])["accounts"][0] == {"redacted": commitment_of(taken)}
True

In place of the value stands the hash of a salt of its own and of where and what it was (RFC 8785 of the four, SHA-256):
a value that few could be, such as yes or no, cannot be tried out, and one that stood elsewhere cannot be passed off as
this one. `redactions.json` lists the places and commitments and is the same in both tiers of a package; the
confidential one also holds `openings.json`, with salts and values.
"""

from __future__ import annotations

import copy
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from stillwatch.core.errors import InputError
from stillwatch.evidence.plain_json import read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SALT_BYTES: Final = 32
REDACTIONS: Final = "redactions.json"
OPENINGS: Final = "openings.json"
MARK: Final = "redacted"
_SCHEMA: Final = "stillwatch.redactions/1"
_OPENINGS_SCHEMA: Final = "stillwatch.openings/1"
_DOMAIN: Final = "stillwatch.redacted-field/1"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A field, with what makes it possible to show it."""

    file: str
    """Its path in the package."""
    field: str
    """JSON pointer (RFC 6901) into it."""
    value: Any
    salt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A field that was taken out, as everybody may see it."""

    file: str
    field: str
    commitment: str
    """Hex."""


def taken_out(file: str, field: str, document: Any) -> Redaction:
    """The field of a document that shall be taken out, under a fresh salt.

    Raises:
        InputError: There is no such field.
    """
    return Redaction(file=file, field=field, value=field_of(document, field), salt=secrets.token_bytes(SALT_BYTES))


def commitment_of(taken: Redaction) -> str:
    """What stands in its place, hex."""
    if len(taken.salt) != SALT_BYTES:
        raise InputError(f"a salt of {len(taken.salt)} bytes", where=taken.field, mend=f"use {SALT_BYTES}")
    parts = [_DOMAIN, taken.salt.hex(), taken.file, taken.field, taken.value]
    try:
        return hashlib.sha256(rfc8785.dumps(parts)).hexdigest()
    except rfc8785.CanonicalizationError as error:
        raise InputError(f"this cannot be committed to: {error}", where=taken.field, mend="write it as text") from error


def redact(document: Any, redactions: Iterable[Redaction]) -> Any:
    """The document with each field's commitment in its place; what was given stays as it is.

    Raises:
        InputError: There is no such field, or it holds another value.
    """
    made = copy.deepcopy(document)
    for one in redactions:
        if field_of(made, one.field) != one.value:
            raise InputError(f"{one.field} holds another value", where=one.file, mend="take it out of this document")
        holder, key = _holder(made, one.field)
        holder[key] = {MARK: commitment_of(one)}
    return made


def field_of(document: Any, field: str) -> Any:
    """What stands at a JSON pointer.

    Raises:
        InputError: Nothing does.
    """
    holder, key = _holder(document, field)
    try:
        return holder[key]
    except (KeyError, IndexError, TypeError) as error:
        raise InputError(f"there is no field {field}", mend="name one that is there") from error


def marks_in(document: Any, field: str = "") -> dict[str, str]:
    """JSON pointer → commitment of each field that was taken out of a document."""
    if isinstance(document, dict):
        if document.keys() == {MARK} and isinstance(document[MARK], str):
            return {field: document[MARK]}
        parts = [(_escaped(key), held) for key, held in document.items()]
    elif isinstance(document, list):
        parts = [(str(at), held) for at, held in enumerate(document)]
    else:
        return {}
    found: dict[str, str] = {}
    for key, held in parts:
        found |= marks_in(held, f"{field}/{key}")
    return found


def write_redactions(redactions: Sequence[Redaction]) -> bytes:
    """`redactions.json`."""
    listed = [
        {"file": one.file, "field": one.field, "commitment": commitment_of(one)}
        for one in sorted(redactions, key=lambda one: (one.file, one.field))
    ]
    written: bytes = rfc8785.dumps({"schema": _SCHEMA, "redactions": listed})
    return written


def write_openings(redactions: Sequence[Redaction]) -> bytes:
    """`openings.json`, or the file that shows some fields later."""
    listed = [
        {"file": one.file, "field": one.field, "salt": one.salt.hex(), "value": one.value}
        for one in sorted(redactions, key=lambda one: (one.file, one.field))
    ]
    written: bytes = rfc8785.dumps({"schema": _OPENINGS_SCHEMA, "openings": listed})
    return written


def read_redactions(data: bytes, where: str = REDACTIONS) -> tuple[Redacted, ...]:
    """What was taken out.

    Raises:
        InputError: It is no such list.
    """
    try:
        read = read_plain(data, where)
        listed = read["redactions"]
        if read["schema"] != _SCHEMA or not all(_SHA256.fullmatch(one["commitment"]) for one in listed):
            raise InputError("no list of redactions of this version", where=where, mend="ask for it again")
        return tuple(Redacted(file=one["file"], field=one["field"], commitment=one["commitment"]) for one in listed)
    except (KeyError, TypeError) as error:
        raise InputError(f"no list of redactions: {error!r}", where=where, mend="ask for it again") from error


def read_openings(data: bytes, where: str = OPENINGS) -> tuple[Redaction, ...]:
    """Fields that are shown.

    Raises:
        InputError: They are none.
    """
    try:
        read = read_plain(data, where)
        if read["schema"] != _OPENINGS_SCHEMA:
            raise InputError("no openings of this version", where=where, mend="ask for them again")
        return tuple(
            Redaction(file=one["file"], field=one["field"], salt=bytes.fromhex(one["salt"]), value=one["value"])
            for one in read["openings"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"no openings: {error!r}", where=where, mend="ask for them again") from error


def _holder(document: Any, field: str) -> tuple[Any, Any]:
    """What holds the field, and its name or number there."""
    if not field.startswith("/"):
        raise InputError(f"{field[:60]!r} is no JSON pointer", mend="write it like /accounts/0/id")
    *above, last = (part.replace("~1", "/").replace("~0", "~") for part in field[1:].split("/"))
    holder = document
    try:
        for part in above:
            holder = holder[_key(holder, part)]
        return holder, _key(holder, last)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise InputError(f"there is no field {field}", mend="name one that is there") from error


def _key(holder: Any, part: str) -> str | int:
    if not isinstance(holder, list):
        return part
    if not part.isascii() or not part.isdecimal() or str(int(part)) != part:
        raise ValueError(part)
    return int(part)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
