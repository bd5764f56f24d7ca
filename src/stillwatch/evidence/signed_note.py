r"""Text that keys have signed: the signed note of c2sp.org/signed-note.

>>> vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
>>> signed = (
...     "This is an example message.\n\n— example.com/foo "
...     "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
... )
>>> [one.key.name for one in verified_signatures(read_note(signed.encode()), [read_verifier(vkey)])]
['example.com/foo']

A key is known by its name and its id together. A signature by a key that is not known says nothing and is passed over;
one by a known key that does not hold condemns the note, and so does the lack of any that holds.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from stillwatch.core.errors import InputError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Iterable

ID_BYTES: Final = 4
_LONGEST_BYTES: Final = 1 << 20
_MOST_SIGNATURES: Final = 128
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME: Final = re.compile(r"[^\s+]+")
_LINE: Final = re.compile(r"— (\S+) (\S+)")
_MEND: Final = "ask for it again: it is no signed note"
_KEY_BYTES: Final = {1: 32, 4: 32, 6: 1312}


class SignatureType(IntEnum):
    """What a signature is of; the numbers are those of the specification."""

    ED25519 = 0x01
    """The text of the note, by Ed25519 (RFC 8032)."""
    COSIGNATURE = 0x04
    """A time and the text, by Ed25519: see `evidence.cosignature`."""
    ML_DSA_44 = 0x06
    """A time and what a checkpoint says, by ML-DSA-44 (FIPS 204): see `evidence.cosignature`."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key, with the name that its signatures bear."""

    name: str
    kind: SignatureType
    public: bytes
    """Raw: 32 bytes, of ML-DSA-44 1,312."""

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        hashed = hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)
        return hashed.digest()[:ID_BYTES]

    def __str__(self) -> str:
        """The key as text, which `read_verifier` reads."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Whether a signature is this key's over a message."""
        try:
            if self.kind is SignatureType.ML_DSA_44:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class NoteSignature(NamedTuple):
    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        """The line of a note, without its end."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.value).decode()}"


class Note(NamedTuple):
    text: str
    """With the newline at its end."""
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{one}\n" for one in self.signatures)


class VerifiedSignature(NamedTuple):
    key: Verifier
    signature: NoteSignature


def read_verifier(text: str, where: str = "") -> Verifier:
    """Read a public key as text: name, id and key, with `+` between them.

    Raises:
        InputError: It is none, or its id is another key's.
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = base64.b64decode(encoded, validate=True)
        kind = SignatureType(raw[0])
    except (binascii.Error, ValueError, IndexError) as error:
        raise InputError(f"no public key of a note: {error}", where=where, mend="write NAME+ID+KEY") from error
    found = Verifier(name, kind, raw[1:])
    if not _NAME.fullmatch(name) or len(found.public) != _KEY_BYTES[kind]:
        raise InputError("a name or a key that no note has", where=where, mend="write NAME+ID+KEY")
    if found.id.hex() != key_id:
        raise InputError(f"the id of this key is {found.id.hex()}, not {key_id}", where=where, mend="copy it again")
    return found


def read_note(data: bytes, where: str = "") -> Note:
    """Take a note apart; checks no signature.

    Raises:
        InputError: It is none.
    """
    if len(data) > _LONGEST_BYTES:
        raise InputError(f"a note of {len(data):,} bytes", where=where, mend=_MEND)
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise InputError("a note that is no UTF-8", where=where, mend=_MEND) from error
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or _CONTROL.search(whole):
        raise InputError("no text with signatures behind its last empty line", where=where, mend=_MEND)
    signatures = tuple(_signature(line, where) for line in lines[:-1].split("\n"))
    if len(signatures) > _MOST_SIGNATURES:
        raise InputError(f"a note with {len(signatures)} signatures", where=where, mend=_MEND)
    return Note(text + "\n", signatures)


def read_signatures(data: bytes, where: str = "") -> tuple[NoteSignature, ...]:
    """Read lines of signatures alone, as a witness answers.

    Raises:
        InputError: There is another line among them.
    """
    note = read_note(b"-\n\n" + data, where)
    if note.text != "-\n":
        raise InputError("other text before the signatures", where=where, mend=_MEND)
    return note.signatures


def verified_signatures(note: Note, known: Iterable[Verifier]) -> tuple[VerifiedSignature, ...]:
    """The signatures over the text that known keys of the type Ed25519 have made.

    Raises:
        VerificationError: One by a known key does not hold, or no known key has signed.
    """
    found = tuple(
        VerifiedSignature(key, one) for key, one in by_known(note, known) if key.kind is SignatureType.ED25519
    )
    for key, one in found:
        if not key.holds(one.value, note.text.encode()):
            raise VerificationError(f"the signature of {key.name} does not hold")
    if not found:
        raise VerificationError("no known key has signed")
    return found


def by_known(note: Note, known: Iterable[Verifier]) -> tuple[VerifiedSignature, ...]:
    """The signatures that bear the name and id of a known key; whether they hold is not looked at."""
    keys = {(key.name, key.id): key for key in known}
    return tuple(
        VerifiedSignature(keys[one.name, one.key_id], one) for one in note.signatures if (one.name, one.key_id) in keys
    )


def _signature(line: str, where: str) -> NoteSignature:
    matched = _LINE.fullmatch(line)
    if matched is None or not _NAME.fullmatch(matched[1]):
        raise InputError(f"no signature: {line[:60]!r}", where=where, mend=_MEND)
    try:
        raw = base64.b64decode(matched[2], validate=True)
    except binascii.Error as error:
        raise InputError(f"no base64: {line[:60]!r}", where=where, mend=_MEND) from error
    if len(raw) <= ID_BYTES:
        raise InputError(f"a signature of {len(raw)} bytes", where=where, mend=_MEND)
    return NoteSignature(matched[1], raw[:ID_BYTES], raw[ID_BYTES:])
