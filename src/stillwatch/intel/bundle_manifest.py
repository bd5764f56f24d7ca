"""What a bundle file says of itself: by whom, which one in the row, until when, and the digest of each file in it.

>>> from datetime import UTC, datetime
>>> manifest = Manifest(
...     producer="identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11",
...     producer_name="Lab A",
...     export_seq=1,
...     previous="",
...     created_at=datetime(2026, 11, 22, tzinfo=UTC),
...     expires_at=datetime(2026, 12, 22, tzinfo=UTC),
...     files=(),
... )
>>> read_manifest(write_manifest(manifest)) == manifest
True
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from stillwatch.core.errors import InputError

FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}[A-Za-z0-9_-]")
"""No separators, nothing hidden, no dot last: a name that means the same, and only a name, on every system."""
_SCHEMA: Final = "stillwatch.bundle/1"
_STREAM: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_PRODUCER: Final = re.compile(r"identity--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""What Windows takes for a device, whatever the ending."""
_MOST_SEQ: Final = 2**53
_MEND: Final = "ask its producer to export it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledFile:
    name: str
    size_bytes: int
    sha256: str
    """Of the content, hex."""
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    producer: str
    """STIX id of the identity of whoever exports it."""
    producer_name: str
    stream: str = "main"
    """A producer numbers what it sends to several receivers apart, so that nobody sees gaps that are not his."""
    export_seq: int
    """1, 2, 3, ... in a stream."""
    previous: str
    """SHA-256 of the manifest before it, hex; empty for the first."""
    is_complete: bool = False
    """It holds all that is in force, not only what is new: whoever has missed some may begin with it."""
    created_at: datetime
    expires_at: datetime
    files: tuple[BundledFile, ...]


def write_manifest(manifest: Manifest) -> bytes:
    plain = {"schema": _SCHEMA, **asdict(manifest)}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def read_manifest(data: bytes, *, where: str = "") -> Manifest:
    """Read and check the form; whose it is the signature tells.

    Raises:
        InputError: It is no manifest, or says what none of ours does.
    """
    try:
        read = orjson.loads(data)
        if read.pop("schema") != _SCHEMA:
            raise InputError("a bundle of another version", where=where, mend="update stillwatch, or ask for another")
        files = tuple(BundledFile(**one) for one in _list(read.pop("files")))
        created_at, expires_at = _moment(read.pop("created_at")), _moment(read.pop("expires_at"))
        manifest = Manifest(**read, created_at=created_at, expires_at=expires_at, files=files)
        wrong = _wrong(manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"no manifest of a bundle: {error}", where=where, mend=_MEND) from error
    if wrong:
        raise InputError(wrong, where=where, mend=_MEND)
    return manifest


def _wrong(one: Manifest) -> str:
    """What a manifest may not say; empty where it is well."""
    names = [file.name.casefold() for file in one.files]
    odd = next((file.name for file in one.files if _is_odd(file)), None)
    is_first = one.export_seq == 1
    checks = (
        (not isinstance(one.is_complete, bool) or not isinstance(one.producer_name, str), "a field of another kind"),
        (not _PRODUCER.fullmatch(one.producer) or not _STREAM.fullmatch(one.stream), "no producer or no stream"),
        (not _is_count(one.export_seq) or one.export_seq < 1, "its number in the row is none"),
        (one.previous != "" and not _SHA256.fullmatch(one.previous), "the digest of the one before it is none"),
        ((one.previous == "") is not is_first, "only the first of a row has none before it"),
        (one.expires_at <= one.created_at, "it expires before it was made"),
        (len(set(names)) != len(names), "two files have one name"),
        (odd is not None, f"file {(odd or '')[:80]!r} is not described as files are"),
    )
    return next((f"no manifest of a bundle: {why}" for is_so, why in checks if is_so), "")


def _is_odd(file: BundledFile) -> bool:
    is_named = FILE_NAME.fullmatch(file.name) is not None and _DEVICES.fullmatch(file.name) is None
    is_sealed = _is_count(file.size_bytes) and _SHA256.fullmatch(file.sha256) is not None
    return not (is_named and is_sealed and isinstance(file.media_type, str) and file.media_type.isprintable())


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_SEQ


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} where a list belongs")
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} names no zone")
    return moment.astimezone(UTC)
