"""`stillwatch share`: nothing leaves before somebody has agreed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "intel"))
from found_factory import found
from shared_factory import PRODUCER

from stillwatch.core.template_key import TemplateKey
from stillwatch.faces.cli.main import main
from stillwatch.intel.share_campaign import share_campaign
from stillwatch.intel.stix_read import read_bundle

if TYPE_CHECKING:
    from stillwatch.core.shared_campaign import SharedCampaign


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    def prepared(_out, _campaign, options, **_):
        return share_campaign(found(), (TemplateKey(4, -77, 0.95),), salt=7, options=options)

    monkeypatch.setattr("stillwatch.faces.cli.share_command.prepare_share", prepared)


def run(tmp_path: Path, *arguments: str) -> int:
    said = ("--identity", PRODUCER, "--name", "Member A")
    with pytest.raises(SystemExit) as stopped:
        main(["share", str(tmp_path), "c-1", *said, *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def sent(file: Path) -> SharedCampaign:
    (campaign,) = read_bundle(file.read_bytes()).campaigns
    return campaign


def test_without_a_way_it_only_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path) == 0
    shown = capsys.readouterr().out
    assert "indicator: template" in shown
    assert "victims are never named" in shown
    assert list(tmp_path.iterdir()) == []


def test_nobody_there_to_agree_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--out", str(tmp_path / "b.json")) == 2
    assert "nobody is here to agree" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("reviewer", "is_machine_made"), [((), True), (("--reviewed-by", "Ada"), False)])
def test_what_nobody_looked_at_says_so(tmp_path: Path, reviewer: tuple[str, ...], is_machine_made: bool) -> None:
    assert run(tmp_path, "--out", str(tmp_path / "b.json"), "--yes", *reviewer) == 0
    assert sent(tmp_path / "b.json").is_machine_made is is_machine_made


def test_what_is_said_is_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = ("--tlp", "red", "--pap", "amber", "--service", "m-1", "--service", "m-2", "--response", "blocked")
    said += ("--legal-basis", "contract", "--provider", "p-1", "--provider-country", "aq", "--hide-source")
    said += ("--fact", "access:geographic", "alleged", "40", "Through a proxy abroad.")
    assert run(tmp_path, *said, "--out", str(tmp_path / "b.json"), "--yes", "--json", "--accounts", "clear") == 0
    told = json.loads(capsys.readouterr().out)
    campaign = sent(tmp_path / "b.json")
    assert (campaign.handling.tlp, campaign.handling.pap, campaign.handling.must_not_name_source) == (
        "red",
        "amber",
        True,
    )
    assert (campaign.services, campaign.response, campaign.legal_basis) == (("m-1", "m-2"), "blocked", "contract")
    assert (campaign.provider.name, campaign.provider.office_country) == ("p-1", "AQ")
    assert {one.value for one in campaign.indicators} == {"acct-1", "acct-2", "-77"}
    assert (campaign.statements[0].topic, campaign.statements[0].confidence) == ("access:geographic", 40)
    assert told["campaign_id"] == campaign.id
    assert told["sent"][0]["to"] == str(tmp_path / "b.json")


def test_it_can_be_taken_back(tmp_path: Path) -> None:
    run(tmp_path, "--out", str(tmp_path / "b.json"), "--yes")
    assert run(tmp_path, "--take-back", "--out", str(tmp_path / "b.json"), "--yes") == 0
    assert sent(tmp_path / "b.json").is_revoked


@pytest.mark.parametrize(
    "said", [("--identity", "me"), ("--name", ""), ("--provider-country", "Utopia", "--provider", "p")]
)
def test_who_says_it_must_be_known(tmp_path: Path, said: tuple[str, ...]) -> None:
    assert run(tmp_path, *said) == 2
