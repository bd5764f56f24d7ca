"""What would change a verdict is found by asking again, so it follows the code that judges."""

from __future__ import annotations

from stillwatch.core.campaign import Standing
from stillwatch.detection.counterfactuals import changes_of_group, changes_of_member, without_families
from stillwatch.detection.judgement import test_group as judged_group
from stillwatch.detection.shelves import links
from stillwatch.detection.standing import served
from stillwatch.detection.world import town


def _fleet():
    return town().fleet(20).worded_alike().sharing("client_key").sharing("params_key").proposed_by("shared_template")


def test_without_the_only_family_of_a_hand_the_group_is_not_reported():
    world = _fleet()
    scene, suspects = world.scene(), world.suspects()
    found = {one.family: one for one in without_families(scene, suspects, links(), 0.01, 10)}
    assert judged_group(scene, suspects, links()).p_value < 1e-3
    assert (found["timing"].is_reported, found["timing"].p_value) == (False, 1.0)
    assert "would not be reported" in found["timing"].because
    assert found["infrastructure"].is_reported
    assert "would still be reported" in found["infrastructure"].because


def test_a_number_moved_until_a_twin_fits_is_the_twins_own_threshold():
    world = _fleet()
    changes = {one.what: one for one in changes_of_group(world.scene(), world.suspects())}
    repeated = changes["exchanges that repeat a prompt of the same account"]
    assert (round(repeated.needed, 3), repeated.now < 0.01) == (0.5, True)
    assert "set aside as scheduled job" in repeated.because
    organisation = changes["members that name one organisation"]
    assert 0.4 < organisation.needed <= 0.9
    assert "declared organisation" in organisation.because


def test_a_group_that_an_organisation_explains_already_has_nothing_to_change_there():
    world = _fleet().holding("organisation", each=20)
    changes = changes_of_group(world.scene(), world.suspects())
    assert "members that name one organisation" not in {one.what for one in changes}


def test_other_traffic_turns_an_operator_into_a_mixed_account():
    world = _fleet()
    scene, suspects = world.scene(), world.suspects()
    assert served(scene, suspects).standings[0] is Standing.OPERATOR
    (change,) = changes_of_member(scene, suspects, 0)
    assert "would stand as mixed instead of operator" in change.because
    assert change.needed > change.now
