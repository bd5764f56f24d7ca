"""The command: makes both tiers and says where, works figures out again, and refuses what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gathered import Stand, stand
from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.faces.cli.dossier_command import dossier_command
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.rerun_dossier import Rerun
from stillwatch.service.evidence.rerun_recipe import Difference, Recipe


@pytest.fixture(scope="module")
def made(small_scan, tmp_path_factory) -> Stand:
    return stand(small_scan, tmp_path_factory.mktemp("commanded"))


def _run(*arguments: str | Path):
    return CliRunner().invoke(dossier_command, [str(one) for one in arguments], catch_exceptions=False)


def test_both_tiers_are_written_by_the_shortest_command(made, tmp_path):
    out = tmp_path / "case.zip"
    fact = ("--fact", "terms:extraction", "alleged", "90", "Section 4 forbids it.")
    options = ("--log", made.log.folder, "--by", "A. Keeper", "--no-trial", "--json")
    told = _run(made.out, made.result.campaigns[0].id, "--out", out, *options, *fact)
    assert told.exit_code == 0, told.output
    files = [Path(one["file"]).name for one in json.loads(told.output)["packages"]]
    assert files == ["case-confidential.zip", "case-redacted.zip"]
    assert all((tmp_path / name).read_bytes().startswith(b"PK") for name in files)
    assert (made.log.folder / "keys" / "custody.pem").exists()
    again = EvidenceLog.open(made.log.folder, clock=lambda: 1_790_000_000.0)
    kinds = [one.kind for one in again.leaves()]
    assert kinds.index(LeafKind.ACCESS) < kinds.index(LeafKind.DOSSIER)


def test_nothing_confidential_is_written_without_the_reason_that_the_log_asks_for(made, tmp_path):
    settings = made.log.folder / "log.toml"
    before = settings.read_text("utf-8")
    settings.write_text(f'{before}\n[access]\nreason = "required"\n', "utf-8")
    try:
        options = ("--log", made.log.folder, "--no-trial", "--tier", "confidential")
        with pytest.raises(SettingsError, match="say why"):
            _run(made.out, made.result.campaigns[0].id, "--out", tmp_path / "case.zip", *options)
    finally:
        settings.write_text(before, "utf-8")
    assert list(tmp_path.iterdir()) == []


def test_keys_are_handed_over_by_themselves_where_it_is_asked(made, tmp_path):
    options = ("--log", made.log.folder, "--no-trial", "--tier", "redacted", "--keys-out", tmp_path / "keys")
    told = _run(made.out, made.result.campaigns[0].id, "--out", tmp_path / "case.zip", *options)
    assert told.exit_code == 0, told.output
    assert (tmp_path / "keys" / "settings.json").exists()
    assert b"analysis/sketches" not in (tmp_path / "case.zip").read_bytes()


@pytest.mark.parametrize(
    ("differences", "code", "words"),
    [
        ((), 0, "every figure came out as stated"),
        ((Difference("/exchanges", 1, 2),), 1, "/exchanges: stated 1, found 2"),
    ],
    ids=["same", "other"],
)
def test_a_rerun_says_what_came_out(tmp_path, monkeypatch, differences, code, words):
    recipe = Recipe(settings={"fdr": 0.01, "seed": 7}, expected={"accounts": 2})
    found = Rerun(recipe, differences, is_same_code=True)
    monkeypatch.setattr("stillwatch.faces.cli.dossier_command.rerun_dossier", lambda *_, **__: found)
    told = CliRunner().invoke(dossier_command, ["rerun", str(tmp_path)], standalone_mode=False)
    assert (told.return_value, words in told.output) == (code, True)
    as_json = json.loads(_run("rerun", tmp_path, "--json").output)
    assert [one["field"] for one in as_json["differences"]] == [one.field for one in differences]


def test_an_authority_whose_certificates_nobody_names_is_not_asked(tmp_path):
    told = CliRunner().invoke(
        dossier_command, [str(tmp_path), "c-1", "--out", "case.zip", "--stamp", "https://tsa.example"]
    )
    assert told.exit_code == 2
    assert "--roots" in told.output
