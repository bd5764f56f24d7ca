"""Against a real token of SoftHSM."""

from __future__ import annotations

from pathlib import Path

import pytest

from key_holders import PIN, SOFTHSM, soft_token
from stillwatch.core.errors import SettingsError
from stillwatch.service.secret_files import write_secret
from stillwatch.service.signing_keys import open_signing_key


def test_keys_in_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, since a process speaks to a module as to one token store."""
    address = soft_token(tmp_path, monkeypatch)
    for wrong in (b"0000", None):
        with pytest.raises(SettingsError, match=r"does not open: Pin|0 private keys"):
            open_signing_key(address, passphrase=wrong)
    key = open_signing_key(address, passphrase=PIN.encode())
    key.public_key().verify(key.sign(b"evidence"), b"evidence")
    assert key.sign(b"evidence") == key.sign(b"evidence")

    write_secret(tmp_path / "pin", f"{PIN}\n".encode())
    again = open_signing_key(f"{address}&pin-source={tmp_path / 'pin'}")
    assert again.public_key() == key.public_key()
    (tmp_path / "pin").chmod(0o644)
    with pytest.raises(SettingsError, match="others may use this secret"):
        open_signing_key(f"{address}&pin-source={tmp_path / 'pin'}")

    refused = [
        ("pkcs11:token=evidence;object=twin", "2 private keys"),
        ("pkcs11:token=evidence;object=none", "0 private keys"),
        ("pkcs11:token=evidence;object=p256", "no Ed25519 key"),
        ("pkcs11:token=other;object=log", "0 tokens"),
    ]
    for other, why in refused:
        with pytest.raises(SettingsError, match=why):
            open_signing_key(f"{other}?module-path={SOFTHSM}", passphrase=PIN.encode())
    twin = open_signing_key(f"pkcs11:token=evidence;object=twin;id=%03?module-path={SOFTHSM}", passphrase=PIN.encode())
    assert twin.public_key() != key.public_key()


def test_a_module_that_others_may_change_is_not_loaded(tmp_path: Path) -> None:
    pytest.importorskip("pkcs11", reason="no python-pkcs11: pip install 'stillwatch[tokens]'")
    module = tmp_path / "m.so"
    cases = [("no module", None), ("does not load", 0o644), ("others may change", 0o666)]
    for why, mode in cases:
        if mode is not None:
            module.touch()
            module.chmod(mode)
        with pytest.raises(SettingsError, match=why):
            open_signing_key(f"pkcs11:object=a?module-path={module}")


def test_the_path_of_a_module_need_not_be_given() -> None:
    pytest.importorskip("pkcs11", reason="no python-pkcs11: pip install 'stillwatch[tokens]'")
    assert not Path("p11-kit-proxy.so").exists()
    with pytest.raises(SettingsError):
        open_signing_key("pkcs11:token=no-such-token;object=a")
