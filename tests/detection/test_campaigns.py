from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from world_window import WorldWindow

from stillwatch.detection import campaigns
from stillwatch.detection.campaigns import find_campaigns
from stillwatch.detection.core_group import part_of
from stillwatch.detection.shelves import links, signals
from stillwatch.detection.world import town


def found_in(world, *, authorised=(), fdr=0.01, ties=None):
    listed = np.zeros(len(world.profile), np.bool_)
    listed[list(authorised)] = True
    return find_campaigns(
        WorldWindow(world),
        world.scene(),
        links=links() if ties is None else ties,
        signals=signals(),
        fdr=fdr,
        authorised=listed,
        progress=lambda *_: None,
    )


def members(found):
    return [one.judgement.suspects.accounts.tolist() for one in found.accepted]


def harvest(size=20):
    return town().fleet(size).worded_alike().sharing("params_key")


def test_a_fleet_with_a_template_is_a_campaign():
    world = harvest()
    found = found_in(world)
    assert members(found) == [world.focus.tolist()]
    assert found.accepted[0].q_value <= 0.01
    assert not found.accepted[0].is_review


def test_a_town_of_strangers_has_none():
    found = found_in(town())
    assert (members(found), found.declined) == ([], ())


def test_strangers_with_one_tool_are_none():
    assert members(found_in(town().people(30).worded_alike().sharing("params_key").sharing("client_key"))) == []


def test_two_fleets_are_two_campaigns():
    first = harvest(12)
    second = first.fleet(10, per_day=40).worded_alike().sharing("params_key", value=88)
    assert sorted(members(found_in(second))) == [first.focus.tolist(), second.focus.tolist()]


def test_two_ties_of_one_fleet_are_one_campaign_with_the_evidence_of_both():
    world = harvest().holding("payment_key", each=20).on_one_subject()
    found = found_in(world)
    assert members(found) == [world.focus.tolist()]
    sources = {one.source for one in found.accepted[0].judgement.evidence}
    assert {"shared_template", "shared_registration"} <= sources


def test_an_honest_twin_sets_a_group_aside():
    found = found_in(harvest().sharing("org_key"))
    assert members(found) == []
    assert [one.twin for one in found.declined] == ["declared_organisation"]


def test_a_customer_in_the_ledger_is_for_review_whatever_twin_fits():
    world = harvest().sharing("org_key")
    [one] = found_in(world, authorised=world.focus).accepted
    assert one.is_review
    assert one.judgement.suspects.accounts.tolist() == world.focus.tolist()


def test_authorised_accounts_are_never_members_of_a_campaign():
    world = harvest()
    [one] = found_in(world, authorised=world.focus[:3]).accepted
    assert not one.is_review
    assert one.judgement.suspects.accounts.tolist() == world.focus[3:].tolist()


def test_concert_without_purpose_is_no_campaign():
    world = harvest().conversing(0.5).within_hours(9, 17).answered_in(30).sending(40, each_own=True, share=0.4)
    assert members(found_in(world)) == []


def test_a_trifle_is_no_campaign():
    assert members(found_in(town().fleet(4, per_day=3).worded_alike().sharing("params_key"))) == []


def test_nothing_proposed_nothing_judged():
    found = found_in(harvest(), ties=tuple(replace(link, propose=None) for link in links()))
    assert (found.accepted, found.judged) == ((), 0)


@pytest.mark.parametrize(("reported", "campaigns_found"), [(9, 0), (10, 1)])
def test_what_is_proven_of_accounts_that_are_mostly_not_reported_is_no_campaign(monkeypatch, reported, campaigns_found):
    world = harvest(20)
    likely = world.focus[:reported]
    monkeypatch.setattr(
        campaigns, "widen", lambda _scene, _core, split, *_: part_of(split, np.isin(split.accounts, likely))
    )
    assert len(members(found_in(world))) == campaigns_found


def test_progress_reaches_the_end():
    told: list[tuple[str, int, int]] = []
    world = harvest()
    listed = np.zeros(len(world.profile), np.bool_)
    find_campaigns(
        WorldWindow(world),
        world.scene(),
        links=links(),
        signals=signals(),
        fdr=0.01,
        authorised=listed,
        progress=lambda *step: told.append(step),
    )
    assert told[0][1] == 0
    assert told[-1][1] == told[-1][2] > 0
