"""Secrets are for their owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.service.secret_files import read_secret, write_secret


def test_a_secret_is_written_for_its_owner_alone_and_never_over_another(tmp_path: Path) -> None:
    file = tmp_path / "key"
    write_secret(file, b"one")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(SettingsError, match="there is a file already"):
        write_secret(file, b"two")
    assert read_secret(file) == b"one"
    with pytest.raises(SettingsError, match="cannot be written"):
        write_secret(tmp_path / "missing" / "key", b"")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
def test_what_others_may_use_is_no_secret(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "key"
    write_secret(file, b"one")
    file.chmod(mode)
    with pytest.raises(SettingsError, match=rf"mode {mode:o}\) \(chmod 600"):
        read_secret(file)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a file away")
def test_another_users_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    write_secret(file, b"one")
    os.chown(file, 1234, -1)
    with pytest.raises(SettingsError, match="another user"):
        read_secret(file)
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    assert read_secret(file) == b"one"


def test_what_is_no_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_secret(tmp_path)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_secret(tmp_path / "missing")
    write_secret(tmp_path / "large", bytes((1 << 20) + 1))
    with pytest.raises(SettingsError, match="too large"):
        read_secret(tmp_path / "large")
    with pytest.raises(SettingsError, match="no file"):
        read_secret(Path("/dev/null"))
