"""`stillwatch bundle` between two sites."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from received_rows import campaign, indicator
from stillwatch.faces.cli.main import main
from stillwatch.intel.stix_write import write_bundle

if TYPE_CHECKING:
    from pathlib import Path

_WHO = ("--member", "identity--aaaaaaaa-0000-4000-8000-000000000001", "--name", "Lab A")


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def plain(self) -> Any:
        return json.loads(self.out)


class Sites:
    """Runs commands in a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def run(self, *arguments: str) -> Said:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main(list(arguments))
        printed = self._capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return Said(stopped.value.code, printed.out, printed.err)

    def export(self, *arguments: str) -> Said:
        return self.run("bundle", "export", *arguments, "--key", "a.pem", *_WHO, "--out", "out", "--state", "a.db")

    def take(self, *arguments: str) -> Said:
        return self.run("bundle", "import", *arguments, "--keys", "members.toml", "--out", "here")


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sites:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STILLWATCH_PASSPHRASE", raising=False)
    made, now = Sites(tmp_path, capsys), datetime.now(UTC)
    assert made.run("keys", "new", "a.pem").code == 0
    (tmp_path / "a.toml").write_text(made.run("keys", "show", "a.pem", *_WHO).out)
    key = made.run("keys", "show", "a.pem", *_WHO, "--json").plain()["id"]
    assert made.run("keys", "trust", "members.toml", "a.toml", "--expect", key).code == 0
    seen = indicator(valid_until=now + timedelta(days=9))
    told = write_bundle(campaign(seen, valid_until=now + timedelta(days=9)))
    (tmp_path / "campaigns.json").write_bytes(told)
    for number in (2, 3):
        (tmp_path / f"notes-{number}.csv").write_text(f"{number}\n")
    return made


def test_from_one_site_to_the_other(sites: Sites) -> None:
    exported = sites.export("campaigns.json")
    assert (exported.code, exported.out[:54]) == (0, "out/main-000001.swb: main 1 of Lab A, what is new, 1 f")
    assert "nothing is new" in sites.export("campaigns.json").out
    shown = sites.run("bundle", "inspect", "out/main-000001.swb", "--keys", "members.toml")
    assert (shown.code, "signature  holds, by Lab A" in shown.out) == (0, True)
    taken = sites.take("out/main-000001.swb")
    assert (taken.code, taken.out.rstrip().rpartition(": ")[2]) == (
        0,
        "new campaigns 1, new indicators 1, quarantined 1",
    )
    assert (sites.folder / "here" / "intel.bin").exists()
    assert ": repeated: " in sites.take("out/main-000001.swb").out
    assert sites.run("bundle", "status", "--state", "here/bundles.db").out.split()[1:] == ["main", "1"]


def test_a_gap_is_refused_allowed_and_told(sites: Sites) -> None:
    for file in ("campaigns.json", "notes-2.csv", "notes-3.csv"):
        assert sites.export(file).code == 0
    assert sites.take("out/main-000001.swb").code == 0
    refused = sites.take("out/main-000003.swb")
    assert (refused.code, "of main, 2 must come before it" in refused.err) == (2, True)
    allowed = sites.take("out/main-000003.swb", "--allow-gap", "--json")
    assert (allowed.code, allowed.plain()["place"], allowed.plain()["missing"]) == (3, "gap", [[2, 2]])
    status = sites.run("bundle", "status", "--state", "here/bundles.db", "--json")
    assert (status.code, status.plain()["streams"][0]["missing"]) == (3, [[2, 2]])
    late = sites.take("out/main-000002.swb")
    assert (late.code, "laid down  here/carried/" in late.out) == (0, True)
    audit = sites.run("bundle", "audit", "--state", "here/bundles.db", "--json")
    what = [json.loads(line)["what"] for line in audit.out.splitlines()]
    assert (audit.code, what) == (0, ["bundle_imported", "bundle_refused", "bundle_imported", "bundle_imported"])


def test_programs_read_it_too(sites: Sites) -> None:
    made = sites.export("campaigns.json", "--complete", "--stream", "gov", "--expires", "2d", "--json").plain()
    assert (made["path"], made["manifest"]["is_complete"], made["left_out"]) == ("out/gov-000001.swb", True, [])
    shown = sites.run("bundle", "inspect", "out/gov-000001.swb", "--json").plain()
    assert (shown["manifest"], shown["signer"]) == (made["manifest"], None)
    assert sites.export("campaigns.json", "--stream", "gov", "--json").plain()["path"] is None
    assert sites.run("bundle", "status", "--state", "missing.db").code == 2
