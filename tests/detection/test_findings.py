from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from world_window import WorldWindow

from stillwatch.core.authorised import Authorised
from stillwatch.core.campaign import Standing, Verdict
from stillwatch.detection.campaigns import find_campaigns
from stillwatch.detection.findings import authorised_accounts, findings
from stillwatch.detection.shelves import links, signals
from stillwatch.detection.world import town
from stillwatch.logs.sketching import redact


def told(world, *, authorised=()):
    listed = np.zeros(len(world.profile), np.bool_)
    listed[list(authorised)] = True
    scene, window = world.scene(), WorldWindow(world)
    found = find_campaigns(
        window, scene, links=links(), signals=signals(), fdr=0.01, authorised=listed, progress=lambda *_: None
    )
    return findings(window, scene, found, redact)


FLEET = town().fleet(20).worded_alike().sharing("params_key")


def test_a_campaign_names_its_members_and_says_why():
    [campaign] = told(FLEET).campaigns
    assert [member.account_id for member in campaign.members] == [f"acct-{account}" for account in FLEET.focus]
    assert {member.standing for member in campaign.members} == {Standing.OPERATOR}
    assert campaign.verdict is Verdict.CAMPAIGN
    assert campaign.accounts == 20
    assert campaign.exchanges == len(FLEET.suspects().events)
    assert campaign.roles == ("response_harvest",)
    assert campaign.first_seen < campaign.last_seen
    assert len({one.family for one in campaign.evidence if one.p_value <= 0.01}) >= 2
    assert {one.twin for one in campaign.twins_considered} >= {"public_benchmark", "scheduled_job", "classroom"}
    assert 0.5 < campaign.confidence <= 0.99


def test_the_same_members_have_the_same_name():
    assert told(FLEET).campaigns[0].id == told(FLEET).campaigns[0].id


def test_two_campaigns_of_the_same_members_are_told_apart():
    """Two operators rent one pool: each campaign has an id of its own."""
    scene, window = FLEET.scene(), WorldWindow(FLEET)
    found = find_campaigns(
        window,
        scene,
        links=links(),
        signals=signals(),
        fdr=0.01,
        authorised=np.zeros(scene.accounts, np.bool_),
        progress=lambda *_: None,
    )
    both = findings(window, scene, replace(found, accepted=found.accepted * 2), redact).campaigns
    assert len({one.id for one in both}) == 2
    assert both[0].id == told(FLEET).campaigns[0].id


def test_the_ledger_makes_it_a_review():
    [campaign] = told(FLEET, authorised=FLEET.focus).campaigns
    assert campaign.verdict is Verdict.REVIEW


def test_a_group_set_aside_is_shown_with_its_twin():
    found = told(FLEET.sharing("org_key"))
    assert found.campaigns == ()
    [aside] = found.set_aside
    assert (aside.twin, len(aside.accounts)) == ("declared_organisation", 20)
    assert "100%" in aside.because


def test_every_campaign_has_its_picture_without_a_secret():
    found = told(FLEET)
    assert [picture.campaign_id for picture in found.pictures] == [one.id for one in found.campaigns]
    assert "example.org" not in found.pictures[0].sample_text
    assert "example.org" not in found.pictures[0].template_text


def test_a_clean_town_has_nothing_to_tell():
    assert told(town()) == ((), (), ())


def test_an_entry_of_the_ledger_covers_its_time_only():
    names = np.array(["a", "b", "c"], dtype=object)
    day = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) * 10**9

    def entry(account, start, end):
        fields = dict.fromkeys(Authorised.__dataclass_fields__)
        return Authorised(**{**fields, "account_ids": (account,), "valid_from": start, "valid_until": end})

    ledger = (entry("a", None, None), entry("b", day + 10, None), entry("c", None, day))
    assert authorised_accounts(ledger, names, day, day + 5).tolist() == [True, False, False]
    assert authorised_accounts(ledger, names, day - 5, day + 10).tolist() == [True, True, True]
