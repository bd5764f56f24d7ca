"""A key on a curve of NIST in a token, by PKCS#11 (CKM_ECDSA): as model signing has them, for seals of weights.

key = open_curve_token_key(read_pkcs11_uri("pkcs11:token=vault;object=weights"), b"1234")
key.sign(b"...")

The hash that belongs to the curve is taken here, and the token signs it; each signature is checked before it is given
on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import Hash
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import KeyType, Mechanism

from stillwatch.core.errors import SettingsError
from stillwatch.service.token_key import find_halves, open_token_key
from stillwatch.signing.key_kinds import CURVES, holds

if TYPE_CHECKING:
    from stillwatch.signing.key_kinds import AnyKey
    from stillwatch.signing.pkcs11_uri import Pkcs11Uri

_OCTET_STRING: Final = 0x04
_LONG: Final = 0x81
"""The length of a P-521 point takes a byte of its own after this one (X.690, 8.1.3.5)."""
_NAMED: Final[dict[bytes, ec.EllipticCurve]] = {
    bytes.fromhex("06082a8648ce3d030107"): ec.SECP256R1(),
    bytes.fromhex("06052b81040022"): ec.SECP384R1(),
    bytes.fromhex("06052b81040023"): ec.SECP521R1(),
}
"""Object identifier, DER, by which a token names it → the curve."""


@dataclass(frozen=True, slots=True)
class CurveTokenKey:
    """An `AnyKey`."""

    where: str
    public: ec.EllipticCurvePublicKey
    _private: Any
    _session: Any
    """Held, or the token forgets that somebody has logged in."""

    def sign(self, data: bytes, /) -> bytes:
        """The signature in DER.

        Raises:
            SettingsError: The token is gone, refuses, or gives what is none.
        """
        digest = Hash(CURVES[self.public.curve.name])
        digest.update(data)
        mend = "see whether it is plugged in and unlocked"
        try:
            raw = bytes(self._private.sign(digest.finalize(), mechanism=Mechanism.ECDSA))
        except PKCS11Error as error:
            why = f"the token does not sign: {type(error).__name__} {error}".rstrip()
            raise SettingsError(why, where=self.where, mend=mend) from error
        half = len(raw) // 2
        signature = encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
        if not holds(self.public, signature, data):
            raise SettingsError("the token gives what is no signature", where=self.where, mend=mend)
        return signature

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self.public


def open_curve_token_key(uri: Pkcs11Uri, pin: bytes | None) -> AnyKey:
    """Open the token and find the key; one of Ed25519 is given as `open_token_key` does.

    Raises:
        SettingsError: There is no such module, token or key, or several, or it is of another kind; a wrong PIN.
    """
    found = find_halves(uri, pin)
    if found.kind is KeyType.EC_EDWARDS:
        return open_token_key(uri, pin)
    mend = "make one on P-256: pkcs11-tool --keypairgen --key-type EC:prime256v1"
    if found.kind is not KeyType.EC or found.curve not in _NAMED:
        raise SettingsError("no key on a curve of NIST", where=found.where, mend=mend)
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(_NAMED[found.curve], _unwrapped(found.point))
    except ValueError as error:
        raise SettingsError(f"no point on its curve: {error}", where=found.where, mend=mend) from error
    return CurveTokenKey(found.where, public, found.private, found.session)


def _unwrapped(point: bytes) -> bytes:
    """Without the OCTET STRING that PKCS#11 puts around it."""
    if len(point) > 2 and point[0] == _OCTET_STRING and point[1] == len(point) - 2:
        return point[2:]
    if len(point) > 3 and point[:2] == bytes((_OCTET_STRING, _LONG)) and point[2] == len(point) - 3:
        return point[3:]
    return point
