"""Keys are committed to, handed to an engine, shown, split and brought back at the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from stillwatch.faces.cli.log_command import log_command
from stillwatch.faces.cli.marks_command import marks_command

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

EPOCH = "2026-11-16"


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    places = {"STILLWATCH_MARKS": str(tmp_path / "marks"), "STILLWATCH_EVIDENCE": str(tmp_path / "evidence")}
    runner = CliRunner()
    assert runner.invoke(log_command, ["init", "--origin", "log.example/marks"], env=places).exit_code == 0
    assert runner.invoke(marks_command, ["init", "--first-day", EPOCH], env=places).exit_code == 0
    return places


def run(folders: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(marks_command, list(arguments), env=folders)


def read(folders: dict[str, str], *arguments: str) -> Any:
    result = run(folders, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_from_commitment_to_an_engine(folders: dict[str, str]) -> None:
    label = f"cohort/c-1/{EPOCH}"
    early = run(folders, "config", "vllm", "--key", label, "--scheme", "vllm_gumbel")
    assert "was not committed to" in str(early.exception)
    committed = read(folders, "commit", "--epochs", "2", "--key", label)["committed"]
    assert len(committed) == 3
    assert committed[-1] == label
    assert "all of them" in run(folders, "commit", "--epochs", "2", "--key", label).stdout
    config = read(folders, "config", "vllm", "--key", label, "--scheme", "vllm_gumbel", "--model", "m-1")
    assert json.loads(config["arguments"][1])["context_width"] == 2
    assert config["strip"] == ["watermarking", "vllm_xargs"]
    (deployed,) = read(folders, "deployed")
    assert (deployed["label"], deployed["key_id"], deployed["models"]) == (label, config["key_id"], ["m-1"])
    assert "vllm_gumbel" in run(folders, "deployed").stdout


def test_a_file_for_the_engine_is_private(folders: dict[str, str], tmp_path: Path) -> None:
    label = f"global/{EPOCH}"
    run(folders, "commit", "--epochs", "0", "--key", label)
    arguments = ("config", "sglang", "--key", label, "--scheme", "hf_synthid", "--set", "layers=8")
    assert "name one with --out" in str(run(folders, *arguments).exception)
    out = tmp_path / "synthid.json"
    result = run(folders, *arguments, "--out", str(out))
    assert str(out) in result.stdout
    assert len(json.loads(out.read_text("utf-8"))["keys"]) == 8
    assert out.stat().st_mode & 0o777 == 0o600


def test_one_key_is_shown_with_its_commitment(folders: dict[str, str], tmp_path: Path) -> None:
    run(folders, "commit", "--epochs", "0", "--key", "grant/g-1")
    out = tmp_path / "grant.json"
    assert "leaf 0" in run(folders, "reveal", "--key", "grant/g-1", "--out", str(out)).stdout
    shown = json.loads(out.read_text("utf-8"))
    assert shown["statement"]["commitments"][0]["label"] == shown["label"] == "grant/g-1"


def test_rotation_and_escrow(folders: dict[str, str], tmp_path: Path) -> None:
    assert "from 2026-11-30 on" in run(folders, "rotate", "--from", "2026-11-30").stdout
    lines = run(folders, "escrow", "--master", "2").stdout.splitlines()
    shares = [line.partition(": ")[2] for line in lines]
    master = tmp_path / "marks" / "master-2.secret"
    secret = master.read_bytes()
    master.unlink()
    assert "restored" in run(folders, "restore", "--master", "2", shares[0], shares[2]).stdout
    assert master.read_bytes() == secret


def test_schemes_name_their_engines(folders: dict[str, str]) -> None:
    by_name = {one["name"]: one for one in read(folders, "schemes")}
    assert by_name["vllm_sbw"]["engines"] == ["vllm"]
    assert "reference sampler" in run(folders, "schemes").stdout


def test_a_wrong_parameter_is_named(folders: dict[str, str]) -> None:
    run(folders, "commit", "--epochs", "0", "--key", f"global/{EPOCH}")
    result = run(
        folders, "config", "vllm", "--key", f"global/{EPOCH}", "--scheme", "vllm_gumbel", "--set", "context_width=two"
    )
    assert "context_width is no int (as in context_width = 4)" in str(result.exception)
