"""What a server must know of a STIX object that it carries: whose it is, and which version. It reads no more.

>>> one = carried_object(
...     {
...         "type": "note",
...         "id": "note--fb2e2c4f-5d6b-4b9e-8a7a-0d6f3f6d7c11",
...         "spec_version": "2.1",
...         "created": "2026-11-01T00:00:00.000Z",
...         "modified": "2026-11-02T00:00:00Z",
...     }
... )
>>> one.type, one.version, one.version_us
('note', '2026-11-02T00:00:00Z', 1793577600000000)

Bytes are kept as this server writes them, in the order of the sender's fields: what two readers could read two ways (a
field that stands twice) has one meaning from here on.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.marking import Tlp

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,249}--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SPEC: Final = re.compile(r"\d{1,3}\.\d{1,3}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class CarriedObject(NamedTuple):
    """One object on its way into a store."""

    object_id: str
    type: str
    spec_version: str
    """Where the object says nothing `2.0`, as TAXII has it; of an observable `2.1`, before which there were none."""
    version: str
    """`modified`, else `created`, as the object writes it; empty where it has neither (observables)."""
    version_us: int
    """The same in microseconds since 1970 UTC; 0 where there is none."""
    created_by: str
    """`created_by_ref`; empty = not said."""
    digest: bytes
    """SHA-256 of the object with its fields sorted: equal for equal content."""
    data: bytes
    """The object, compact JSON."""
    tlp: Tlp = Tlp.CLEAR
    """The strictest of its markings; whoever makes this value knows them."""
    is_named_by_content: bool = False
    """Its id follows from its content, so several producers may each have it; whoever makes this value has checked."""


def carried_object(document: Any) -> CarriedObject:
    """Read what is needed of a parsed object.

    Raises:
        InputError: It has no id or type, or a time that is none.
    """
    if not isinstance(document, dict):
        raise InputError("an object of STIX is a JSON object", mend='send {"objects": [{"type": …, "id": …}]}')
    object_id, kind = document.get("id"), document.get("type")
    if not isinstance(object_id, str) or not isinstance(kind, str) or not _ID.fullmatch(object_id):
        raise InputError("an object needs a type and an id", mend="write the id as TYPE--UUID, in small letters")
    if not object_id.startswith(f"{kind}--"):
        raise InputError(f"the id is not of type {kind[:80]!r}", where=object_id, mend="begin the id with the type")
    version, version_us = _version(document, object_id)
    created_by = document.get("created_by_ref", "")
    if not isinstance(created_by, str):
        raise InputError("created_by_ref is no id", where=object_id, mend="name an identity")
    try:
        data = orjson.dumps(document)
        sorted_data = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise InputError(f"cannot be kept: {error}", where=object_id, mend="write it flatter") from error
    spec_version = document.get("spec_version", "2.0" if version else "2.1")
    if not isinstance(spec_version, str) or not _SPEC.fullmatch(spec_version):
        raise InputError("spec_version is no version", where=object_id, mend='write "2.1"')
    digest = hashlib.sha256(sorted_data).digest()
    return CarriedObject(object_id, kind, spec_version, version, version_us, created_by, digest, data)


def microseconds_of(text: str) -> int:
    """A time of STIX in microseconds since 1970 UTC; finer digits are cut off.

    Raises:
        InputError: It is none.
    """
    try:
        if _TIME.fullmatch(text):
            return (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND
    except ValueError:
        pass
    raise InputError(f"{text[:40]!r} is no time", mend="write it as 2026-11-22T12:00:00.000Z")


def time_of(microseconds: int) -> str:
    """A time as TAXII writes it, to the microsecond."""
    return (_EPOCH + timedelta(microseconds=microseconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _version(document: Mapping[str, Any], object_id: str) -> tuple[str, int]:
    text = document.get("modified", document.get("created"))
    if text is None:
        return "", 0
    try:
        if isinstance(text, str):
            return text, microseconds_of(text)
    except InputError as error:
        raise InputError(error.what, where=object_id, mend=error.mend) from error
    raise InputError("modified is a time", where=object_id, mend="write it as 2026-11-22T12:00:00.000Z")
