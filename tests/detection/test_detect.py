"""What one detection gives beside its campaigns."""

from __future__ import annotations

from dataclasses import replace

from stillwatch.detection.detect import asked_links
from stillwatch.detection.shelves import links
from stillwatch.detection.world import town


def test_a_link_that_has_nothing_to_look_at_is_not_asked():
    scene = town().fleet(20).scene()
    assert {link.name for link in links()} - {link.name for link in asked_links(scene, links())} == {"corpus_partition"}
    taking = town().fleet(20).taking(1000, each=40, dealt=True).scene()
    assert asked_links(taking, links()) == links()


def test_each_campaign_has_its_basis(small_scan):
    result = small_scan.result
    (basis,) = result.bases
    assert basis.campaign_id == result.campaigns[0].id
    assert basis.p_value <= 0.01
    assert basis.judged > 0
    assert len(basis.kinds) == len(basis.keys) > 0
    assert replace(result, bases=()).bases == ()
