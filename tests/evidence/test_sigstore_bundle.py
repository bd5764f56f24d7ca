"""A bundle holds for the key that signed it, and for nothing else than was signed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.core.errors import InputError, StillwatchError, VerificationError
from stillwatch.evidence.sigstore_bundle import check_bundle, write_bundle
from stillwatch.signing.key_kinds import CurveKey, id_of

_KEY = CurveKey(ec.derive_private_key(7, ec.SECP256R1()))
_OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
_BUNDLE = write_bundle(b'{"a":1}', _KEY)


def test_the_bundle_is_of_the_form_that_model_signing_writes() -> None:
    read = json.loads(_BUNDLE)
    envelope = read.pop("dsseEnvelope")
    assert read == {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"publicKey": {"hint": id_of(_KEY.public_key())}, "tlogEntries": []},
    }
    assert (envelope["payloadType"], len(envelope["signatures"])) == ("application/vnd.in-toto+json", 1)
    found = check_bundle(_BUNDLE, [_OTHER.public_key(), _KEY.public_key()])
    assert (found.payload, id_of(found.signer)) == (b'{"a":1}', id_of(_KEY.public_key()))


def test_a_key_that_is_not_trusted_is_told_of() -> None:
    with pytest.raises(VerificationError, match=id_of(_KEY.public_key())):
        check_bundle(_BUNDLE, [_OTHER.public_key()])
    with pytest.raises(VerificationError, match="no key is trusted"):
        check_bundle(_BUNDLE, [])


def _with(change: Any) -> bytes:
    read = json.loads(_BUNDLE)
    change(read)
    return json.dumps(read).encode()


_CHANGES = {
    "payload": lambda one: one["dsseEnvelope"].update(payload=base64.b64encode(b'{"a":2}').decode()),
    "type": lambda one: one["dsseEnvelope"].update(payloadType="text/plain"),
    "signature": lambda one: one["dsseEnvelope"]["signatures"][0].update(sig="AAAA"),
    "no signature": lambda one: one["dsseEnvelope"].update(signatures=[]),
    "media type": lambda one: one.update(mediaType="application/json"),
    "certificate": lambda one: one.update(verificationMaterial={"x509CertificateChain": {}}),
    "no envelope": lambda one: one.pop("dsseEnvelope"),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_a_bundle_that_was_changed_does_not_hold(change: str) -> None:
    with pytest.raises(StillwatchError):
        check_bundle(_with(_CHANGES[change]), [_KEY.public_key()], "model.sig")


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        check_bundle(_BUNDLE.replace(b'"mediaType"', b'"mediaType":"x","mediaType"', 1), [_KEY.public_key()])
