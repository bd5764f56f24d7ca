"""A registered plan is run to a verdict with everything that a claim rests on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from attributed import LABEL, NOW, TEST, Site, site_in
from stillwatch.attribution.examine import Material
from stillwatch.attribution.plan import Access, Plan, PlannedControl, sha256_of
from stillwatch.core.errors import InputError
from stillwatch.service.attribution.make_plan import Terms, keys_of_plan, make_plan, read_wanted
from stillwatch.service.attribution.outputs import read_outputs
from stillwatch.service.attribution.register_plan import register_plan
from stillwatch.service.attribution.run_plan import Ran, check_ready, run_plan
from stillwatch.service.attribution.tokenise import Tokeniser

LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return site_in(tmp_path_factory.mktemp("site"))


def planned(site: Site, obtained: str = "a folder") -> Plan:
    terms = Terms(
        suspect="model-x",
        access=Access.QUERIED,
        obtained=obtained,
        probes_sha256="ab" * 32,
        tokenizer_sha256=Tokeniser(None).sha256,
        served_sha256="",
        controls=(PlannedControl("base", "released before"),),
        alpha="0.01",
        stop_after_tokens=7000,
        decoys=1000,
        full_share_excess="0.9",
    )
    return make_plan((read_wanted(TEST),), terms, site.ring, site.log)


def material(site: Site) -> Material:
    read = Tokeniser(None)
    return Material(
        suspect=read.subject("model-x", read_outputs(site.suspect)),
        controls=(read.subject("base", read_outputs(site.base)),),
        corpora=(read.subject("public", read_outputs(site.public)),),
    )


def ran(site: Site, plan: Plan, grants: tuple[str, ...] = ()) -> Ran:
    keys = keys_of_plan(plan, site.ring, site.log)
    return run_plan(plan, keys, material(site), ring=site.ring, log=site.log, grants=grants, at=LATER)


def test_a_student_of_half_marked_text_depends_on_the_key(site: Site) -> None:
    plan = planned(site)
    register_plan(plan, site.log, at=NOW)
    found = ran(site, plan)
    assert found.result["verdict"]["kind"] == "dependent"
    assert found.result["tests"][0]["adjusted_log10_p"] < -10
    assert found.result["plan_sha256"] == sha256_of(plan)
    assert found.result["curve"][-1]["tokens"] == 7000
    assert found.result["curve"][-1]["log10_p"] == found.result["tests"][0]["log10_p"]
    assert len(found.result["decoys"]["log10_p"]) >= 1000
    json.dumps(found.result)


def test_what_is_not_registered_or_is_licensed_is_not_claimed(site: Site) -> None:
    other = planned(site, "another way")
    assert ran(site, other).result["verdict"]["kind"] == "refused"
    register_plan(other, site.log, at=NOW)
    licensed = ran(site, other, ("g-1",)).result["verdict"]
    assert licensed["kind"] == "refused"
    assert "the dependence is licensed" in licensed["mend"]


def test_another_version_of_the_code_is_exploratory_and_named(site: Site) -> None:
    older = replace(planned(site, "a third way"), code_version="0.0.1")
    register_plan(older, site.log, at=NOW)
    verdict = ran(site, older).result["verdict"]
    assert verdict["kind"] == "refused"
    assert "run otherwise than planned: code_version" in verdict["because"][0]


def test_other_material_than_the_plan_s_is_refused(site: Site) -> None:
    plan = planned(site)
    check_ready(plan, material(site), plan.tokenizer_sha256, "")
    with pytest.raises(InputError, match="another tokenizer"):
        check_ready(plan, material(site), "00" * 32, "")
    with pytest.raises(InputError, match="another table of served contexts"):
        check_ready(plan, material(site), plan.tokenizer_sha256, "00" * 32)
    empty = material(site)._replace(suspect=Tokeniser(None).subject("model-x", []))
    with pytest.raises(InputError, match="has said nothing"):
        check_ready(plan, empty, plan.tokenizer_sha256, "")


def test_decoys_are_of_the_ring_and_never_a_key_of_it(site: Site) -> None:
    assert site.ring.master_secret(LABEL) == site.ring.path_of(1).read_bytes()
