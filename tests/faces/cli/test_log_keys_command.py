"""`stillwatch log keys`, as the keeper of a log and as its reader use it."""

from __future__ import annotations

import json
import subprocess
import sys
from shutil import copy
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from key_holders import PIN, soft_token, ssh_agent
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.faces.cli.bundle_command import bundle_command
from stillwatch.faces.cli.keys_command import keys_command
from stillwatch.faces.cli.log_command import log_command

if TYPE_CHECKING:
    from pathlib import Path


def _run(*arguments: str | Path, command: click.Command = log_command, **environment: str) -> str:
    given = [str(one) for one in arguments]
    done = CliRunner(env=environment).invoke(command, given, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


def _keys(*arguments: str | Path, **environment: str) -> str:
    return _run("keys", *arguments, **environment)


def test_a_reader_follows_a_log_whose_keys_changed(tmp_path: Path) -> None:
    folder, reader, file = tmp_path / "e", tmp_path / "reader", tmp_path / "file"
    reader.mkdir()
    file.write_text("a finding")
    _run("init", "--log", folder, "--origin", "lab.example/1")
    copy(folder / "log.toml", reader)
    assert "nothing was said" in _keys("history", "--log", folder)
    told = _keys("rotate", "--log", folder, "--because", "a year has passed")
    assert "from leaf 4 on" in told
    _run("note", file, "--log", folder)
    _run("prove", file, "--out", tmp_path / "proof", "--log", folder)
    with pytest.raises(VerificationError, match="no known key"):
        _run("check", tmp_path / "proof", "--log-toml", reader / "log.toml")
    shown = _keys("check", folder / "key-history.json", "--log-toml", reader / "log.toml")
    assert shown.count("a year has passed") == 2
    copy(folder / "key-history.json", reader)
    checked = _run("check", tmp_path / "proof", "--of", file, "--log-toml", reader / "log.toml")
    assert checked.startswith("holds: leaf 4")
    forged = (reader / "key-history.json").read_bytes().replace(b"a year", b"a week")
    (reader / "key-history.json").write_bytes(forged)
    with pytest.raises(VerificationError, match="not of what is said"):
        _run("check", tmp_path / "proof", "--log-toml", reader / "log.toml")


def test_other_keys_begin_end_and_are_revoked(tmp_path: Path) -> None:
    folder, key = tmp_path / "e", tmp_path / "custody.pem"
    _run("init", "--log", folder, "--origin", "lab.example/1")
    _run("new", key, command=keys_command)
    said = _keys("begin", "--log", folder, "--role", "custody", "--name", "lab.example", "--key", key)
    key_id = said.split()[3]
    assert said.startswith("leaf 0  key ")
    for arguments in (["begin", "--role", "export", "--name", "lab.example", "--key", key], ["end", "0000"]):
        with pytest.raises(InputError):
            _keys(*arguments, "--log", folder)
    _keys("end", key_id, "--log", folder, "--because", "replaced")
    _keys("revoke", key_id, "--log", folder, "--since", "2026-11-01", "--because", "its disk was sold")
    (only,) = json.loads(_keys("history", "--log", folder, "--json"))["keys"]
    assert (only["begin_leaf"], only["end_leaf"], only["revoked_leaf"]) == (0, 1, 2)
    assert (only["revoked_at"], only["because"]) == ("2026-11-01T00:00:00Z", "its disk was sold")
    with pytest.raises(click.UsageError):
        _keys("begin", "--log", folder, "--role", "time", "--name", "lab.example")


def test_keys_that_were_lost_are_revoked_when_the_log_gets_new_ones(tmp_path: Path) -> None:
    folder = tmp_path / "e"
    _run("init", "--log", folder, "--origin", "lab.example/1")
    found = json.loads(_keys("rotate", "--log", folder, "--lost-since", "2026-11-20T08:00", "--json"))
    assert [one["revoked_at"] for one in found["keys"]] == [None, None, *["2026-11-20T08:00:00Z"] * 2]


def test_a_log_and_bundles_by_a_key_that_an_agent_holds(tmp_path: Path) -> None:
    with ssh_agent(tmp_path) as agent:
        folder, held = tmp_path / "e", {"SSH_AUTH_SOCK": agent.socket}
        _run("init", "--log", folder, "--origin", "lab.example/1", "--key", agent.address, **held)
        _run("note", agent.file, "--log", folder, **held)
        member = "identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11"
        made = ("export", agent.file, "--key", agent.address, "--member", member, "--name", "Lab A", "--out", tmp_path)
        told = _run(*made, "--state", tmp_path / "bundles.db", command=bundle_command, **held)
        assert "main-000001.swb" in told
        _keys("rotate", "--log", folder, **held)
    assert json.loads(_run("status", "--log", folder, "--json"))["size"] == 5


def test_a_log_by_a_key_in_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In processes of their own, since one speaks to a module as to one token store for as long as it runs."""
    address, folder = soft_token(tmp_path, monkeypatch), tmp_path / "e"
    monkeypatch.setenv("STILLWATCH_PASSPHRASE", PIN)
    _apart("log", "init", "--log", folder, "--origin", "lab.example/1")
    _apart("log", "keys", "rotate", "--log", folder, "--key", address)
    _apart("log", "note", folder / "log.toml", "--log", folder)
    assert (folder / "keys" / "ed25519.key").read_text().strip() == address
    shown = json.loads(
        _apart(
            "keys",
            "show",
            address,
            "--member",
            "identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11",
            "--name",
            "Lab",
            "--json",
        )
    )
    assert shown["public"] in _apart("log", "keys", "history", "--log", folder, "--json")


def _apart(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "stillwatch", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  # ours


def test_a_peer_follows_a_member_to_its_next_export_key(tmp_path: Path) -> None:
    folder, members = tmp_path / "e", tmp_path / "members.toml"
    member = ("--member", "identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11", "--name", "Lab A")
    _run("init", "--log", folder, "--origin", "lab.example/1")
    told = []
    for name in ("a.pem", "b.pem"):
        _run("new", tmp_path / name, command=keys_command)
        begun = _keys("begin", "--log", folder, "--role", "export", "--name", "Lab A", "--key", tmp_path / name)
        told.append(begun.split()[3])
    _keys("revoke", told[0], "--log", folder, "--because", "sold with its disk")
    follow = ("follow", members, folder / "key-history.json", "--log-toml", folder / "log.toml", *member)
    assert json.loads(_run(*follow, "--json", command=keys_command)) == {
        "added": told,
        "ended": [],
        "revoked": told[:1],
    }
    assert _run(*follow, command=keys_command) == f"{members}: nothing new of Lab A\n"
    assert "sold with its disk" in _run("list", members, command=keys_command)
