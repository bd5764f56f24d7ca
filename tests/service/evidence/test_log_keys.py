from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.service.evidence.log_keys import FIRST, SECOND, make_log_keys, read_log_keys

if TYPE_CHECKING:
    from pathlib import Path


def test_both_keys_are_read_under_their_passphrase(tmp_path: Path) -> None:
    made = make_log_keys(tmp_path, "log.example", passphrase=b"secret")
    assert read_log_keys(tmp_path, "log.example", passphrase=b"secret").verifiers == made.verifiers
    for wrong in (None, b"other"):
        with pytest.raises(SettingsError, match="no key that can be used"):
            read_log_keys(tmp_path, "log.example", passphrase=wrong)


def test_the_second_key_may_be_away_but_no_other_may_take_its_place(tmp_path: Path) -> None:
    made = make_log_keys(tmp_path, "log.example")
    (tmp_path / SECOND).unlink()
    assert read_log_keys(tmp_path, "log.example").verifiers == made.verifiers[:1]
    (tmp_path / FIRST).rename(tmp_path / SECOND)
    (tmp_path / "more").mkdir()
    make_log_keys(tmp_path / "more", "log.example")
    (tmp_path / "more" / FIRST).rename(tmp_path / FIRST)
    with pytest.raises(SettingsError, match="no ML-DSA-44 key"):
        read_log_keys(tmp_path, "log.example")


def test_keys_are_never_written_over(tmp_path: Path) -> None:
    make_log_keys(tmp_path, "log.example")
    with pytest.raises(SettingsError):
        make_log_keys(tmp_path, "log.example")
