from __future__ import annotations

from dataclasses import replace

from report_factory import rich_result

from stillwatch.core.campaign import Standing, Tie
from stillwatch.faces.report.graph_chart import draw_graph

[CAMPAIGN] = rich_result(sizes=(90,)).campaigns
[PICTURE] = rich_result(sizes=(90,)).pictures
STANDINGS = {member.account_id: member.standing for member in CAMPAIGN.members}


def test_without_ties_nothing_is_drawn():
    assert draw_graph(replace(PICTURE, ties=()), STANDINGS, members=90, most=200) is None


def test_every_account_has_a_mark_of_its_standing():
    chart = draw_graph(PICTURE, STANDINGS, members=90, most=200)
    assert chart
    drawn = {standing: chart.svg.count(f'href="#mark-{standing}"') for standing in Standing}
    assert drawn == dict(chart.standings)
    assert sum(drawn.values()) == 90


def test_what_is_left_out_is_said():
    chart = draw_graph(PICTURE, STANDINGS, members=25_000, most=40)
    assert chart
    assert chart.svg.count("<use") == 40
    assert chart.note.startswith("Drawn are the 40 most tied of 25,000 accounts and the ")


def test_kinds_are_counted_and_rare_ones_share_a_line():
    accounts = [member.account_id for member in CAMPAIGN.members]
    ties = tuple(
        Tie(left=accounts[index], right=accounts[index + 1], kind=f"kind_{index % 7}", weight=1.0)
        for index in range(20)
    )
    chart = draw_graph(replace(PICTURE, ties=ties), STANDINGS, members=90, most=200)
    assert chart
    assert sum(kind.ties for kind in chart.kinds) == 20
    assert [kind.style for kind in chart.kinds] == ["k0", "k1", "k2", "k3", "k4", "k4", "k4"]


def test_account_names_are_escaped():
    ties = (Tie(left="<b>&", right="plain", kind='"><i>', weight=1.0),)
    chart = draw_graph(replace(PICTURE, ties=ties, shown_accounts=()), {}, members=2, most=200)
    assert chart
    assert "<b>" not in chart.svg
    assert "&lt;b&gt;&amp;" in chart.svg
    assert "<i>" not in chart.svg
