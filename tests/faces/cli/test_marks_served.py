"""Which replies carry which mark, written out of a gateway's logs and summed up at the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from exchange_log import exchange, write_log
from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.marks_command import marks_command

if TYPE_CHECKING:
    from pathlib import Path

DEPLOYED = {
    "at": "2020-01-01T00:00:00+00:00",
    "engine": "vllm",
    "release": "0.33",
    "models": [],
    "scheme": "vllm_gumbel",
    "parameters": {},
    "label": "global/2019-12-30",
    "key_id": "0b",
    "leaf": 0,
    "tokenizer_sha256": "",
}


def test_from_logs_to_a_summary(tmp_path: Path) -> None:
    (tmp_path / "deployed.jsonl").write_text(json.dumps(DEPLOYED) + "\n", "utf-8")
    write_log(tmp_path / "log.jsonl", [exchange(1), exchange(2), exchange(3, params='{"temperature":0}')])
    served = str(tmp_path / "served.jsonl")
    arguments = ["note-served", str(tmp_path / "log.jsonl"), "--deployed", str(tmp_path / "deployed.jsonl")]
    noted = CliRunner().invoke(marks_command, [*arguments, "--out", served])
    assert (noted.exit_code, f"{served}: 3 replies" in noted.stdout) == (0, True)
    assert json.loads(CliRunner().invoke(marks_command, [*arguments, "--out", served, "--json"]).stdout)["replies"] == 3
    shown = CliRunner().invoke(marks_command, ["served", served])
    assert shown.exit_code == 0
    first, second = sorted(shown.stdout.splitlines())
    assert "1 replies" in first
    assert first.endswith("not marked: drawn without chance")
    assert "2 replies" in second
    assert second.endswith("tokens  marked")
    read = json.loads(CliRunner().invoke(marks_command, ["served", served, "--json"]).stdout)
    assert sorted((row["carries"], row["replies"]) for row in read["replies"]) == [("no", 1), ("yes", 2)]


def test_without_a_register_of_deployments_nothing_is_guessed(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", [exchange(1)])
    arguments = ["note-served", str(log), "--deployed", str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "s")]
    result = CliRunner().invoke(marks_command, arguments)
    assert isinstance(result.exception, SettingsError)


def test_a_damaged_register_is_incomplete(tmp_path: Path) -> None:
    file = tmp_path / "served.jsonl"
    file.write_text('{"at": "2026", "ids": ["r"], "carries": "no", "why": "x"}\n{\n', "utf-8")
    result = CliRunner().invoke(marks_command, ["served", str(file)], standalone_mode=False)
    assert (result.return_value, "1 lines could not be read" in result.stderr) == (3, True)
