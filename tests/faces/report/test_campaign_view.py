from __future__ import annotations

from dataclasses import replace

from report_factory import rich_result

from stillwatch.core.campaign import Family, Member, Standing
from stillwatch.faces.report.campaign_view import campaign_views


def test_campaigns_stand_from_the_surest():
    odds = [view.campaign.q_value for view in campaign_views(rich_result())]
    assert odds == sorted(odds)


def test_evidence_is_grouped_by_family_from_the_strongest():
    [view] = campaign_views(rich_result(sizes=(20,)))
    assert [(each.family, len(each.evidence)) for each in view.families] == [
        (Family.CONTENT, 2),
        (Family.TIMING, 1),
        (Family.SUCCESSION, 1),
    ]


def test_a_table_too_large_keeps_the_surest_members_and_says_so():
    result = rich_result(sizes=(20,))
    crowd = tuple(
        Member(account_id=f"{number:0280d}", standing=Standing.MIXED, confidence=number / 40_000, because="x")
        for number in range(40_000)
    )
    [view] = campaign_views(replace(result, campaigns=(replace(result.campaigns[0], members=crowd),)))
    assert 5_000 < len(view.members) < 40_000
    assert view.members_left_out == 40_000 - len(view.members)
    assert view.members[0].confidence == 39_999 / 40_000


def test_small_tables_are_whole_beside_a_large_one():
    result = rich_result(sizes=(20, 20))
    crowd = tuple(
        Member(account_id=f"{number:0280d}", standing=Standing.MIXED, confidence=0.5, because="x")
        for number in range(40_000)
    )
    large, small = result.campaigns
    views = campaign_views(replace(result, campaigns=(replace(large, members=crowd), small)))
    assert sorted(view.members_left_out > 0 for view in views) == [False, True]


def test_repeated_reasons_are_written_once():
    result = rich_result(sizes=(20,))
    same = tuple(replace(member, because="The same.") for member in result.campaigns[0].members)
    [view] = campaign_views(replace(result, campaigns=(replace(result.campaigns[0], members=same),)))
    assert view.island["reasons"] == ["The same."]
    assert view.island["reason"] == [0] * 20


def test_a_campaign_without_picture_has_none():
    [view] = campaign_views(replace(rich_result(sizes=(20,)), pictures=()))
    assert (view.graph, view.timeline, view.template, view.taken) == (None, None, (), ())
