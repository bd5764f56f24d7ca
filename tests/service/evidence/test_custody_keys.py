from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.evidence.custody_keys import make_custody_key, read_public_keys
from stillwatch.service.secret_files import write_secret
from stillwatch.service.signing_keys import make_signing_key, open_any_key
from stillwatch.signing.key_kinds import holds

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_under_a_passphrase_is_read_with_it_alone(tmp_path: Path) -> None:
    made = make_custody_key(tmp_path / "k.pem", passphrase=b"secret")
    read = open_any_key(str(tmp_path / "k.pem"), passphrase=b"secret")
    (public,) = read_public_keys([tmp_path / "k.pub"])
    assert holds(public, read.sign(b"x"), b"x")
    assert made.public_key() == public
    for wrong in (None, b"other"):
        with pytest.raises(SettingsError, match="no key that can be used"):
            open_any_key(str(tmp_path / "k.pem"), passphrase=wrong)
    with pytest.raises(SettingsError, match="already"):
        make_custody_key(tmp_path / "k.pem")


def test_a_key_of_ed25519_signs_too_and_one_of_rsa_does_not(tmp_path: Path) -> None:
    made = make_signing_key(tmp_path / "ed.pem")
    assert open_any_key(str(tmp_path / "ed.pem")).public_key() == made.public_key()
    key = rsa.generate_private_key(65537, 2048)
    write_secret(tmp_path / "rsa.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SettingsError, match="another kind"):
        open_any_key(str(tmp_path / "rsa.pem"))


def test_files_that_hold_no_public_key_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_public_keys([tmp_path / "nowhere.pub"])
    (tmp_path / "a.pub").write_text("nothing", "utf-8")
    with pytest.raises(InputError, match=r"a\.pub"):
        read_public_keys([tmp_path / "a.pub"])
