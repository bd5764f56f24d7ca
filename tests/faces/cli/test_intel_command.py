"""`stillwatch intel`: a person looks, decides, and it is on record."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from received_rows import HERE, LAB_A, NOW, bundle, campaign, delivery, indicator, stix_id
from stillwatch.faces.cli.main import cli
from stillwatch.guard.standings import Standings
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Peers
from stillwatch.service.sharing.receive import receive

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

END = datetime(2099, 1, 1, tzinfo=UTC)
CAMPAIGN = stix_id("campaign", 1)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    intel = open_intel(tmp_path / "intel.db")
    told = campaign(indicator(1, valid_until=END), valid_until=END)
    receive(intel, bundle(told), delivery(at=datetime.now(UTC)), Peers())
    intel.close()
    (tmp_path / "peers.toml").write_text(f'identity = "{HERE}"\n')
    return tmp_path


def intel(out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["intel", *arguments, "--out", str(out)], standalone_mode=False)


def decide(out: Path, *arguments: str) -> Result:
    return intel(out, *arguments, "--by", "Ada", "--peers", str(out / "peers.toml"))


def rows(out: Path) -> int:
    return Standings((out / "intel.bin").read_bytes()).rows


def test_what_waits_is_listed_accepted_and_then_stands(out: Path) -> None:
    listed = intel(out, "list")
    assert (listed.return_value, "quarantined  'HEDGEHOG' of Lab A, by hub" in listed.output) == (1, True)
    assert decide(out, "accept", CAMPAIGN, "--why", "ticket 17").output.startswith("1 indicators accepted\n1 standings")
    assert rows(out) == 1
    assert intel(out, "list", "--only", "quarantined").output == ""
    [told] = json.loads(intel(out, "list", "--json").output)["campaigns"]
    assert (told["review"], told["producer_id"], told["accepted"]) == ("accepted", LAB_A, 1)
    assert intel(out, "list").return_value == 0


def test_what_is_denied_stands_no_more(out: Path) -> None:
    decide(out, "accept", CAMPAIGN, "--why", "ticket 17")
    decide(out, "say", CAMPAIGN, "denies", "--why", "a class")
    assert rows(out) == 0
    told = json.loads(intel(out, "show", CAMPAIGN).output)
    assert told["opinions"] == [{"by": HERE, "stance": "denies", "explanation": "a class"}]
    assert (told["campaigns"][0]["name"], told["indicators"][0]["review"]) == ("HEDGEHOG", "accepted")
    assert intel(out, "show", "campaign--none").return_value == 1


def test_rejecting_and_putting_out_end_it(out: Path) -> None:
    decide(out, "accept", CAMPAIGN, "--why", "ticket 17")
    decide(out, "reject", CAMPAIGN, "--why", "our own office")
    assert rows(out) == 0
    decide(out, "accept", CAMPAIGN, "--why", "not our office")
    assert decide(out, "put-out", LAB_A, "--why", "an invented feed").output.startswith(
        "1 indicators ended\n0 standings"
    )
    audit = intel(out, "audit")
    assert [line.split("  ")[1] for line in audit.output.splitlines()] == [
        *("received", "intel_accepted", "intel_rejected", "intel_accepted", "producer_put_out"),
    ]
    assert audit.return_value == 0


def test_a_trail_that_was_changed_is_told_of(out: Path) -> None:
    state = open_intel(out / "intel.db")
    state.execute("DROP TRIGGER audit_is_not_changed")
    state.execute("UPDATE audit SET who = 'nobody'")
    state.close()
    assert intel(out, "audit").return_value == 1


def test_what_was_refused_is_shown(out: Path) -> None:
    decide(out, "put-out", LAB_A, "--why", "an invented feed")
    state = open_intel(out / "intel.db")
    receive(state, bundle(campaign(number=2)), delivery(at=NOW), Peers())
    state.close()
    assert intel(out, "refused").output.endswith("  its producer was put out here\n")


def test_without_a_state_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert "there is no state" in str(intel(tmp_path, "list").exception)
