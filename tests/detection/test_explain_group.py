from __future__ import annotations

from dataclasses import replace

from stillwatch.detection.explain_group import compared, explained_evidence, key_uses, said_in, twins_of
from stillwatch.detection.shelves import links, signals
from stillwatch.detection.world import town


def _fleet():
    return town().fleet(20).worded_alike().sharing("client_key").proposed_by("shared_template")


def test_every_evidence_says_what_it_is_held_against():
    world = _fleet()
    found = explained_evidence(world.scene(), world.suspects(), links(), signals())
    assert {"common_rhythm", "same_client"} <= {one.evidence.source for one in found}
    assert all(one.null_model for one in found)
    assert {one.axis for one in found} == {"program", "hand", "purpose"}


def test_every_link_has_a_null_model_on_its_page():
    assert [link.name for link in links() if not said_in(link.test, "Null model")] == []


def test_each_twin_is_told_with_its_number():
    world = _fleet()
    told = twins_of(world.scene(), world.suspects())
    assert all(one.why_not for one in told)
    assert not any(one.why_not.startswith("fits") for one in told)


def test_keys_are_told_with_who_uses_them_inside_and_outside():
    world = _fleet()
    suspects = world.suspects()
    keys = world.shares["key"][world.shares["account"] == world.focus[0]]
    suspects = replace(suspects, events=replace(suspects.events, keys=keys))
    uses = key_uses(world.scene(), suspects, 3)
    assert [(one.accounts, one.others) for one in uses] == [(20, 0)] * 3
    assert key_uses(world.scene(), suspects, 3, account=0) == []


def test_a_member_is_set_beside_the_usual_one():
    world = _fleet()
    rows = {one.what: one for one in compared(world.scene(), world.suspects(), 0)}
    assert rows["client program"].account == "that of most members"
    assert rows["address"].account == "another"
    assert rows["share of its traffic that belongs to the campaign"].account == "100%"
