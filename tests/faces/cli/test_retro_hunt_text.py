"""What a hunt has found, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace

from shared_campaign import BEGAN, CAMPAIGN, ENDED, campaign
from stillwatch.core.hunt import Hunt, IndicatorFound, Match, NotHunted, Searched, Suspect, Weight
from stillwatch.core.indicator import IndicatorKind
from stillwatch.faces.cli.retro_hunt_text import hunt_lines, hunt_plain

_FOUND = IndicatorFound(
    store="s",
    indicator_id="indicator--1",
    campaign_id=CAMPAIGN,
    kind=IndicatorKind.TEMPLATE,
    weight=Weight.LEAD,
    because="the campaign's own wording",
    accounts=30,
    exchanges=90,
    first_seen=BEGAN,
    last_seen=ENDED,
)
_MATCH = Match(
    indicator_id="indicator--1",
    kind=IndicatorKind.TEMPLATE,
    weight=Weight.LEAD,
    exchanges=3,
    first_seen=BEGAN,
    last_seen=ENDED,
)
_SUSPECT = Suspect(
    store="s",
    account_id="a-0",
    campaign_id=CAMPAIGN,
    weight=Weight.LEAD,
    indicators=2,
    exchanges=3,
    first_seen=BEGAN,
    last_seen=ENDED,
    matches=(_MATCH,),
)
_HUNT = Hunt(
    searched=(Searched(store="s", exchanges=1000, accounts=40),),
    indicators=3,
    found=(_FOUND,),
    suspects=tuple(replace(_SUSPECT, account_id=f"a-{number}") for number in range(30)),
    not_hunted=(NotHunted(indicator_id="indicator--2", store="s", why="made under another salt"),) * 2,
)


def test_of_many_leads_the_first_are_shown():
    lines = hunt_lines(_HUNT, [campaign()], [])
    assert lines[:6] == [
        "searched  s: 1,000 exchanges of 40 accounts",
        "asked     3 indicators of 1 campaign",
        "lead      a-0: 2 indicators of grey heron (Northlight)",
        "          3 exchanges, 2026-03-01 to 2026-03-20, in s",
        "          template (lead): 3 exchanges; the campaign's own wording",
        "lead      a-1: 2 indicators of grey heron (Northlight)",
    ]
    assert lines[-2:] == ["          and 10 more; --json names all", "not asked 2 indicators: made under another salt"]


def test_json_has_all_of_them():
    plain = json.loads(json.dumps(hunt_plain(_HUNT, [campaign()], [])))
    assert len(plain["suspects"]) == 30
    assert plain["suspects"][0]["first_seen"] == "2026-03-01T00:00:00Z"
    assert plain["suspects"][0]["matches"][0]["kind"] == "template"
