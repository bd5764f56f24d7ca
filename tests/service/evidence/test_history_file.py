from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from key_log import KeyLog, policy_by, signer, told
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.key_history import write_history
from stillwatch.evidence.key_statement import KeyEvent
from stillwatch.service.evidence.history_file import HISTORY, followed, read_history_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_reader_follows_the_history_that_lies_there(tmp_path: Path) -> None:
    assert followed(tmp_path, policy_by(0)) == policy_by(0)
    log = KeyLog()
    log.note(told(KeyEvent.BEGIN))
    log.rotate(1)
    (tmp_path / HISTORY).write_bytes(write_history(log.history()))
    assert read_history_file(tmp_path) == log.history()
    assert followed(tmp_path, policy_by(0)).log_keys[-1] == signer(1).verifiers[0]
    with pytest.raises(VerificationError):
        followed(tmp_path, policy_by(5))
    (tmp_path / HISTORY).write_bytes(b"{}")
    with pytest.raises(InputError, match=HISTORY):
        followed(tmp_path, policy_by(0))
