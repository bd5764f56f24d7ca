from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.faces.cli.serve_command import main, serve_command

if TYPE_CHECKING:
    from click.testing import Result

EXAMPLE = Path(__file__).parents[3] / "examples" / "guard" / "serve.toml"


def check(*arguments: str) -> Result:
    return CliRunner().invoke(serve_command, ["--check", *arguments], standalone_mode=False)


def test_check_says_what_would_be_served() -> None:
    assert check("--settings", str(EXAMPLE)).output.splitlines() == [
        f"policy    {EXAMPLE.parent}/policy.toml: version 2026-11-22.1, 9 rules, mode shadow",
        "standings /var/lib/stillwatch/standings.bin",
        "state     /var/lib/stillwatch/guard.db",
        "evidence  none: nothing is noted that outsiders could check",
        "listen    127.0.0.1:8088",
        "proxy     none",
        "budgets   of this guard alone",
        "failure   allow",
    ]


def test_without_settings_the_defaults_are_told() -> None:
    assert "version default-1, 3 rules, mode shadow" in check().output


def test_broken_settings_and_a_broken_policy_are_refused(tmp_path: Path) -> None:
    settings = tmp_path / "serve.toml"
    settings.write_text('policy = "policy.toml"\nport = 3\n')
    assert isinstance(check("--settings", str(settings)).exception, SettingsError)
    settings.write_text('policy = "policy.toml"\n')
    assert isinstance(check("--settings", str(settings)).exception, InputError)


def test_as_a_command_of_its_own_it_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "serve.toml"
    settings.write_text("policy = 3\n")
    with pytest.raises(SystemExit) as ended:
        main(["--settings", str(settings)])
    assert ended.value.code == 2
    assert f"error: {settings}:1: policy is a path" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--check"])
    assert ended.value.code == 0
