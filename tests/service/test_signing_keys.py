"""The file of a private key: made, locked, and refused where it is no key for us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from stillwatch.core.errors import SettingsError
from stillwatch.service.secret_files import write_secret
from stillwatch.service.signing_keys import make_signing_key, read_signing_key
from stillwatch.signing.dsse import public_bytes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("passphrase", [None, b"correct horse"])
def test_what_is_made_is_read(passphrase: bytes | None, tmp_path: Path) -> None:
    made = make_signing_key(tmp_path / "a.pem", passphrase=passphrase)
    assert public_bytes(read_signing_key(tmp_path / "a.pem", passphrase=passphrase)) == public_bytes(made)
    with pytest.raises(SettingsError, match="there is a file already"):
        make_signing_key(tmp_path / "a.pem")


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    make_signing_key(tmp_path / "a.pem", passphrase=b"one")
    for passphrase in (b"two", None):
        with pytest.raises(SettingsError, match=r"no key that can be used"):
            read_signing_key(tmp_path / "a.pem", passphrase=passphrase)


def test_only_a_key_that_signs_is_one(tmp_path: Path) -> None:
    write_secret(tmp_path / "x.pem", b"-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n")
    with pytest.raises(SettingsError, match="no key that can be used"):
        read_signing_key(tmp_path / "x.pem")
    other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_secret(tmp_path / "y.pem", other)
    with pytest.raises(SettingsError, match="no Ed25519 key"):
        read_signing_key(tmp_path / "y.pem")
    (tmp_path / "y.pem").chmod(0o644)
    with pytest.raises(SettingsError, match="others may use this secret"):
        read_signing_key(tmp_path / "y.pem")
