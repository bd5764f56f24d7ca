"""The command line from outside: exit codes, help, and that what programs read is JSON."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from exchange_log import exchange, write_log
from stillwatch.core.errors import InternalError
from stillwatch.faces.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

_COMMANDS = ((), ("scan",), ("sample",), ("store",), ("store", "info"), ("store", "forget"), ("formats",))
_COMMANDS += (("formats", "list"), ("formats", "explain"))


def exit_code(*arguments: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([str(argument) for argument in arguments])
    return int(stopped.value.code or 0)


@pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(*command, "--help") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: ")
    assert "..." not in shown.partition("Commands:")[2]  # no line of help is cut short


def test_nothing_found_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(50)))
    assert exit_code("scan", log, "--out", tmp_path / "out", "--workers", 1) == 0
    assert "No campaign found" in capsys.readouterr().out
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        *("campaigns.json", "set_aside.json", "members.parquet", "links.parquet", "report.html", "store"),
        *("explain.json", "standings.bin"),
    }


def test_found_is_1_and_json_follows_the_schema(
    small_scan: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--store", small_scan.settings.store, "--accounts", small_scan.settings.accounts, "--workers", 1)
    assert exit_code("scan", *arguments, "--out", tmp_path, "--json") == 1
    printed = json.loads(capsys.readouterr().out)
    schema = json.loads(files("stillwatch.service").joinpath("campaigns-1.schema.json").read_text("utf-8"))
    jsonschema.validate(printed, schema)
    assert json.loads((tmp_path / "campaigns.json").read_text("utf-8")) == printed
    assert len(printed["campaigns"]) == len(small_scan.result.campaigns)


def test_incomplete_is_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("stillwatch.service.look.build_scene", crash)
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(5)))
    assert exit_code("scan", log, "--out", tmp_path / "out", "--workers", 1, "--quiet") == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("scan", "missing.jsonl"), "error: missing.jsonl: no log file found"),
        (("scan",), "there is no log to scan and no store yet"),
        (("scan", "LOG", "--format", "no_such"), "there is no log format 'no_such'"),
        (("scan", "LOG", "--accounts", "missing.csv"), "'missing.csv' does not exist"),
        (("scan", "LOG", "--authorised", "LOG"), "error: LOG"),
        (("scan", "LOG", "--since", "yesterday"), "'yesterday' is no date or time"),
        (("scan", "LOG", "--memory", "much"), "'much' is no size"),
        (("scan", "LOG", "--fdr", "2"), "--fdr"),
        (("scan", "UNKNOWN"), "no known format (see `stillwatch formats explain`"),
        (("scan", "LOG", "--no-such-option"), "No such option"),
        (("formats", "explain", "missing.jsonl"), "no log file found"),
        (("store", "info", "."), "there is no store here"),
        (("store", "info", "missing"), "'missing' does not exist"),
        (("store", "forget", "."), "name either --account ID or --before TIME"),
        (("sample", "--scale", "0"), "--scale"),
        (("no_such_command",), "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_start_is_2_and_says_why(
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_log(tmp_path / "LOG", map(exchange, range(5)))
    write_log(tmp_path / "UNKNOWN", [{"ts": 1772355600, "question": "Why?"}])
    assert exit_code(*arguments) == 2
    shown = capsys.readouterr()
    assert said in " ".join(shown.err.split())
    assert "Traceback" not in shown.err + shown.out


def test_broken_settings_of_a_store_are_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(5)))
    assert exit_code("scan", log, "--out", tmp_path / "out", "--workers", 1) == 0
    assert exit_code("scan", log, "--out", tmp_path / "out", "--content", "none") == 2
    assert "the store was made with --content sketch, not none" in capsys.readouterr().err
    (tmp_path / "out" / "store" / "settings.json").write_text("{")
    assert exit_code("scan", log, "--out", tmp_path / "out") == 2
    assert "the settings of the store cannot be read" in capsys.readouterr().err


def test_our_own_failure_is_2_and_says_that_it_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise InternalError("broken", where="query x")

    monkeypatch.setattr("stillwatch.faces.cli.scan_command.scan", fail)
    assert exit_code("scan", "--out", tmp_path) == 2
    assert "stillwatch failed: query x: broken" in capsys.readouterr().err


def test_stopped_by_hand_is_130_and_says_that_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("stillwatch.faces.cli.scan_command.scan", stop)
    assert exit_code("scan", "--out", tmp_path) == 130
    assert "goes on from there" in capsys.readouterr().err


def test_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--version") == 0
    assert capsys.readouterr().out.startswith("stillwatch, version ")
