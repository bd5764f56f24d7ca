from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sealed_package import package
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["verify", *arguments])
    return int(ended.value.code or 0)


def test_a_package_is_checked_and_the_exit_code_says_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.zip").write_bytes(package())
    (tmp_path / "bad.zip").write_bytes(package().replace(b"VERIFY.txt first", b"VERIFY.txt later"))
    assert _run(str(tmp_path / "case.zip")) == NOTHING_FOUND
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("holds     archive        15 files")
    assert any(line.startswith("not done  whose keys") for line in told)
    assert told[-1] == f"{tmp_path / 'case.zip'}: everything that was checked holds"
    assert _run(str(tmp_path / "bad.zip"), "--json") == FOUND
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], [one["name"] for one in found["checks"]]) == ("fails", ["archive"])
    assert _run(str(tmp_path / "case.zip"), "--json") == NOTHING_FOUND
    found = json.loads(capsys.readouterr().out)
    assert (found["about"], found["made_at"]) == ("campaign-1", "2026-11-22T12:00:00Z")
