"""Against a real token of SoftHSM."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from key_holders import PIN, SOFTHSM, soft_token
from stillwatch.core.errors import SettingsError
from stillwatch.service.signing_keys import open_any_key

if TYPE_CHECKING:
    from pathlib import Path


_SIGN = """
import sys
from stillwatch.service.signing_keys import open_any_key
from stillwatch.signing.key_kinds import holds
for address in sys.argv[2:]:
    key = open_any_key(address, passphrase=sys.argv[1].encode())
    signature = key.sign(b"weights")
    print(type(key).__name__, holds(key.public_key(), signature, b"weights"), holds(key.public_key(), signature, b"x"))
"""


def test_keys_of_both_kinds_sign_in_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, since one speaks to a module as to one token store."""
    edwards = soft_token(tmp_path, monkeypatch)
    curve = f"pkcs11:token=evidence;object=p256?module-path={SOFTHSM}"
    command = [sys.executable, "-c", _SIGN, PIN, curve, edwards]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # our own words
    assert done.stdout.splitlines() == ["CurveTokenKey True False", "TokenKey True False"]


class _Liar:
    def sign(self, digest: bytes, *, mechanism: object) -> bytes:
        del digest, mechanism
        return bytes(range(1, 65))


def test_a_token_that_gives_no_signature_or_another_curve_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pkcs11", reason="no python-pkcs11: pip install 'stillwatch[tokens]'")
    from pkcs11.mechanisms import KeyType

    from stillwatch.service import curve_token_key
    from stillwatch.service.token_key import Halves

    public = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    with pytest.raises(SettingsError, match="no signature"):
        curve_token_key.CurveTokenKey("here", public, _Liar(), None).sign(b"weights")
    named = bytes.fromhex("06082a8648ce3d030107")
    for kind, curve, told in (
        (KeyType.EC, b"another", "no key on a curve of NIST"),
        (KeyType.RSA, named, "no key on a curve of NIST"),
        (KeyType.EC, named, "no point on its curve"),
    ):
        found = Halves("here", kind, b"\x04" + bytes(64), curve, None, None)
        monkeypatch.setattr(curve_token_key, "find_halves", lambda *_, found=found: found)
        with pytest.raises(SettingsError, match=told):
            open_any_key("pkcs11:object=weights?module-path=/m.so")


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP521R1()], ids=lambda one: one.name)
def test_a_point_is_read_as_tokens_wrap_it(curve: ec.EllipticCurve) -> None:
    pytest.importorskip("pkcs11", reason="no python-pkcs11: pip install 'stillwatch[tokens]'")
    from stillwatch.service.curve_token_key import _unwrapped

    size = 1 + 2 * ((curve.key_size + 7) // 8)
    point = b"\x04" + bytes(size - 1)
    length = bytes((size,)) if size < 128 else bytes((0x81, size))
    assert _unwrapped(b"\x04" + length + point) == _unwrapped(point) == point
