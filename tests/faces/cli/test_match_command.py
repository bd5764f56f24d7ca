"""`stillwatch match` between two members, with a hub and without."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from match_server import served
from received_rows import NOW, bundle, campaign, delivery, indicator, peers
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.faces.cli import match_command
from stillwatch.faces.cli.main import main
from stillwatch.faces.taxii.matching import Matching
from stillwatch.intel.match_epoch import write_epoch
from stillwatch.intel.ristretto import load_ristretto
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.match_epochs import Opening, open_epoch, open_matching
from stillwatch.service.sharing.match_holder import MatchHolder
from stillwatch.service.sharing.receive import receive
from stillwatch.service.sharing.token_file import read_tokens

if TYPE_CHECKING:
    from pathlib import Path

_A = "kind,value,label\nemail,ada@example.org,acct-1\nphone,+49 30 1234567,acct-2\npayment,par-x,acct-3\n"
_B = "kind,value,label\nemail,ADA+promo@example.org,cust-7\nemail,eve@example.org,cust-8\n"


class Said(NamedTuple):
    code: int
    out: str
    err: str


class Members:
    """Run commands in a folder with the values of two members."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        (folder / "a.csv").write_text(_A)
        (folder / "b.csv").write_text(_B)

    def run(self, *arguments: str) -> Said:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main(["match", *arguments])
        printed = self._capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return Said(stopped.value.code, printed.out, printed.err)


@pytest.fixture
def members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Members:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STILLWATCH_MEMBER_TOKEN", raising=False)
    return Members(tmp_path, capsys)


def test_a_pair_finds_what_both_have(members: Members) -> None:
    assert members.run("pair", "pair.key").code == 0
    period = ("--pair", "pair.key", "--period", "2026-w48")
    ours = members.run("tokens", "a.csv", *period, "--keep", "a.kept", "--json")
    assert (ours.code, json.loads(ours.out)["tokens"]) == (3, 2)
    assert "no payment instrument" in json.loads(ours.out)["refused"][0]["why"]
    assert members.run("tokens", "b.csv", *period, "--keep", "b.kept", "--give", "b.given").code == 0
    found = members.run("compare", "a.kept", "b.given")
    assert (found.code, found.out) == (1, "email  ada@example.org  acct-1\n")
    assert members.run("tokens", "b.csv", "--pair", "pair.key", "--period", "2026-w49", "--keep", "c.kept").code == 0
    refused = members.run("compare", "a.kept", "c.kept")
    assert (refused.code, "no two tokens are under one key" in refused.err) == (2, True)


def test_members_of_a_hub_find_what_both_have_until_their_quota_ends(
    members: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, group = open_matching(tmp_path / "match.db"), load_ristretto()
    app = Matching(MatchHolder(connection, group, clock=time.time), who={"ta": "lab-a", "tb": "lab-b"}.get)
    with served(app) as address:
        now = time.time()
        asked = Opening(name="now", begins_at=now - 9, ends_at=now + 999, quota=3, url=f"{address}/matching")
        (tmp_path / "epoch.json").write_bytes(write_epoch(open_epoch(connection, group, asked, by="Ada", at=now)))
        assert "no token of the hub" in members.run("tokens", "a.csv", "--epoch", "epoch.json", "--keep", "x").err
        monkeypatch.setenv("STILLWATCH_MEMBER_TOKEN", "ta")
        ours = members.run("tokens", "a.csv", "--epoch", "epoch.json", "--keep", "a.kept")
        assert (ours.code, ours.out) == (3, "a.kept: 2 tokens, 2 asked\n")
        again = members.run("tokens", "a.csv", "--epoch", "epoch.json", "--keep", "a.kept")
        assert again.out == "a.kept: 2 tokens, 0 asked\n"
        token = tmp_path / "token"
        token.write_text("tb\n")
        token.chmod(0o600)
        theirs = ("--epoch", "epoch.json", "--token-file", "token", "--keep", "b.kept", "--give", "b.given")
        assert members.run("tokens", "b.csv", *theirs).code == 0
        (tmp_path / "guesses.csv").write_text(
            "kind,value\n" + "".join(f"phone,+49 30 {number}\n" for number in range(1_000_000, 1_000_050))
        )
        attack = members.run("tokens", "guesses.csv", "--epoch", "epoch.json", "--keep", "guesses.kept")
        assert (attack.code, "more than what is left of your quota" in attack.err) == (2, True)
    connection.close()
    found = members.run("compare", "a.kept", "b.given", "--json")
    assert (found.code, [one["label"] for one in json.loads(found.out)["shared"]]) == (1, ["acct-1"])
    assert "example.org" not in (tmp_path / "b.given").read_text()


def test_tokens_among_what_peers_have_told_are_compared_too(
    members: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_command.time, "time", NOW.timestamp)
    members.run("pair", "pair.key")
    members.run("tokens", "a.csv", "--pair", "pair.key", "--period", "2026-w48", "--keep", "a.kept")
    known = read_tokens(tmp_path / "a.kept")[0]
    told: Any = indicator(1, known.token, kind=IndicatorKind.EMAIL, form=Form.PAIRWISE, key_id=known.key_id)
    intel = open_intel(tmp_path / "intel.db")
    receive(intel, bundle(campaign(told)), delivery(at=NOW), peers())
    intel.close()
    found = members.run("compare", "a.kept", "--intel", "intel.db")
    assert (found.code, found.out) == (1, "email  ada@example.org  acct-1\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("tokens", "a.csv", "--keep", "x"),
        ("tokens", "a.csv", "--pair", "pair.key", "--keep", "x"),
        ("compare", "a.csv"),
        ("tokens", "a.csv", "--pair", "a.csv", "--period", "p", "--keep", "x"),
    ],
)
def test_what_is_missing_is_said(arguments: tuple[str, ...], members: Members) -> None:
    assert members.run(*arguments).code == 2
