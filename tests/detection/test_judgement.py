"""The rules of judgement, as a table: which evidence together makes a case, and which never does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection import judgement
from stillwatch.detection.link import Link
from stillwatch.detection.shelves import links, signals
from stillwatch.detection.world import town

SIZE = 20
WORLD = town(60, days=7).fleet(SIZE)


def speaking(name, family, axis, p_value, *, accounts=SIZE):
    """A link that always gives this evidence."""
    evidence = Evidence(
        family=family,
        source=name,
        score=0.5,
        p_value=p_value,
        because="as told",
        accounts=accounts,
        exchanges=1,
    )
    return Link(
        name=name,
        family=family,
        axis=axis,
        status="stable",
        reads=(),
        test=lambda _, __: evidence,
        cases=(),
    )


def p_value_of(*speakers):
    return judgement.test_group(WORLD.scene(), WORLD.suspects(), speakers).p_value


TEXT = speaking("text", Family.CONTENT, "program", 1e-9)
CONFIGURATION = speaking("configuration", Family.PARAMETERS, "program", 1e-9)
PROGRAM = speaking("program", Family.INFRASTRUCTURE, "program", 1e-9)
EVEN_LOAD = speaking("even_load", Family.TIMING, "hand", 1e-6)
COMMON_RHYTHM = speaking("common_rhythm", Family.TIMING, "hand", 1e-4)
PIVOT = speaking("pivot", Family.TIMING, "hand", 1e-5)
MODEL_PIVOT = speaking("model_pivot", Family.TIMING, "hand", 1e-5)
CARD = speaking("card", Family.REGISTRATION, "hand", 1e-7)
OPENED = speaking("opened", Family.REGISTRATION, "hand", 1e-3)
COHORT = speaking("created_together", Family.REGISTRATION, "hand", 1e-7)
SAME_WORKLOAD = speaking("same_workload", Family.CONTENT, "program", 1e-5)
SUCCESSION = speaking("succession", Family.SUCCESSION, "hand", 1e-8)
ADDRESS = speaking("address", Family.INFRASTRUCTURE, "hand", 1e-9)
NETWORK = speaking("network", Family.INFRASTRUCTURE, "hand", 1e-9)
FEW = speaking("few", Family.REGISTRATION, "hand", 1e-9, accounts=SIZE // 2 - 1)

RULES = {
    "nothing spoke": ((), 1.0),
    "a text alone never suffices": ((TEXT,), 1.0),
    "nor do all program families together": ((TEXT, CONFIGURATION, PROGRAM), 1.0),
    "one hand family alone never suffices": ((CARD,), 1.0),
    "nor do two links of one hand family": ((CARD, OPENED), 1.0),
    "an address beside a text makes no case": ((TEXT, ADDRESS), 1.0),
    "nor do address and network beside it": ((TEXT, ADDRESS, NETWORK), 1.0),
    "infrastructure does not count as the second hand": ((CARD, ADDRESS), 1.0),
    "a text and a hand: the weaker of the two": ((TEXT, CARD), 1e-7),
    "the best of three program links is corrected by three": ((TEXT, CONFIGURATION, PROGRAM, CARD), 1e-7),
    "the best of two links of a hand family is corrected by two": ((TEXT, CARD, OPENED), 2e-7),
    "the best of two hand families is corrected by two": ((TEXT, CARD, SUCCESSION), 2e-8),
    "two hand families suffice without a text": ((CARD, SUCCESSION), 1e-7),
    "of three hand families, twice the second": ((CARD, SUCCESSION, PIVOT), 2e-7),
    "accounts opened on one day may be a class": ((TEXT, COHORT), 1.0),
    "a class does not work on shards of one list": ((TEXT, COHORT, SAME_WORKLOAD), 1e-5),
    "beside another hand family their opening counts": ((TEXT, COHORT, SUCCESSION), 2e-8),
    "and may be the second of two": ((COHORT, SUCCESSION), 1e-7),
    "even load alone is no hand": ((TEXT, EVEN_LOAD), 1.0),
    "common rhythm alone is no hand": ((TEXT, COMMON_RHYTHM), 1.0),
    "even load and common rhythm: the weaker is the claim": ((TEXT, EVEN_LOAD, COMMON_RHYTHM), 1e-4),
    "even load does not spoil another timing link, but was tried": ((TEXT, EVEN_LOAD, PIVOT), 2e-5),
    "a pivot alone may be a tool that was updated": ((TEXT, MODEL_PIVOT), 1.0),
    "beside even load it counts, as the weaker of the two": ((TEXT, EVEN_LOAD, MODEL_PIVOT), 2e-5),
    "a tie among fewer than half says nothing of the group": ((TEXT, FEW), 1.0),
}


@pytest.mark.parametrize("rule", RULES)
def test_what_makes_a_case(rule):
    speakers, expected = RULES[rule]
    assert p_value_of(*speakers) == pytest.approx(expected)


@pytest.mark.parametrize("rule", RULES)
def test_the_order_of_the_links_does_not_matter(rule):
    speakers, expected = RULES[rule]
    assert p_value_of(*reversed(speakers)) == pytest.approx(expected)


def test_more_program_evidence_never_makes_a_case():
    speakers = [speaking(f"p{number}", Family.CONTENT, "program", 1e-12) for number in range(50)]
    assert p_value_of(*speakers, ADDRESS, NETWORK, EVEN_LOAD) == 1.0


def test_a_costly_link_is_asked_only_after_a_suggestive_one():
    weak = speaking("cheap", Family.TIMING, "hand", 0.2)
    costly = replace(speaking("costly", Family.TIMING, "hand", 1e-9), after="cheap")
    scene, suspects = WORLD.scene(), WORLD.suspects()
    asked = [
        judgement.test_group(scene, suspects, found).evidence for found in ((weak, costly), (costly,), (costly, CARD))
    ]
    assert [[one.source for one in found] for found in asked] == [["cheap"], [], ["card"]]
    strong = speaking("cheap", Family.TIMING, "hand", 0.01)
    found = judgement.test_group(scene, suspects, (costly, strong)).evidence
    assert [one.source for one in found] == ["costly", "cheap"]


def test_evidence_comes_the_surest_first_and_none_is_lost():
    found = judgement.test_group(WORLD.scene(), WORLD.suspects(), (FEW, OPENED, TEXT)).evidence
    assert [one.source for one in found] == ["few", "text", "opened"]


def test_a_fleet_is_a_case_and_its_shadow_of_strangers_is_none():
    fleet = town().fleet(SIZE).worded_alike().sharing("params_key").proposed_by("shared_template")
    strangers = town().people(SIZE).worded_alike().sharing("params_key").proposed_by("shared_template")
    values = [judgement.test_group(world.scene(), world.suspects(), links()).p_value for world in (fleet, strangers)]
    assert values[0] < 1e-6
    assert values[1] > 0.05


def test_a_judgement_tells_purpose_and_twins():
    world = town().fleet(SIZE).worded_alike().proposed_by("shared_template")
    scene = world.scene()
    judged = judgement.judge(scene, judgement.test_group(scene, world.suspects(), links()), signals())
    assert judged.purpose >= 0.5
    assert [one.signal for one in judged.findings] == ["harvest_shape"]
    assert judged.fitting_twin() is None


def test_the_first_twin_that_fits_is_named():
    world = town().fleet(SIZE).sending(30).sharing("org_key")
    scene = world.scene()
    judged = judgement.judge(scene, judgement.test_group(scene, world.suspects(), ()), ())
    fitting = [name for name, fit in judged.twins if fit.fits]
    assert fitting[:2] == ["declared_organisation", "public_benchmark"]
    assert judged.fitting_twin() == (fitting[0], dict(judged.twins)[fitting[0]])
    assert replace(judged, twins=()).fitting_twin() is None


@pytest.mark.parametrize("most", [1e-8, 1e-5, 0.01])
@pytest.mark.parametrize("rule", RULES)
def test_a_group_dismissed_early_would_have_been_dismissed_in_the_end(rule, most):
    speakers, expected = RULES[rule]
    screened = judgement.screen_group(WORLD.scene(), WORLD.suspects(), speakers, most).p_value
    if expected <= most:
        assert screened == pytest.approx(expected)
    else:
        assert screened > most
        assert screened >= expected * (1 - 1e-9)


def test_a_claim_is_as_strong_as_the_links_that_are_heard():
    untried = replace(MODEL_PIVOT, name="untried", status="experimental")
    evidence = [one.test(None, None) for one in (TEXT, EVEN_LOAD, COMMON_RHYTHM)]
    told = [*evidence, replace(evidence[0], source="untried", family=Family.TIMING, p_value=1e-12)]
    stable = (TEXT, EVEN_LOAD, COMMON_RHYTHM)
    assert judgement.claim_p_value(told, stable, SIZE) == p_value_of(*stable)
    assert judgement.claim_p_value(told, (*stable, untried), SIZE) < p_value_of(*stable)
    assert judgement.claim_p_value(told, (TEXT,), SIZE) == 1
