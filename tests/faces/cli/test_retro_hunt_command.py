"""`stillwatch retro-hunt` from end to end."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from exchange_log import exchange, scanned, write_log
from shared_campaign import PRODUCER, campaign, indicator, some_id
from stillwatch.core.indicator import IndicatorKind
from stillwatch.faces.cli.exits import COULD_NOT_START, FOUND, NOTHING_FOUND
from stillwatch.faces.cli.main import cli, main
from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.stix_write import write_bundle
from stillwatch.service.sharing.delivery import Delivery
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Peers
from stillwatch.service.sharing.receive import receive

_TOLD = campaign(
    indicator(IndicatorKind.ACCOUNT, "acct-3"),
    indicator(IndicatorKind.ADDRESS, "203.0.113.4"),
    indicator(IndicatorKind.ASN, "64500"),
)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A store of ten accounts, and what a peer has told as a file beside it."""
    folder = tmp_path_factory.mktemp("out")
    scanned(folder / "store", [write_log(folder / "log.jsonl", [exchange(number) for number in range(20)])])
    (folder / "told.json").write_bytes(write_bundle(_TOLD))
    (folder / "list.json").write_text('{"name": "Cloud", "type": "cidr", "list": ["203.0.113.4"]}')
    (folder / "peers.toml").write_text(f'[[producer]]\nid = "{PRODUCER}"\nshares_accounts = true\n')
    return folder


def run(*arguments):
    return CliRunner().invoke(cli, ["retro-hunt", *map(str, arguments)], standalone_mode=False)


def test_leads_are_shown_with_why_they_are(out):
    done = run(
        out / "store", "--for", out / "told.json", "--peers", out / "peers.toml", "--warninglists", out / "list.json"
    )
    assert done.return_value == FOUND, done.output
    lines = done.output.splitlines()
    assert lines[0].endswith("store: 20 exchanges of 10 accounts")
    assert "lead      acct-3: 1 indicator of grey heron (Northlight)" in lines
    assert "acct-4" not in done.output
    assert "context   1 account with nothing but what strangers share; --json names them" in lines
    assert any(line.startswith("not asked 1 indicator:") for line in lines)


def test_everything_is_there_as_json(out):
    done = run(out / "store", "--for", out / "told.json", "--peers", out / "peers.toml", "--json")
    plain = json.loads(done.stdout)
    assert [(one["account_id"], one["weight"]) for one in plain["suspects"]] == [
        ("acct-3", "lead"),
        ("acct-4", "context"),
    ]
    assert plain["campaigns"][0]["producer_name"] == "Northlight"
    assert plain["searched"][0]["exchanges"] == 20


def test_what_was_received_is_looked_for_in_the_store_beside_it(out):
    connection = open_intel(out / "intel.db")
    delivery = Delivery(by="hand", at=_TOLD.version_at, sha256="ab" * 32, is_vouched=True)
    far = campaign(
        *(indicator(one.kind, one.value, valid_until=_TOLD.valid_until.replace(year=2099)) for one in _TOLD.indicators),
        valid_until=_TOLD.valid_until.replace(year=2099),
    )
    receive(connection, read_bundle(write_bundle(far)), delivery, Peers())
    connection.close()
    done = run("--out", out, "--peers", out / "peers.toml", "--json")
    assert [one["account_id"] for one in json.loads(done.stdout)["suspects"]] == ["acct-3", "acct-4"]


def test_sightings_are_written_for_the_source(out, tmp_path):
    us = some_id("identity", "Member B")
    more = ("--sightings", tmp_path / "s", "--identity", us, "--name", "Member B")
    done = run(out / "store", "--for", out / "told.json", "--peers", out / "peers.toml", *more)
    assert done.return_value == FOUND, done.output
    (file,) = (tmp_path / "s").iterdir()
    assert [(one.of_id, one.by_id) for one in read_bundle(file.read_bytes()).sightings] == [
        (_TOLD.indicators[0].id, us)
    ]
    assert f"sightings 1 for Northlight: {file}" in done.output


def test_no_lead_is_nothing_found(out, tmp_path):
    (tmp_path / "table.csv").write_text("type,value\nipv4,203.0.113.4\naccount,acct-5\n")
    done = run(out / "store", "--for", tmp_path / "table.csv")
    assert done.return_value == NOTHING_FOUND
    assert "no account shows anything" in done.output


def test_a_name_cannot_move_the_cursor(out, tmp_path):
    told = campaign(_TOLD.indicators[0], name="\x1b[2Jheron")
    (tmp_path / "told.json").write_bytes(write_bundle(told))
    assert "\x1b" not in run(out / "store", "--for", tmp_path / "told.json").output


def test_nothing_received_is_an_error(tmp_path):
    assert "nothing was received" in str(run("--out", tmp_path).exception)


def test_the_command_is_found_by_its_name(out):
    with pytest.raises(SystemExit) as ended:
        main(["retro-hunt", str(out / "store"), "--for", str(out / "gone.json")])
    assert ended.value.code == COULD_NOT_START
