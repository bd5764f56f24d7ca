from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from key_log import AT
from stillwatch.core.errors import SettingsError
from stillwatch.service.evidence.time_authority import make_authority
from stillwatch.service.evidence.told_key import read_told_key

if TYPE_CHECKING:
    from pathlib import Path


def _pem(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def test_keys_of_each_kind(tmp_path: Path) -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    made = [Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate(), curve]
    found = []
    for number, key in enumerate(made):
        (tmp_path / str(number)).write_bytes(_pem(key))
        found.append(read_told_key(tmp_path / str(number)))
    assert [(one.algorithm, len(one.public)) for one in found[:2]] == [("ed25519", 32), ("ml-dsa-44", 1_312)]
    assert found[2].algorithm == "ecdsa"
    assert load_der_public_key(found[2].public) == curve.public_key()


def test_a_certificate_of_a_time_authority(tmp_path: Path) -> None:
    make_authority(tmp_path / "tsa", "lab time", valid_from=AT)
    assert read_told_key(tmp_path / "tsa" / "authority.pem").algorithm == "x509"


@pytest.mark.parametrize(
    "content", [None, b"none", _pem(X25519PrivateKey.generate())], ids=["no file", "no key", "x25519"]
)
def test_what_signs_nothing_is_refused(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "k").write_bytes(content)
    with pytest.raises(SettingsError):
        read_told_key(tmp_path / "k")
