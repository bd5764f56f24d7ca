"""Sign a checkpoint together with the time at which it was the largest that was seen: c2sp.org/tlog-cosignature.

>>> from stillwatch.evidence.checkpoint import Checkpoint
>>> message_of(SignatureType.COSIGNATURE, "", Checkpoint("log", 0, bytes(32)), 7).decode().splitlines()[:3]
['cosignature/v1', 'time 7', 'log']

A log signs so with ML-DSA-44 as its second signature, witnesses with either kind. A cosigner states that it has seen no
other history of the log, so a log that shows two histories needs as many dishonest cosigners as a reader asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.signed_note import NoteSignature, SignatureType, Verifier, by_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stillwatch.evidence.checkpoint import Checkpoint
    from stillwatch.evidence.signed_note import Note

_TIME_BYTES: Final = 8
_LABEL: Final = b"subtree/v1\n\0"


class Cosigned(NamedTuple):
    key: Verifier
    at_s: int
    """POSIX time that the cosigner states."""


def message_of(kind: SignatureType, name: str, checkpoint: Checkpoint, at_s: int) -> bytes:
    """What a cosigner of that name signs.

    Raises:
        ValueError: A name that is empty or longer than 255 bytes, with ML-DSA-44.
    """
    if kind is not SignatureType.ML_DSA_44:
        return f"cosignature/v1\ntime {at_s}\n{checkpoint}".encode()
    return b"".join(
        (
            *(_LABEL, _named(name), at_s.to_bytes(8, "big"), _named(checkpoint.origin)),
            *(bytes(8), checkpoint.size.to_bytes(8, "big"), checkpoint.root),
        )
    )


def cosign(checkpoint: Checkpoint, key: Verifier, sign: Callable[[bytes], bytes], at_s: int) -> NoteSignature:
    """The signature of a cosigner, to be added to the checkpoint's note.

    Args:
        checkpoint: What is signed.
        key: The public key, with its name and kind.
        sign: Makes the raw signature of its private half over a message.
        at_s: POSIX time, not before 1970.
    """
    made = sign(message_of(key.kind, key.name, checkpoint, at_s))
    return NoteSignature(key.name, key.id, at_s.to_bytes(_TIME_BYTES, "big") + made)


def cosignatures(note: Note, known: Iterable[Verifier]) -> tuple[Cosigned, ...]:
    """Who of the known cosigners has signed the checkpoint, and when.

    Raises:
        VerificationError: A signature of a known cosigner does not hold.
    """
    checkpoint = read_checkpoint(note.text)
    found: list[Cosigned] = []
    for key, signature in by_known(note, known):
        if key.kind is SignatureType.ED25519:
            continue
        at_s = int.from_bytes(signature.value[:_TIME_BYTES], "big")
        if not key.holds(signature.value[_TIME_BYTES:], message_of(key.kind, key.name, checkpoint, at_s)):
            raise VerificationError(f"the cosignature of {key.name} does not hold")
        found.append(Cosigned(key, at_s))
    return tuple(found)


def _named(name: str) -> bytes:
    data = name.encode()
    if not 0 < len(data) < 256:
        raise ValueError(f"a name of {len(data)} bytes cannot be signed for")
    return bytes([len(data)]) + data
