from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.leaf_entry import entry_of
from stillwatch.evidence.proof_file import check_proof
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.log_settings import policy_of

if TYPE_CHECKING:
    from pathlib import Path

_LEAF = Leaf(kind=LeafKind.SHARE, sha256="ab" * 32, noted_at=datetime(2026, 11, 22, tzinfo=UTC))
_OTHER = replace(_LEAF, sha256="cd" * 32)


def _clock() -> float:
    return 5.0


def test_what_was_noted_is_found_again_and_proved_to_strangers(tmp_path: Path) -> None:
    log = EvidenceLog.make(tmp_path / "e", "log.example", clock=_clock)
    assert log.note([_LEAF, _OTHER]) == range(2)
    assert log.note([_LEAF]) == range(2, 3)
    again = EvidenceLog.open(tmp_path / "e", clock=_clock)
    assert again.find(_LEAF.sha256) == (0, 2)
    assert again.find("ef" * 32) == ()
    assert list(again.leaves(1)) == [_OTHER, _LEAF]
    check_proof(entry_of(_OTHER), again.prove(1), policy_of(tmp_path / "e"))


def test_the_index_is_made_anew_from_the_log(tmp_path: Path) -> None:
    log = EvidenceLog.make(tmp_path / "e", "log.example", clock=_clock)
    log.note([_LEAF] * 300)
    (tmp_path / "e" / "leaves.db").unlink()
    assert len(log.find(_LEAF.sha256)) == 300


def test_private_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    EvidenceLog.make(tmp_path / "e", "log.example", clock=_clock)
    key = tmp_path / "e" / "keys" / "ml-dsa-44.pem"
    assert key.stat().st_mode & 0o077 == 0
    key.chmod(0o644)
    with pytest.raises(SettingsError):
        EvidenceLog.open(tmp_path / "e", clock=_clock)


def test_settings_that_are_damaged_are_named(tmp_path: Path) -> None:
    EvidenceLog.make(tmp_path / "e", "log.example", clock=_clock)
    (tmp_path / "e" / "log.toml").write_text('origin = "log.example"')
    with pytest.raises(SettingsError, match=r"log\.toml: damaged"):
        EvidenceLog.open(tmp_path / "e", clock=_clock)
