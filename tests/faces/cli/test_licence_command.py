"""A licence is issued, honoured, counted, receipted and exported at the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from exchange_log import exchange, write_log
from stillwatch.faces.cli.keys_command import keys_command
from stillwatch.faces.cli.licence_command import licence_command
from stillwatch.logs.ledger import load_ledger

if TYPE_CHECKING:
    from click.testing import Result

TERMS = (
    *("--issuer", "lab.example", "--licensee", "Harbour", "--account", "acct-1", "--teacher", "model-*"),
    *("--purpose", "a harbour assistant", "--from", "2026-01-01", "--until", "2200-01-01", "--tokens", "100"),
    *("--feature", "prompt_logprobs"),
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(keys_command, ["new", "issuer.pem"]).exit_code == 0
    assert run("public-key", "--key", "issuer.pem", "issuer.pub").exit_code == 0
    assert run("issue", "g-1", "--key", "issuer.pem", *TERMS).exit_code == 0
    write_log(tmp_path / "log.jsonl", [exchange(number, f"acct-{number % 2}") for number in range(10)])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(licence_command, list(arguments))


def read(*arguments: str) -> Any:
    result = run(*arguments, "--issuer-key", "issuer.pub", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_from_issue_to_a_ledger_without_it() -> None:
    assert read("verify", "stillwatch-out/licences/g-1.jws")["in_force"] is True
    ledger = ("ledger", "--issuer-key", "issuer.pub", "--out", "ledger.toml")
    assert "1 licences in force of 1" in run(*ledger).stdout
    used = read("usage", "g-1", "log.jsonl", "--key", "issuer.pem", "--receipt", "r.jws", "--list", "mine.jsonl")
    assert (used["prompts"], used["output_tokens"], used["others"]) == (5, 111, 5)
    assert read("check-receipt", "r.jws", "--exchanges", "mine.jsonl")["holds"] is True
    (listed,) = read("list")
    assert (listed["in_force"], listed["because"]) == (False, "its 100 tokens are used")
    assert "0 licences in force of 1" in run(*ledger).stdout
    assert load_ledger(Path("ledger.toml")) == ()
    refused = run("export", "g-1", "log.jsonl", "--issuer-key", "issuer.pub", "--out", "data")
    assert "is not in force: its 100 tokens are used" in str(refused.exception)


def test_answers_as_training_data() -> None:
    assert read("export", "g-1", "log.jsonl", "--out", "data")["written"] == 5


def test_a_revoked_licence_is_not_in_force() -> None:
    assert run("revoke", "g-1", "--because", "sold on").exit_code == 0
    assert read("list")[0]["because"] == "it was revoked"
    assert "it was revoked" in run("list", "--issuer-key", "issuer.pub").stdout


def test_clear_errors() -> None:
    assert "it has g-1" in str(run("usage", "g-2", "log.jsonl", "--issuer-key", "issuer.pub").exception)
    late = run("usage", "g-1", "log.jsonl", "--issuer-key", "issuer.pub", "--receipt", "r.jws")
    assert "add --key" in str(late.exception)
