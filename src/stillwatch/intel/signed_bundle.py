"""One file that carries intelligence by hand, by mail or through a diode: a zip whose signed manifest seals all of it.

>>> from datetime import UTC, datetime
>>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
>>> from stillwatch.intel.bundle_manifest import Manifest
>>> manifest = Manifest(
...     producer="identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11",
...     producer_name="Lab A",
...     export_seq=1,
...     previous="",
...     created_at=datetime(2026, 11, 22, tzinfo=UTC),
...     expires_at=datetime(2026, 12, 22, tzinfo=UTC),
...     files=(described("campaigns.json", b"{}", "application/stix+json;version=2.1"),),
... )
>>> data = write_bundle_file(manifest, {"campaigns.json": b"{}"}, Ed25519PrivateKey.from_private_bytes(bytes(32)))
>>> opened = open_bundle_file(data)
>>> opened.manifest == manifest, opened.files()
(True, {'campaigns.json': b'{}'})

The manifest is in an envelope (`dsse`); nothing else in the zip is believed: names, sizes and digests must be those of
the manifest, no entry more and no entry less. Entries are stored, never compressed, so that a small file cannot become
a large one; times and order are fixed, so that the same content is the same file. Nothing is ever unpacked to a path
that the zip names.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.intel.bundle_manifest import BundledFile, Manifest, read_manifest, write_manifest
from stillwatch.signing.dsse import Envelope, read_envelope, sign

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.signing.signing_key import SigningKey

PAYLOAD_TYPE: Final = "application/vnd.stillwatch.bundle+json"
_ENVELOPE: Final = "bundle.dsse.json"
_FOLDER: Final = "files/"
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED: Final = 0x1
_UNREADABLE: Final = (zipfile.BadZipFile, EOFError, KeyError, RuntimeError, ValueError, OSError)
"""What `zipfile` raises at damaged entries, and, as a `RuntimeError`, at a packing that it does not know."""
_CHANGED: Final = "it was changed on its way: ask for it again"
_MEND: Final = "ask for it again: it is no bundle of stillwatch, or was packed anew"


class BundleLimits(NamedTuple):
    size_bytes: int = 256 << 20
    """Of the whole."""
    envelope_bytes: int = 4 << 20
    files: int = 1_000


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """A bundle whose form was checked; check the signature of `envelope` before anything of it is believed."""

    manifest: Manifest
    envelope: Envelope
    sha256: str
    """Of the manifest: what the next one names as the one before it."""
    _data: bytes

    def files(self) -> dict[str, bytes]:
        """Name → content, in the order of the manifest.

        Raises:
            VerificationError: One is not what the manifest says, or there are others.
        """
        with _zip_of(self._data) as packed:
            wanted = {_FOLDER + file.name: file for file in self.manifest.files}
            if set(packed.namelist()) != {_ENVELOPE, *wanted}:
                raise VerificationError("the bundle holds other files than its manifest names", mend=_CHANGED)
            return {file.name: _content(packed, name, file) for name, file in wanted.items()}


def described(name: str, content: bytes, media_type: str) -> BundledFile:
    """A file as a manifest names it."""
    digest = hashlib.sha256(content).hexdigest()
    return BundledFile(name=name, size_bytes=len(content), sha256=digest, media_type=media_type)


def manifest_sha256(manifest: Manifest) -> str:
    return hashlib.sha256(write_manifest(manifest)).hexdigest()


def write_bundle_file(manifest: Manifest, files: Mapping[str, bytes], key: SigningKey) -> bytes:
    """The bundle, signed; `files` are those that the manifest names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        target.writestr(zipfile.ZipInfo(_ENVELOPE, _TIME), sign(write_manifest(manifest), PAYLOAD_TYPE, key))
        for file in manifest.files:
            target.writestr(zipfile.ZipInfo(_FOLDER + file.name, _TIME), files[file.name])
    return packed.getvalue()


def open_bundle_file(data: bytes, limits: BundleLimits | None = None, *, where: str = "") -> OpenedBundle:
    """Check the form of a bundle and read its manifest.

    Raises:
        InputError: It is no bundle, larger than allowed, or packed with tricks.
    """
    limits = limits or BundleLimits()
    if len(data) > limits.size_bytes:
        mend = "export it in parts, or raise the limit"
        raise InputError(f"a bundle of {len(data):,} bytes; {limits.size_bytes:,} are allowed", where=where, mend=mend)
    try:
        with _zip_of(data) as packed:
            entries = packed.infolist()
            if wrong := _wrong(entries, limits):
                raise InputError(wrong, where=where, mend=_MEND)
            envelope = read_envelope(packed.read(_ENVELOPE), where=where)
    except _UNREADABLE as error:
        raise InputError(f"no bundle: {error}", where=where, mend=_MEND) from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise InputError(f"signed as {envelope.payload_type[:80]!r}, not as a bundle", where=where, mend=_MEND)
    manifest = read_manifest(envelope.payload, where=where)
    return OpenedBundle(manifest, envelope, hashlib.sha256(envelope.payload).hexdigest(), data)


def _wrong(entries: list[zipfile.ZipInfo], limits: BundleLimits) -> str:
    """What speaks against the entries of a zip, before any of them is read; empty where nothing does."""
    if len(entries) > limits.files + 1:
        return f"{len(entries)} entries; {limits.files + 1} are allowed"
    if len({one.filename for one in entries}) != len(entries):
        return "two entries have one name"
    if sum(one.file_size for one in entries) > limits.size_bytes:
        return "its entries are larger than the whole may be"
    odd = next(filter(None, (_oddity(one, limits) for one in entries)), "")
    return f"an entry {odd}" if odd else ""


def _oddity(one: zipfile.ZipInfo, limits: BundleLimits) -> str:
    checks = (
        (one.filename != _ENVELOPE and not one.filename.startswith(_FOLDER), "that no bundle has"),
        (one.compress_type != zipfile.ZIP_STORED or one.file_size != one.compress_size, "that is compressed"),
        (bool(one.flag_bits & _ENCRYPTED), "that is encrypted"),
        (one.filename == _ENVELOPE and one.file_size > limits.envelope_bytes, "that is too large"),
    )
    return next((f"{why}: {one.filename[:80]!r}" for is_so, why in checks if is_so), "")


def _content(packed: zipfile.ZipFile, name: str, file: BundledFile) -> bytes:
    try:
        content = packed.read(name)
    except _UNREADABLE as error:
        raise VerificationError(f"{file.name} cannot be read: {error}", mend=_CHANGED) from error
    if len(content) != file.size_bytes or hashlib.sha256(content).hexdigest() != file.sha256:
        raise VerificationError(f"{file.name} is not what was signed", mend=_CHANGED)
    return content


def _zip_of(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))
