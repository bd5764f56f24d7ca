from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.log_options import open_log
from stillwatch.service.evidence.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from pathlib import Path


def test_a_log_is_opened_with_keys_that_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    EvidenceLog.make(tmp_path / "e", "log.example", clock=lambda: 0.0, passphrase=b"secret")
    (tmp_path / "e" / "keys").rename(tmp_path / "vault")
    monkeypatch.setenv("STILLWATCH_PASSPHRASE", "secret")
    assert open_log(tmp_path / "e", tmp_path / "vault").size == 0
    with pytest.raises(SettingsError):
        open_log(tmp_path / "e", None)
