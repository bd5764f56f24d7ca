"""`stillwatch policy check` and `try`."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from exchange_log import exchange, write_log
from stillwatch.faces.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

_POLICY = """
version = "v1"
mode = "enforce"
contact = "trust@example.org"
[[rule]]
name = "all"
respond = "throttle"
requests_per_minute = 0.01
burst = 4
per = "account"
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.toml"
    file.write_text(_POLICY)
    return file


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["policy", *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def test_a_valid_policy_is_told_in_words(policy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", str(policy)) == 0
    assert "  1. all: refuse (429) beyond 0.01 requests a minute for each account" in capsys.readouterr().out


def test_a_remark_shows_in_the_exit_code_and_in_json(policy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy.write_text(_POLICY.replace("contact", "# contact"))
    assert run("check", str(policy), "--json") == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown["policy"]["rules"][0]["respond"] == "throttle"
    assert len(shown["remarks"]) == 1


def test_a_broken_policy_exits_with_line_and_mend(policy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy.write_text(_POLICY.replace("throttle", "throtle"))
    assert run("check", str(policy)) == 2
    assert "policy.toml:7" in (shown := capsys.readouterr().err)
    assert "did you mean 'throttle'?" in shown


def test_a_log_is_tried(policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = write_log(tmp_path / "log.jsonl", [exchange(number, "a-1") for number in range(6)])
    assert run("try", str(policy), str(log), "--quiet") == 1
    assert "would have refused 2 and changed 0 requests, of 1 accounts" in capsys.readouterr().out
    assert run("try", str(policy), str(log), "--json") == 1
    shown = json.loads(capsys.readouterr().out)
    assert [one["account_id"] for one in shown["trial"]["accounts"]] == ["a-1"]


def test_nobody_hit_exits_with_nothing_found(policy: Path, tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", [exchange(number) for number in range(6)])
    assert run("try", str(policy), str(log), "--quiet") == 0


def test_a_log_that_ends_early_is_an_incomplete_trial(policy: Path, tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", [exchange(number) for number in range(6)])
    (tmp_path / "log.jsonl.gz").write_bytes(gzip.compress(log.read_bytes())[:-9])
    assert run("try", str(policy), str(tmp_path / "log.jsonl.gz"), "--quiet") == 3
