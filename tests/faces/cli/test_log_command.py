"""`stillwatch log`, as its keeper and its reader use it."""

from __future__ import annotations

import json
from shutil import which
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from stillwatch.core.errors import InputError, SettingsError, VerificationError
from stillwatch.faces.cli.log_command import log_command

if TYPE_CHECKING:
    from pathlib import Path


def _run(*arguments: str | Path, passphrase: str = "") -> str:
    done = CliRunner(env={"STILLWATCH_PASSPHRASE": passphrase}).invoke(
        log_command, [str(one) for one in arguments], standalone_mode=False
    )
    if done.exception is not None:
        raise done.exception
    return done.output


def test_a_file_is_noted_proved_and_checked_without_the_log(tmp_path: Path) -> None:
    folder, weights, proof = tmp_path / "evidence", tmp_path / "weights.bin", tmp_path / "proof"
    weights.write_bytes(b"weights")
    assert "an empty log, lab.example/1" in _run("init", "--log", folder, "--origin", "lab.example/1")
    told = json.loads(_run("note", weights, "--kind", "manifest", "--about", "m-1", "--log", folder, "--json"))
    _run("note", tmp_path / "evidence" / "log.toml", "--log", folder)
    assert told["leaf"] == 0
    assert json.loads(_run("status", "--log", folder, "--json"))["size"] == 2
    assert [json.loads(line)["kind"] for line in _run("list", "--log", folder, "--json").splitlines()] == [
        "manifest",
        "other",
    ]
    for what in ("0", weights, told["sha256"]):
        _run("prove", what, "--out", proof, "--log", folder)
        holds = json.loads(_run("check", proof, "--of", weights, "--log-toml", folder / "log.toml", "--json"))
        assert (holds["leaf"], holds["about"], holds["size"]) == (0, "m-1", 2)
    weights.write_bytes(b"other weights")
    with pytest.raises(InputError, match="not the leaf's"):
        _run("check", proof, "--of", weights, "--log-toml", folder / "log.toml")
    proof.write_bytes(proof.read_bytes().replace(b"index 0", b"index 1"))
    with pytest.raises(VerificationError, match="root"):
        _run("check", proof, "--log-toml", folder / "log.toml")


def test_keys_are_locked_and_may_lie_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    _run("init", "--log", folder, "--origin", "lab.example/1", passphrase="a secret")  # noqa: S106  # of a test
    with pytest.raises(SettingsError, match="no key that can be used"):
        _run("status", "--log", folder)
    (folder / "keys").rename(tmp_path / "vault")
    shown = _run("status", "--log", folder, "--keys", tmp_path / "vault", passphrase="a secret")  # noqa: S106  # of a test
    assert shown.startswith("lab.example/1  0 leaves")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    with pytest.raises(SettingsError, match="no transparency log"):
        _run("status", "--log", folder)
    _run("init", "--log", folder, "--origin", "lab.example/1")
    with pytest.raises(SettingsError, match="already"):
        _run("init", "--log", folder, "--origin", "lab.example/1")
    with pytest.raises(InputError, match="no leaf 7"):
        _run("prove", "7", "--log", folder)
    with pytest.raises(InputError, match="nothing of the digest"):
        _run("prove", "ab" * 32, "--log", folder)
    with pytest.raises(SettingsError, match="cannot be a log's name"):
        _run("init", "--log", tmp_path / "other", "--origin", "a b")


@pytest.mark.skipif(which("openssl") is None, reason="no openssl program")
def test_a_checkpoint_is_stamped_by_an_authority_of_one_s_own(tmp_path: Path) -> None:
    folder, authority = tmp_path / "evidence", tmp_path / "tsa"
    _run("init", "--log", folder, "--origin", "lab.example/1")
    _run("authority", authority, "--name", "lab time")
    assert "by CN=lab time, over" in _run("stamp", "--own", authority, "--log", folder)
    assert len(list((folder / "tsa").iterdir())) == 2
    with pytest.raises(click.UsageError, match="either"):
        _run("stamp", "--log", folder)
    with pytest.raises(click.UsageError, match="--roots"):
        _run("stamp", "--authority", "https://tsa.example", "--log", folder)


def test_one_record_of_a_sealed_file_is_shown(tmp_path: Path) -> None:
    folder, file, proof = tmp_path / "evidence", tmp_path / "a.jsonl", tmp_path / "proof.json"
    _run("init", "--log", folder, "--origin", "lab.example/1")
    file.write_text('{"prompt": "one"}\n{"prompt": "two"}\n')
    assert json.loads(_run("seal", file, "--log", folder, "--json"))["records"] == 2
    _run("show-record", file, "2", "--out", proof, "--log", folder)
    assert "one" not in proof.read_text()
    shown = json.loads(_run("check-record", proof, "--log-toml", folder / "log.toml", "--json"))
    assert (shown["record"], shown["number"], shown["origin"]) == ('{"prompt": "two"}', 2, "lab.example/1")
