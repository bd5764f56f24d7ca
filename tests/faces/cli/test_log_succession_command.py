from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from stillwatch.core.errors import SettingsError, VerificationError
from stillwatch.faces.cli.log_command import log_command

if TYPE_CHECKING:
    from pathlib import Path


def _run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(log_command, [str(one) for one in arguments], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


def test_a_reader_comes_from_one_log_to_the_next(tmp_path: Path) -> None:
    old, new = tmp_path / "2026", tmp_path / "2027"
    _run("init", "--log", old, "--origin", "lab.example/2026")
    for _ in range(2):
        told = _run("succeed", new, "--log", old, "--origin", "lab.example/2027")
        assert "ended with leaf 0; lab.example/2027 goes on" in told
    with pytest.raises(SettingsError, match="has ended"):
        _run("note", old / "log.toml", "--log", old)
    followed = tomllib.loads(_run("follow", old / "successor.json", "--log-toml", old / "log.toml"))
    assert followed == tomllib.loads((new / "log.toml").read_text())
    assert json.loads(_run("follow", old / "successor.json", "--log-toml", old / "log.toml", "--json")) == followed
    with pytest.raises(VerificationError):
        _run("follow", old / "successor.json", "--log-toml", new / "log.toml")
