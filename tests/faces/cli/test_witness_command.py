"""A log and its witness, each as a program of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.faces.cli.log_command import log_command
from stillwatch.faces.cli.witness_command import witness_command

if TYPE_CHECKING:
    from pathlib import Path

    import click


def _run(command: click.Command, *arguments: str | Path, code: int = 0) -> str:
    done = CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    assert done.return_value == code
    return done.output


def test_a_log_is_witnessed_by_another_program(tmp_path: Path) -> None:
    evidence, witness = tmp_path / "evidence", tmp_path / "witness"
    _run(log_command, "init", "--log", evidence, "--origin", "log.example")
    keys = [line for line in _run(witness_command, "init", witness, "--name", "w.example").splitlines() if "+" in line]
    shown = (evidence / "log.toml").read_text()
    (witness / "witness.toml").write_text(f"{(witness / 'witness.toml').read_text()}\n[[log]]\n{shown}")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    witnessed = f'[[witness]]\nurl = "{url}"\nkeys = {json.dumps(keys)}\n'
    (evidence / "log.toml").write_text(f"quorum = 1\n{shown}\n{witnessed}")
    with pytest.raises(PeerError, match="does not answer"):
        _run(log_command, "be-witnessed", "--log", evidence)
    command = [sys.executable, "-m", "stillwatch", "witness", "serve", str(witness), "--port", str(port)]
    with subprocess.Popen(command) as process:  # noqa: S603  # ours
        try:
            _wait_for(port)
            (tmp_path / "file").write_bytes(b"x")
            _run(log_command, "note", tmp_path / "file", "--log", evidence)
            told = json.loads(_run(log_command, "be-witnessed", "--log", evidence, "--json"))
            assert [one["kind"] for one in told["cosignatures"]] == ["cosignature", "ml_dsa_44"]
        finally:
            process.terminate()
    _run(log_command, "prove", "0", "--out", tmp_path / "proof", "--log", evidence)
    _run(log_command, "check", tmp_path / "proof", "--log-toml", evidence / "log.toml")
    assert _run(witness_command, "suspicions", witness) == ""


def test_two_readers_compare_what_they_were_shown(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    _run(log_command, "init", "--log", evidence, "--origin", "log.example")
    settings = evidence / "log.toml"
    for number in range(3):
        (tmp_path / "file").write_bytes(b"%d" % number)
        _run(log_command, "note", tmp_path / "file", "--log", evidence)
        (tmp_path / f"seen{number}").write_bytes((evidence / "log" / "checkpoint").read_bytes())
    told = ("--log-toml", settings)
    same = _run(log_command, "compare", tmp_path / "seen1", tmp_path / "seen1", *told)
    later = _run(log_command, "compare", tmp_path / "seen0", tmp_path / "seen2", *told, "--log", evidence)
    unproved = _run(log_command, "compare", tmp_path / "seen0", tmp_path / "seen2", *told, code=1)
    assert [text.split(":")[0] for text in (same, later, unproved)] == ["same", "consistent", "unproved"]


def test_half_of_a_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cert").touch()
    with pytest.raises(SettingsError, match="belong together"):
        _run(witness_command, "serve", tmp_path, "--tls-cert", tmp_path / "cert")


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < until
        time.sleep(0.05)
