"""Judge proofs of a log with sigstore's client for Rekor: `sigstore_judge.py VERIFIER PROOF...`, in its environment."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from types import SimpleNamespace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import verify_checkpoint
from sigstore.errors import VerificationError

_, key_id, encoded = sys.argv[1].split("+")
_KEY = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])


class Keyring:
    """Takes the place of that which sigstore reads from its root of trust."""

    def verify(self, *, key_id: bytes, signature: bytes, data: bytes) -> None:
        del key_id
        try:
            _KEY.verify(signature, data)
        except InvalidSignature as error:
            raise VerificationError("another key's") from error


def judge(path: str) -> None:
    head, _, checkpoint = Path(path).read_text("utf-8").partition("\n\n")
    _, extra, index, *hashes = head.split("\n")
    _, size, root = checkpoint.split("\n")[:3]
    proof = SimpleNamespace(
        log_index=int(index.removeprefix("index ")),
        tree_size=int(size),
        root_hash=base64.b64decode(root),
        hashes=[base64.b64decode(one) for one in hashes],
        checkpoint=SimpleNamespace(envelope=checkpoint),
    )
    body = base64.b64decode(extra.removeprefix("extra "))
    log_id = SimpleNamespace(key_id=bytes.fromhex(key_id))
    entry = SimpleNamespace(_inner=SimpleNamespace(inclusion_proof=proof, canonicalized_body=body, log_id=log_id))
    verify_merkle_inclusion(entry)
    verify_checkpoint(Keyring(), entry)


for argument in sys.argv[2:]:
    judge(argument)
sys.stdout.write(f"{len(sys.argv) - 2}\n")
