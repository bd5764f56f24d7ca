"""Every case of every link: what fires gives evidence with p ≤ 0.01, a near miss does not."""

from __future__ import annotations

import pytest

from stillwatch.detection.link import askable_links
from stillwatch.detection.shelves import links
from stillwatch.detection.world import town

CASES = [(link, case) for link in links() for case in link.cases]


@pytest.mark.parametrize(("link", "case"), CASES, ids=[f"{link.name}: {case.name}" for link, case in CASES])
def test_a_link_says_what_its_case_says(link, case):
    world = case.make()
    evidence = link.test(world.scene(), world.suspects())
    assert (evidence is not None and evidence.p_value <= 0.01) == case.fires


@pytest.mark.parametrize("link", links(), ids=lambda link: link.name)
def test_a_link_has_cases_of_both_kinds(link):
    assert {case.fires for case in link.cases} == {True, False}


@pytest.mark.parametrize("link", links(), ids=lambda link: link.name)
def test_the_evidence_names_its_link(link):
    world = next(case for case in link.cases if case.fires).make()
    evidence = link.test(world.scene(), world.suspects())
    assert evidence is not None
    assert (evidence.source, evidence.family) == (link.name, link.family)
    assert 0 <= evidence.score <= 1


def test_links_that_wait_for_another_name_one_on_the_shelf():
    assert {link.after for link in links()} - {""} <= {link.name for link in links()}


def test_a_link_that_has_nothing_to_look_at_is_not_asked():
    """No public set is known, nobody was banned, and one model is all there is."""
    scene = town().fleet(20).scene()
    unasked = {link.name for link in links()} - {link.name for link in askable_links(scene, links())}
    assert unasked == {"corpus_partition", "ban_succession", "model_pivot"}
    assert askable_links(town().fleet(20).taking(1000, each=40, dealt=True).scene(), links()) != links()
