"""Whether the fields that a sealed package leaves out are those that it says, and whether what is shown is what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.plain_json import read_plain
from stillwatch.evidence.redaction import (
    OPENINGS,
    REDACTIONS,
    commitment_of,
    field_of,
    marks_in,
    read_openings,
    read_redactions,
)
from stillwatch.evidence.sealed_case import Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.evidence.redaction import Redacted, Redaction


def check_redactions(files: Mapping[str, memoryview], tier: Tier) -> str:
    """Check each commitment against the document that it is of: a mark in the redacted tier, the value in the other."""
    listed = read_redactions(bytes(files[REDACTIONS]))
    if len({(one.file, one.field) for one in listed}) != len(listed):
        raise VerificationError("a field is listed twice", where=REDACTIONS)
    documents = {path: _document(files, path) for path in sorted({one.file for one in listed})}
    if tier is Tier.CONFIDENTIAL:
        return _check_open(files, listed, documents)
    if OPENINGS in files:
        raise VerificationError("the redacted tier shows what it leaves out", where=OPENINGS)
    for path, document in documents.items():
        if marks_in(document) != {one.field: one.commitment for one in listed if one.file == path}:
            raise VerificationError("other fields were taken out than are listed", where=path)
    return f"{len(listed):,} fields were taken out of {len(documents):,} files"


def check_shown(files: Mapping[str, memoryview], shown: Iterable[Redaction]) -> str:
    """Check fields that somebody shows now against the commitments of the package."""
    if REDACTIONS not in files:
        raise VerificationError("nothing was taken out of this package", where=REDACTIONS)
    known = {(one.file, one.field): one.commitment for one in read_redactions(bytes(files[REDACTIONS]))}
    told = []
    for one in shown:
        if known.get((one.file, one.field)) != commitment_of(one):
            raise VerificationError("this is not what was taken out there", where=f"{one.file}#{one.field}")
        told.append(f"{one.file}#{one.field}")
    return "was taken out there: " + ", ".join(told)


def _check_open(files: Mapping[str, memoryview], listed: tuple[Redacted, ...], documents: Mapping[str, Any]) -> str:
    if OPENINGS not in files:
        raise VerificationError("is missing", where=OPENINGS)
    openings = read_openings(bytes(files[OPENINGS]))
    expected = sorted((one.file, one.field, one.commitment) for one in listed)
    if sorted((one.file, one.field, commitment_of(one)) for one in openings) != expected:
        raise VerificationError("other fields, or other values, than were committed to", where=OPENINGS)
    for one in openings:
        if field_of(documents[one.file], one.field) != one.value:
            raise VerificationError(f"{one.field} holds another value than was committed to", where=one.file)
    return f"{len(openings):,} fields that the redacted tier leaves out are as it commits to them"


def _document(files: Mapping[str, memoryview], path: str) -> Any:
    if path not in files:
        raise VerificationError("is missing", where=path)
    return read_plain(files[path], path)
