"""`stillwatch scan`: its options reach the scan, and its summary a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

from click.testing import CliRunner

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.scan_command import scan_command
from stillwatch.service.screening.list_store import AddedList, ListStore
from stillwatch.service.settings import ScanSettings

if TYPE_CHECKING:
    import pytest


def test_every_option_becomes_a_setting(small_scan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[ScanSettings] = []

    monkeypatch.setattr("stillwatch.faces.cli.scan_command.standings_publisher", MagicMock())

    def remember(settings: ScanSettings, **_: object) -> object:
        asked.append(settings)
        return small_scan.result

    monkeypatch.setattr("stillwatch.faces.cli.scan_command.scan", remember)
    listed = tmp_path / "file"
    listed.write_text("")
    arguments = ["a", "b", "--accounts", str(listed), "--authorised", str(listed), "--mapping", str(listed)]
    arguments += ["--format", "har", "--content", "full", "--unit", "api_key_id", "--since", "2026-05-01"]
    arguments += ["--until", "2026-05-02T00:00:00+02:00", "--fdr", "0.05", "--seed", "3", "--workers", "2"]
    arguments += ["--memory", "512M", "--strict", "--quiet", "--store", "kept", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(scan_command, arguments)
    assert "report" in done.output
    assert asked == [
        ScanSettings(
            logs=("a", "b"),
            store=Path("kept"),
            accounts=listed,
            authorised=listed,
            format_name="har",
            mapping=listed,
            content="full",
            unit="api_key_id",
            since=1_777_593_600 * 10**9,
            until=1_777_672_800 * 10**9,
            fdr=0.05,
            seed=3,
            workers=2,
            memory_bytes=512 << 20,
            is_strict=True,
        )
    ]


def test_the_report_and_the_tables_are_written(
    small_scan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stillwatch.faces.cli.scan_command.scan", lambda *_, **__: small_scan.result)
    CliRunner().invoke(scan_command, ["--out", str(tmp_path)])
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        *("campaigns.json", "explain.json", "links.parquet", "members.parquet", "report.html", "set_aside.json"),
    ]


def test_members_are_looked_up_on_lists(small_scan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stillwatch.faces.cli.scan_command.scan", lambda *_, **__: small_scan.result)
    store = ListStore(tmp_path / "lists", clock=lambda: datetime.now(UTC))
    store.add("ours", {"ours.csv": b"id,name\nn-1,Orrin Lattice Works\n"}, AddedList(by="Ada Kern"))
    member = small_scan.result.campaigns[0].members[0].account_id
    (tmp_path / "accounts.csv").write_text(f"account_id,organisation\n{member},Orrin Lattice Works Ltd\n")
    options = ["--accounts", str(tmp_path / "accounts.csv"), "--screen", str(tmp_path / "lists"), "--json"]
    done = CliRunner().invoke(scan_command, [*options, "--out", str(tmp_path / "out")])
    (found,) = json.loads(done.output)["campaigns"][0]["screened"]
    assert (found["account_id"], found["source_id"], found["state"]) == (member, "n-1", "open")
    assert {"screen.json", "screen.html", "screened.bin"} <= {one.name for one in (tmp_path / "out").iterdir()}
    assert "Members on screening lists" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_screening_needs_names_and_lists(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account_id\na-1\n")
    options = ["--screen", str(tmp_path), "--out", str(tmp_path / "out")]
    assert "name --accounts too" in CliRunner().invoke(scan_command, options).output
    done = CliRunner().invoke(scan_command, [*options, "--accounts", str(tmp_path / "accounts.csv")])
    assert isinstance(done.exception, SettingsError)
    assert not (tmp_path / "out").exists()
