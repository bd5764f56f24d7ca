"""Whose keys count: added once, revoked for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.intel.member_keys import MemberKey
from stillwatch.service.sharing.trusted_keys import load_member_keys, revoke, trust

if TYPE_CHECKING:
    from pathlib import Path

_KEYS = tuple(
    MemberKey(member=f"identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d1{number}", name="Lab", public=bytes((number,)) * 32)
    for number in (1, 2)
)
_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_keys_are_added_one_after_the_other(tmp_path: Path) -> None:
    file = tmp_path / "members.toml"
    for key in _KEYS:
        trust(file, (key,))
    assert load_member_keys(file) == _KEYS
    with pytest.raises(InputError, match="is there already"):
        trust(file, (_KEYS[0],))


def test_a_revoked_key_stays_revoked_and_is_never_trusted_again(tmp_path: Path) -> None:
    file = tmp_path / "members.toml"
    trust(file, _KEYS)
    revoked = revoke(file, _KEYS[1].id, at=_AT, because="stolen")
    assert (revoked.revoked_at, revoked.revoked_because) == (_AT, "stolen")
    assert revoke(file, _KEYS[1].id, at=datetime(2027, 1, 1, tzinfo=UTC), because="again") == revoked
    assert load_member_keys(file) == (_KEYS[0], revoked)
    with pytest.raises(InputError, match="is there already"):
        trust(file, (_KEYS[1],))
    with pytest.raises(InputError, match="there is no key 00"):
        revoke(file, "00", at=_AT, because="stolen")
    with pytest.raises(InputError, match="for a reason"):
        revoke(file, _KEYS[0].id, at=_AT, because=" ")


def test_a_file_that_anybody_may_write_to_trusts_nobody(tmp_path: Path) -> None:
    file = tmp_path / "members.toml"
    trust(file, _KEYS)
    file.chmod(0o666)
    with pytest.raises(SettingsError, match="everybody may write"):
        load_member_keys(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_member_keys(tmp_path / "missing")
    (tmp_path / "binary").write_bytes(b"\xff")
    with pytest.raises(InputError, match="no text"):
        load_member_keys(tmp_path / "binary")
