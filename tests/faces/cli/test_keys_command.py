"""`stillwatch keys`, from a new key to its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stillwatch.faces.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

_MEMBER = ("--member", "identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11", "--name", "Lab A")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as stopped:
        main(["keys", *arguments])
    printed = capsys.readouterr()
    assert isinstance(stopped.value.code, int)
    return stopped.value.code, printed.out + printed.err


def test_from_a_new_key_to_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, entry, members = str(tmp_path / "a.pem"), tmp_path / "a.toml", str(tmp_path / "members.toml")
    monkeypatch.setenv("STILLWATCH_PASSPHRASE", "correct horse")
    code, said = run(capsys, "new", key)
    assert (code, "under a passphrase" in said) == (0, True)
    code, shown = run(capsys, "show", key, *_MEMBER)
    entry.write_text(shown)
    code, plain = run(capsys, "show", key, *_MEMBER, "--json")
    key_id = json.loads(plain)["id"]
    code, said = run(capsys, "trust", members, str(entry), "--expect", "0000000000000000")
    assert (code, f"the entry holds {key_id}" in said) == (2, True)
    code, said = run(capsys, "trust", members, str(entry), "--expect", key_id)
    assert (code, f"key {key_id} of Lab A counts from" in said) == (0, True)
    code, said = run(capsys, "revoke", members, key_id, "--because", "stolen")
    assert (code, f"key {key_id} of Lab A is revoked" in said) == (0, True)
    code, said = run(capsys, "list", members)
    assert (code, "Lab A" in said, said.rstrip().endswith(": stolen")) == (0, True, True)
    code, plain = run(capsys, "list", members, "--json")
    assert [(one["id"], one["revoked_because"]) for one in json.loads(plain)["keys"]] == [(key_id, "stolen")]
    monkeypatch.setenv("STILLWATCH_PASSPHRASE", "wrong")
    assert run(capsys, "show", key, *_MEMBER)[0] == 2


def test_without_a_passphrase_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STILLWATCH_PASSPHRASE", raising=False)
    code, said = run(capsys, "new", str(tmp_path / "a.pem"))
    assert (code, "not under a passphrase" in said) == (0, True)
