from __future__ import annotations

import stat

from stillwatch.service.evidence.custody_signer import FILE, custody_signer
from stillwatch.service.signing_keys import make_signing_key


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    made = custody_signer(tmp_path, None)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert custody_signer(tmp_path, None).public_key() == made.public_key()


def test_another_key_is_taken_where_one_is_named(tmp_path):
    own = make_signing_key(tmp_path / "own.pem")
    assert custody_signer(tmp_path, str(tmp_path / "own.pem")).public_key() == own.public_key()
    assert not (tmp_path / FILE).exists()
