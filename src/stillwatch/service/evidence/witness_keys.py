"""The keys that a witness signs with, in files as a log's are.

>>> signer = WitnessSigner.from_seeds("w.example", bytes(32), bytes(32))
>>> [one.kind.name for one in signer.verifiers]
['COSIGNATURE', 'ML_DSA_44']
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stillwatch.evidence.cosignature import cosign
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.signed_note import SignatureType, Verifier
from stillwatch.service.evidence.log_keys import read_log_keys

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evidence.checkpoint import Checkpoint
    from stillwatch.evidence.signed_note import NoteSignature


@dataclass(frozen=True, slots=True)
class WitnessSigner:
    """Signs as a cosigner; a witness must not use its keys for anything else."""

    keys: LogSigner
    """Under the witness's name."""

    @classmethod
    def from_seeds(cls, name: str, first: bytes, second: bytes | None = None) -> WitnessSigner:
        """From 32 secret bytes for each key."""
        return cls(LogSigner.from_seeds(name, first, second))

    @classmethod
    def read(cls, folder: Path, name: str, *, passphrase: bytes | None = None) -> WitnessSigner:
        """From the files of `service.evidence.log_keys`.

        Raises:
            SettingsError: As there.
        """
        return cls(read_log_keys(folder, name, passphrase=passphrase))

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """The public keys, for readers of logs to be told of."""
        first, *rest = self.keys.verifiers
        return Verifier(first.name, SignatureType.COSIGNATURE, first.public), *rest

    def sign(self, checkpoint: Checkpoint, *, at_s: int) -> tuple[NoteSignature, ...]:
        """The cosignatures; `at_s` is POSIX time."""
        first, *rest = self.verifiers
        made = [cosign(checkpoint, first, self.keys.first.sign, at_s)]
        if self.keys.second is not None:
            made += [cosign(checkpoint, one, self.keys.second.sign, at_s) for one in rest]
        return tuple(made)
