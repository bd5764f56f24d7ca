from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.guarding.follow_policy import PolicyFollower, policy_at

if TYPE_CHECKING:
    from pathlib import Path


def test_a_text_is_given_once_and_a_broken_one_never(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('version = "1"')
    follower = PolicyFollower(file)
    first = follower.look()
    assert first is not None
    assert (first.version, follower.look()) == ("1", None)
    file.write_text('version = "2"\nmod = "enforce"')
    assert (follower.look(), follower.look(), follower.refused) == (None, None, 1)
    assert follower.trouble.startswith(f"{file}:2: unknown field 'mod'")
    file.write_bytes(b"version = '\xff'")
    assert (follower.look(), follower.refused) == (None, 2)
    file.write_text('version = "2"')
    second = follower.look()
    assert second is not None
    assert (second.version, follower.loaded, follower.trouble) == ("2", 2, "")


def test_a_file_that_is_gone_is_told_and_read_again_when_it_is_back(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('version = "1"')
    follower = PolicyFollower(file)
    follower.look()
    file.unlink()
    assert follower.look() is None
    assert "cannot be read" in follower.trouble
    file.write_text('version = "1"')
    assert follower.look() is not None
    assert not follower.trouble


def test_what_is_no_policy_cannot_be_begun_with(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        policy_at(tmp_path / "policy.toml")
    (tmp_path / "policy.toml").write_text("mode = 'enforce'")
    with pytest.raises(SettingsError, match="needs a version"):
        policy_at(tmp_path / "policy.toml")
