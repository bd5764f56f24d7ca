"""A plan fixes keys, schemes with all their parameters and rules, and is run with nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attributed import LABEL, NOW, TEST, Site, site_in
from coined import answers, written
from stillwatch.attribution.coins import CoinsInUse
from stillwatch.attribution.key_ring import commitment_of, read_label
from stillwatch.attribution.plan import Access, PlannedControl
from stillwatch.attribution.slot import Slot, slot_key_of
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.attribution.coin_material import read_material
from stillwatch.service.attribution.commit_keys import commit_keys
from stillwatch.service.attribution.make_plan import (
    Terms,
    Wanted,
    keys_of_plan,
    make_plan,
    read_wanted,
    scheme_of,
)

if TYPE_CHECKING:
    from pathlib import Path

TERMS = Terms(
    suspect="model-x",
    access=Access.QUERIED,
    obtained="an endpoint, temperature 1",
    probes_sha256="ab" * 32,
    tokenizer_sha256="cd" * 32,
    served_sha256="",
    controls=(PlannedControl("base", "released before"),),
    alpha="0.01",
    stop_after_tokens=5000,
    decoys=1000,
    full_share_excess="0.9",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return site_in(tmp_path_factory.mktemp("site"))


def test_a_plan_and_its_keys(site: Site) -> None:
    plan = make_plan((read_wanted(TEST),), TERMS, site.ring, site.log)
    secret = site.ring.secret(read_label(LABEL))
    (test,) = plan.tests
    assert test.key_commitment == commitment_of(read_label(LABEL), secret)
    assert test.scheme.endswith("?context_width=2")
    key = keys_of_plan(plan, site.ring, site.log)[LABEL]
    assert (key.key, key.epoch) == (key.scheme.key_of(secret), "2026-11-16")
    other = replace(plan, tests=(test._replace(key_commitment="00" * 32),))
    with pytest.raises(InputError, match="the ring holds another key"):
        keys_of_plan(other, site.ring, site.log)


def test_a_key_must_have_been_committed_to(site: Site) -> None:
    late = read_wanted(TEST.replace("2026-11-16", "2026-11-23"))
    with pytest.raises(SettingsError, match="was not committed to"):
        make_plan((late,), TERMS, site.ring, site.log)


def test_a_layer_of_several_keys(site: Site) -> None:
    layered = read_wanted(f"{TEST}@0/2")
    with pytest.raises(SettingsError, match="slot/2026-11-16 was not committed to"):
        make_plan((layered,), TERMS, site.ring, site.log)
    slot = read_label("slot/2026-11-16")
    commit_keys(site.ring, [slot], site.log, at=NOW)
    plan = make_plan((layered,), TERMS, site.ring, site.log)
    secret = site.ring.secret(slot)
    assert plan.tests[0].layer == f"0/2 {commitment_of(slot, secret)}"
    assert keys_of_plan(plan, site.ring, site.log)[LABEL].slot == Slot(slot_key_of(secret), 2, 0)
    other = replace(plan, tests=(plan.tests[0]._replace(layer="0/2 " + "00" * 32),))
    with pytest.raises(InputError, match="another slot key"):
        keys_of_plan(other, site.ring, site.log)
    twice = make_plan((layered, read_wanted(TEST)), TERMS, site.ring, site.log)
    with pytest.raises(InputError, match="two schemes or layers"):
        keys_of_plan(twice, site.ring, site.log)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"{TEST}@2", "is no test"),
        (f"{TEST}@", "is no test"),
        ("global/2026-11-16", "is no test"),
        ("global/2026-11-16=gumbel_siphash", "is no test"),
        ("global/2026-11-16=gumbel_siphash,context_width:mode", "is no setting"),
    ],
)
def test_what_is_no_test(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read_wanted(text)


def test_unknown_schemes_and_rules(site: Site) -> None:
    for wanted in (Wanted(LABEL, "gumbell", {}, "mode"), Wanted(LABEL, "gumbel_siphash", {}, "mod")):
        with pytest.raises(InputError):
            make_plan((wanted,), TERMS, site.ring, site.log)


def test_a_scheme_of_another_version_is_refused() -> None:
    identity = read_wanted(TEST)
    with pytest.raises(InputError, match="another version of a scheme"):
        scheme_of(f"{identity.scheme}/older?context_width=2")


def test_a_plan_without_controls_is_none(site: Site, tmp_path: Path) -> None:
    del tmp_path
    with pytest.raises(InputError, match="clean control"):
        make_plan((read_wanted(TEST),), TERMS._replace(controls=()), site.ring, site.log)


def test_tests_by_coins_fix_their_choices_and_their_excess(site: Site, tmp_path: Path) -> None:
    label = read_label("codebook/all/2026-11-16")
    commit_keys(site.ring, [label], site.log, at=NOW)
    coins = read_material(None, written(tmp_path / "u.jsonl", answers(2, seed=1)), None)
    texts = (f"{label}=wordings:codebook", f"{label}=wordings,cohort=c-1,excess=0.3:codeword")
    plan = make_plan(tuple(map(read_wanted, texts)), TERMS, site.ring, site.log, coins)
    assert [(one.scheme, one.excess) for one in plan.tests] == [
        ("wordings/1", "0.32"),
        ("wordings/1?cohort=c-1", "0.3"),
    ]
    key = keys_of_plan(plan, site.ring, site.log, coins)[str(label)]
    assert isinstance(key, CoinsInUse)
    assert (key.key, key.material_sha256) == (site.ring.secret(label), plan.tests[0].material_sha256)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wordings:codebook", "coins without choices"),
        ("wording:codebook", "no choices 'wording'"),
        ("wordings:paired", "not tested by paired"),
        ("wordings:codeword", "names a cohort"),
        ("wordings,width=2:codebook", "coins take no width"),
        ("wordings:codebook@0/2", "coins take no @0/2"),
    ],
)
def test_what_is_no_test_by_coins(site: Site, tmp_path: Path, text: str, said: str) -> None:
    label = read_label("codebook/all/2026-11-16")
    commit_keys(site.ring, [label], site.log, at=NOW)
    coins = read_material(None, written(tmp_path / "u.jsonl", answers(2, seed=1)), None)
    given = None if said == "coins without choices" else coins
    with pytest.raises(InputError, match=said):
        make_plan((read_wanted(f"{label}={text}"),), TERMS, site.ring, site.log, given)
