"""From a plan to a page at the command line, with exit codes that say what was found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from attributed import NOW, TEST, Site, site_in
from coined import answers, written
from stillwatch.attribution.codeword import coins_of
from stillwatch.attribution.key_ring import read_label
from stillwatch.attribution.wordings import english_wordings
from stillwatch.faces.cli.attribute_command import attribute_command
from stillwatch.service.attribution.commit_keys import commit_keys
from stillwatch.service.evidence.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return site_in(tmp_path_factory.mktemp("site"))


def run(site: Site, *arguments: str) -> Result:
    places = {"STILLWATCH_MARKS": str(site.ring.folder), "STILLWATCH_EVIDENCE": str(site.log.folder)}
    return CliRunner().invoke(attribute_command, list(arguments), env=places, standalone_mode=False)


def noted(site: Site) -> int:
    """How many leaves there are now."""
    return EvidenceLog.open(site.log.folder, clock=NOW.timestamp).size


def planned(site: Site, out: Path) -> dict[str, Any]:
    result = run(
        site,
        *("plan", str(out), "--suspect", "model-x", "--obtained", "a folder", "--probes", str(site.probes)),
        *("--test", TEST, "--control", "base=released before", "--stop-after", "7000", "--json"),
    )
    assert result.exception is None, result.exception
    read: dict[str, Any] = json.loads(result.stdout)
    return read


def scored_by(site: Site, plan: Path, outputs: Path, out: Path, *more: str) -> Result:
    others = ("--control", f"base={site.base}", "--corpus", f"public={site.public}")
    return run(site, "test", str(plan), str(outputs), *others, "--out", str(out), *more)


def test_from_a_plan_to_a_page(site: Site, tmp_path: Path) -> None:
    before = noted(site)
    assert planned(site, tmp_path / "plan.json")["leaf"] == before
    found = scored_by(site, tmp_path / "plan.json", site.suspect, tmp_path / "r.json", "--json")
    assert found.return_value == 1
    assert json.loads(found.stdout)["kind"] == "dependent"
    clean = scored_by(site, tmp_path / "plan.json", site.base, tmp_path / "clean.json")
    assert clean.return_value == 0
    assert "inconclusive: No dependence shown" in clean.stdout
    assert noted(site) == before + 5
    page = run(site, "report", str(tmp_path / "r.json"), "--out", str(tmp_path / "r.html"))
    assert page.exception is None
    assert "depends on key global/2026-11-16" in (tmp_path / "r.html").read_text("utf-8")


def test_a_codebook_and_a_cohort_s_codeword(site: Site, tmp_path: Path) -> None:
    label = read_label("codebook/all/2026-11-16")
    commit_keys(site.ring, [label], EvidenceLog.open(site.log.folder, clock=NOW.timestamp), at=NOW)
    coins = coins_of(site.ring.secret(label), english_wordings().names)
    files = {
        "unmarked": answers(40, seed=1),
        "suspect": answers(20, seed=2, likely=coins.tolist()),
        "base": answers(20, seed=3),
        "public": answers(20, seed=4),
    }
    at = {name: str(written(tmp_path / f"{name}.jsonl", texts)) for name, texts in files.items()}
    made = run(
        site,
        *("plan", str(tmp_path / "plan.json"), "--suspect", "x", "--obtained", "asked", "--probes", str(site.probes)),
        *("--test", f"{label}=wordings:codebook", "--test", f"{label}=wordings,cohort=c-1:codeword"),
        *("--control", "base=released before", "--stop-after", "2000", "--unmarked", at["unmarked"]),
    )
    assert made.exception is None
    others = ("--control", f"base={at['base']}", "--corpus", f"public={at['public']}", "--unmarked", at["unmarked"])
    found = run(site, "test", str(tmp_path / "plan.json"), at["suspect"], *others, "--out", str(tmp_path / "r.json"))
    assert (found.exception, found.return_value) == (None, 1)
    result = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert result["tests"][0]["adjusted_log10_p"] < -9
    assert result["tests"][1]["adjusted_log10_p"] > -2
    other = ("--control", f"base={at['base']}", "--corpus", f"public={at['public']}", "--unmarked", at["base"])
    wrong = run(site, "test", str(tmp_path / "plan.json"), at["suspect"], *other, "--out", str(tmp_path / "r.json"))
    assert "other choices than the plan's" in str(wrong.exception)


def test_a_licence_leaves_nothing_to_claim(site: Site, tmp_path: Path) -> None:
    planned(site, tmp_path / "plan.json")
    found = scored_by(site, tmp_path / "plan.json", site.suspect, tmp_path / "r.json", "--licence", "g-1")
    assert found.return_value == 3


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("report", "{probes}"), "no result"),
        (("test", "{probes}", "{probes}", "--control", "a=b"), "no plan"),
    ],
    ids=["no result", "no plan"],
)
def test_clear_errors(site: Site, arguments: tuple[str, ...], what: str) -> None:
    filled = [one.format(probes=site.probes) for one in arguments]
    assert what in str(run(site, *filled).exception)


def test_a_control_says_why_it_is_clean(site: Site, tmp_path: Path) -> None:
    arguments = ("--suspect", "x", "--obtained", "y", "--probes", str(site.probes), "--test", TEST)
    assert "why it is clean" in str(run(site, "plan", str(tmp_path / "p"), *arguments, "--control", "base").exception)
