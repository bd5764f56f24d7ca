from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from licensed import PUBLIC
from stillwatch.core.errors import SettingsError
from stillwatch.service.licences.public_key import read_public_key, write_public_key

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_public_key(tmp_path / "a.pem", PUBLIC)
    assert read_public_key(tmp_path / "a.pem").public_bytes_raw() == PUBLIC.public_bytes_raw()


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    key = MLDSA44PrivateKey.generate().public_key()
    (tmp_path / "a.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(SettingsError, match="a key of ml-dsa-44"):
        read_public_key(tmp_path / "a.pem")
