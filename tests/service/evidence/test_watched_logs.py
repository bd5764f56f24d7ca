from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from key_log import KeyLog, signer, told
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.evidence.key_history import write_history
from stillwatch.evidence.key_statement import KeyEvent
from stillwatch.service.evidence.watched_logs import read_watched_logs

if TYPE_CHECKING:
    from pathlib import Path

_LOG = f'[[log]]\norigin = "log.example"\nkeys = ["{signer(0).verifiers[0]}"]\n'


def test_keys_history_and_source_of_a_log(tmp_path: Path) -> None:
    path = tmp_path / "logs.toml"
    log = KeyLog()
    log.note(told(KeyEvent.BEGIN))
    log.rotate(1)
    (tmp_path / "h.json").write_bytes(write_history(log.history()))
    path.write_text(f'{_LOG}history = "h.json"\nsource = "https://log.example/log"\n')
    (found,) = read_watched_logs(path)
    assert found.source == "https://log.example/log"
    assert found.policy.log_keys == (signer(0).verifiers[0], signer(1).verifiers[0])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (None, SettingsError),
        ("[[log]", SettingsError),
        ("log = 7\n", SettingsError),
        ('[[log]]\norigin = "log.example"\n', SettingsError),
        ('[[log]]\norigin = "log.example"\nkeys = ["x"]\n', InputError),
        (f'{_LOG}history = "none.json"\n', InputError),
    ],
    ids=["no file", "no TOML", "no tables", "no keys", "no key", "no history"],
)
def test_what_is_wrong_is_named(text: str | None, error: type[Exception], tmp_path: Path) -> None:
    path = tmp_path / "logs.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(error):
        read_watched_logs(path)
