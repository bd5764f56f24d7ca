"""A signature that `model_signing` and we read alike: a sigstore bundle, version 0.3, with a DSSE envelope in it.

>>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
>>> key = Ed25519PrivateKey.from_private_bytes(bytes(32))
>>> check_bundle(write_bundle(b"{}", key), [key.public_key()]).payload
b'{}'

Signed with a key, a bundle needs no certificate and no public log, so it can be made and checked in an air gap. The
hint says which key it was; nobody has signed the hint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.file_manifest import PAYLOAD_TYPE
from stillwatch.evidence.plain_json import read_plain
from stillwatch.signing.dsse import Envelope, Signature, envelope_of, plain_envelope, pre_authentication
from stillwatch.signing.key_kinds import id_of, signer_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.signing.key_kinds import AnyKey, PublicKey

MEDIA_TYPE: Final = "application/vnd.dev.sigstore.bundle.v0.3+json"
_MEND: Final = "name a signature that was made with a key"


class SignedPayload(NamedTuple):
    payload: bytes
    signer: PublicKey


def write_bundle(payload: bytes, key: AnyKey) -> bytes:
    """Sign an in-toto statement."""
    signature = Signature("", key.sign(pre_authentication(payload, PAYLOAD_TYPE)))
    bundle = {
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {"publicKey": {"hint": id_of(key.public_key())}, "tlogEntries": []},
        "dsseEnvelope": plain_envelope(Envelope(payload, PAYLOAD_TYPE, (signature,))),
    }
    return orjson.dumps(bundle)


def check_bundle(data: bytes, known: Sequence[PublicKey], where: str = "") -> SignedPayload:
    """The statement, once a known key is found to have signed it.

    Raises:
        InputError: It is no such bundle.
        VerificationError: None of the known keys has signed it.
    """
    bundle = read_plain(data, where)
    envelope = _envelope(bundle, where)
    if envelope.payload_type != PAYLOAD_TYPE:
        raise VerificationError(f"it signs something else, {envelope.payload_type!r}", where=where)
    if not known:
        raise VerificationError("no key is trusted", where=where, mend="name the keys that you trust")
    signed = pre_authentication(envelope.payload, envelope.payload_type)
    for one in envelope.signatures:
        signer = signer_among(known, one.value, signed)
        if signer is not None:
            return SignedPayload(envelope.payload, signer)
    hint = bundle["verificationMaterial"].get("publicKey", {}).get("hint", "")
    says = f"; it says that it is of the key {hint}" if hint else ""
    raise VerificationError(f"none of the keys that are trusted has signed it{says}", where=where)


def _envelope(bundle: Any, where: str) -> Envelope:
    try:
        if bundle["mediaType"] != MEDIA_TYPE:
            raise InputError(f"a signature of another form, {bundle['mediaType']!r}", where=where, mend=_MEND)
        if "publicKey" not in bundle["verificationMaterial"]:
            raise InputError("signed with a certificate, not with a key", where=where, mend=_MEND)
        return envelope_of(bundle["dsseEnvelope"], where)
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"no bundle of sigstore: {error!r}", where=where, mend=_MEND) from error
