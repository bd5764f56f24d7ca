"""`stillwatch receive`, from files and from a hub."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from received_rows import LAB_A, indicator, stix
from running_hub import RunningHub
from stillwatch.core.request_facts import KeyName
from stillwatch.faces.cli.main import cli
from stillwatch.guard.standings import Standings
from stillwatch.service.sharing.hub_members import SHARED
from stillwatch.service.sharing.hub_stream import HubClient

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

PEERS = f"""
[[producer]]
id = "{LAB_A}"
accept = "reviewed"
[[source]]
name = "courier"
vouches = true
[[source]]
name = "127.0.0.1"
vouches = true
"""
NOW = datetime.now(UTC).timestamp()
"""Of the machine: the command has no other clock."""


def receive(folder: Path, *arguments: str) -> Result:
    (folder / "peers.toml").write_text(PEERS)
    options = ("--out", str(folder / "out"), "--peers", str(folder / "peers.toml"))
    return CliRunner().invoke(cli, ["receive", *arguments, *options], standalone_mode=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "from-lab-a.json"
    path.write_bytes(
        stix(indicator(1, valid_until=datetime(2099, 1, 1, tzinfo=UTC)), valid_until=datetime(2099, 1, 1, tzinfo=UTC))
    )
    return path


def test_a_file_waits_and_a_courier_vouches(tmp_path: Path, file: Path) -> None:
    waits = receive(tmp_path, str(file))
    assert "1 new campaigns, 1 new indicators, 1 quarantined\n0 standings" in waits.output
    assert waits.return_value == 1
    comes = receive(tmp_path, str(file), "--name", "courier", "--json")
    told = json.loads(comes.output)
    assert (told["accepted"], told["source"], told["refused"]) == (1, str(file), [])
    table = Standings((tmp_path / "out" / "intel.bin").read_bytes())
    assert table.rows == 1
    assert receive(tmp_path, str(file), "--name", "courier").return_value == 0


def test_a_hub_is_read_to_its_end(tmp_path: Path, file: Path) -> None:
    hub = RunningHub(tmp_path).add().start()
    HubClient(hub.url, hub.tokens["lab-a"]).send(file.read_bytes())
    (tmp_path / "token").write_text(hub.tokens["lab-b"] + "\n")
    found = receive(tmp_path, hub.url, "--token-file", str(tmp_path / "token"))
    collection = f"{hub.url}/intel/collections/{SHARED}/"
    again = receive(tmp_path, collection, "--token-file", str(tmp_path / "token"), "--name", "taxii")
    assert "1 new campaigns" not in again.output
    assert (found.return_value, found.output.splitlines()[0][:30]) == (1, "127.0.0.1: 1 new campaigns, 1 ")
    hub.stop()
    hub.members.close()
    table = Standings((tmp_path / "out" / "intel.bin").read_bytes())
    assert table.has(KeyName.ADDRESS, "198.51.100.7", at=NOW)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("https://hub.example",), "a hub asks for a token"),
        (("https://hub.example", "x.json"), "one URL at a time"),
        (("none.json",), "it cannot be read"),
    ],
)
def test_what_cannot_be_done_says_why(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    assert message in str(receive(tmp_path, *arguments).exception)


def test_the_rest_of_what_was_refused_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({"type": "bundle", "id": "x", "objects": [{"type": "campaign"}] * 12}))
    output = receive(tmp_path, str(path)).output
    assert output.count("  refused ") == 10
    assert "and 2 more; see `stillwatch intel refused`" in output
