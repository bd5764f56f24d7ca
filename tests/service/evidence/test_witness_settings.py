from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from key_log import KeyLog, signer, told
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.key_history import write_history
from stillwatch.evidence.key_statement import KeyEvent
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_tree import EMPTY_ROOT
from stillwatch.evidence.witness import Status, write_submission
from stillwatch.service.evidence.witness_settings import SETTINGS, make_witness, open_witness

if TYPE_CHECKING:
    from pathlib import Path

_LOG = LogSigner.from_seeds("log.example", bytes(32))


def test_it_watches_the_logs_that_it_is_told_of_and_no_other(tmp_path: Path) -> None:
    make_witness(tmp_path, "w.example", passphrase=b"secret")
    note = _LOG.sign(Checkpoint("log.example", 0, EMPTY_ROOT), at_s=0)
    submission = write_submission(0, [], note)
    asleep = open_witness(tmp_path, clock=lambda: 0.0, passphrase=b"secret")
    assert asleep.add_checkpoint(submission).status is Status.UNKNOWN
    settings = tmp_path / SETTINGS
    settings.write_text(f'{settings.read_text()}\n[[log]]\norigin = "log.example"\nkeys = ["{_LOG.verifiers[0]}"]\n')
    told = open_witness(tmp_path, clock=lambda: 0.0, passphrase=b"secret")
    assert told.add_checkpoint(submission).status is Status.SIGNED


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no witness"):
        open_witness(tmp_path, clock=lambda: 0.0)
    with pytest.raises(SettingsError, match="cannot be a witness's name"):
        make_witness(tmp_path, "a b")
    make_witness(tmp_path, "w.example")
    with pytest.raises(SettingsError, match="already"):
        make_witness(tmp_path, "w.example")
    settings = tmp_path / SETTINGS
    settings.write_text('name = "w.example"\n[[log]]\norigin = "log.example"\n')
    with pytest.raises(SettingsError, match="damaged: 'keys'"):
        open_witness(tmp_path, clock=lambda: 0.0)
    settings.write_text('name = "w.example"\n[[log]]\norigin = "log.example"\nkeys = ["x"]\n')
    with pytest.raises(InputError, match="no public key"):
        open_witness(tmp_path, clock=lambda: 0.0)


def test_it_follows_a_log_to_its_new_keys(tmp_path: Path) -> None:
    make_witness(tmp_path, "w.example")
    settings = tmp_path / SETTINGS
    settings.write_text(f'name = "w.example"\n[[log]]\norigin = "log.example"\nkeys = ["{signer(0).verifiers[0]}"]\n')
    log = KeyLog()
    log.note(told(KeyEvent.BEGIN))
    log.rotate(1)
    submission = write_submission(0, [], log.checkpoint())
    assert open_witness(tmp_path, clock=lambda: 0.0).add_checkpoint(submission).status is Status.NOT_SIGNED
    (tmp_path / "history.json").write_bytes(write_history(log.history()))
    settings.write_text(f'{settings.read_text()}history = "history.json"\n')
    assert open_witness(tmp_path, clock=lambda: 0.0).add_checkpoint(submission).status is Status.SIGNED
    settings.write_text(settings.read_text().replace("history.json", "none.json"))
    with pytest.raises(InputError, match=r"none\.json"):
        open_witness(tmp_path, clock=lambda: 0.0)
