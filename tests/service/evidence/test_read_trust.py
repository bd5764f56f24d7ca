from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sealed_package import MemoryLog, case_of, package, policy
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.evidence.redaction import read_openings
from stillwatch.evidence.sealed_case import Tier
from stillwatch.evidence.store_zip import read_zip
from stillwatch.service.evidence.read_trust import read_trust

if TYPE_CHECKING:
    from pathlib import Path


def test_what_a_reader_was_given_is_read_under_whatever_name(tmp_path: Path) -> None:
    asked = policy()
    keys, witness = ("".join(f'"{one}",' for one in some) for some in (asked.log_keys, asked.witnesses))
    settings = f'origin = "{asked.origin}"\nkeys = [{keys}]\nquorum = 1\n'
    (tmp_path / "lab.toml").write_text(f'{settings}[[witness]]\nurl = "https://w.example"\nkeys = [{witness}]\n')
    (tmp_path / "log.toml").write_text('origin = "another"\nkeys = []\n')
    log = MemoryLog()
    case_of(log)
    (tmp_path / "seen").write_text(str(log.head(2)))
    shown = bytes(read_zip(memoryview(package(Tier.CONFIDENTIAL)))["openings.json"])
    (tmp_path / "shown.json").write_bytes(shown)
    found = read_trust(log_toml=tmp_path / "lab.toml", seen=[tmp_path / "seen"], openings=[tmp_path / "shown.json"])
    assert (found.policy, [str(one) for one in found.seen]) == (asked, [(tmp_path / "seen").read_text()])
    assert found.shown == read_openings(shown)


def test_what_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    for given in ({"roots": tmp_path / "x"}, {"seen": [tmp_path / "x"]}, {"openings": [tmp_path / "x"]}):
        with pytest.raises(InputError):
            read_trust(**given)  # type: ignore[arg-type]  # one list for all of them
    with pytest.raises(SettingsError):
        read_trust(log_toml=tmp_path / "x")
