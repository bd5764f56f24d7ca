"""The keys that a log signs its checkpoints with: Ed25519, and ML-DSA-44 beside it for readers after Q-day.

>>> from stillwatch.evidence.checkpoint import Checkpoint
>>> from stillwatch.evidence.proof_file import LogPolicy, check_checkpoint
>>> signer = LogSigner.from_seeds("log.example", bytes(32), bytes(32))
>>> note = signer.sign(Checkpoint("log.example", 7, bytes(32)), at_s=0)
>>> check_checkpoint(note, LogPolicy(origin="log.example", log_keys=signer.verifiers)).checkpoint.size
7
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from stillwatch.evidence.cosignature import cosign
from stillwatch.evidence.signed_note import Note, NoteSignature, SignatureType, Verifier

if TYPE_CHECKING:
    from stillwatch.evidence.checkpoint import Checkpoint
    from stillwatch.signing.signing_key import SigningKey


@dataclass(frozen=True, slots=True)
class LogSigner:
    name: str
    """That of the log, its origin."""
    first: SigningKey
    second: MLDSA44PrivateKey | None = None

    @classmethod
    def from_seeds(cls, name: str, first: bytes, second: bytes | None = None) -> LogSigner:
        """From 32 secret bytes for each key."""
        made = None if second is None else MLDSA44PrivateKey.from_seed_bytes(second)
        return cls(name, Ed25519PrivateKey.from_private_bytes(first), made)

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """The public keys, for readers to be told of."""
        first = Verifier(self.name, SignatureType.ED25519, self.first.public_key().public_bytes_raw())
        if self.second is None:
            return (first,)
        return first, Verifier(self.name, SignatureType.ML_DSA_44, self.second.public_key().public_bytes_raw())

    def sign(self, checkpoint: Checkpoint, *, at_s: int) -> Note:
        """The checkpoint as a signed note; `at_s` is POSIX time, which the second signature states."""
        text = str(checkpoint)
        first, *rest = self.verifiers
        signatures = [NoteSignature(first.name, first.id, self.first.sign(text.encode()))]
        if self.second is not None:
            signatures += [cosign(checkpoint, key, self.second.sign, at_s) for key in rest]
        return Note(text, tuple(signatures))
