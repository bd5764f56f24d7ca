from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.detection.graph import proposals
from stillwatch.detection.link import Hub
from stillwatch.detection.shelves import links
from stillwatch.detection.world import town

NONE = np.zeros(0, np.int64)
SCENE = town(60).scene()
[TEMPLATE] = [link for link in links() if link.name == "shared_template"]


def hub(*accounts, uses=10, keys=()):
    members = np.array(accounts, np.int64)
    numbers = np.array(keys, np.int64)
    return Hub(members, np.full(len(members), uses), np.ones(len(numbers), np.int64), numbers)


def proposed(*hubs):
    return proposals(SCENE, (replace(TEMPLATE, propose=lambda _: list(hubs)),)).groups


def test_hubs_that_mostly_agree_are_one_group():
    [group] = proposed(hub(1, 2, 3, 4, 5, keys=[11]), hub(2, 3, 4, 5, 6, keys=[12]))
    assert group.accounts.tolist() == [1, 2, 3, 4, 5, 6]
    assert group.keys.tolist() == [11, 12]
    assert group.origin == "shared_template"


def test_hubs_that_hardly_agree_are_two():
    assert len(proposed(hub(1, 2, 3, 4, 5), hub(5, 6, 7, 8, 9))) == 2


def test_too_few_accounts_are_no_group():
    assert proposed(hub(1, 2, 3)) == []


def test_the_strongest_comes_first():
    found = proposed(hub(1, 2, 3, 4, uses=2), hub(11, 12, 13, 14, uses=40))
    assert [group.accounts[0] for group in found] == [11, 1]


def test_links_do_not_mix_and_those_that_propose_nothing_are_skipped():
    first = replace(TEMPLATE, propose=lambda _: [hub(1, 2, 3, 4)])
    second = replace(TEMPLATE, name="handover", propose=lambda _: [hub(1, 2, 3, 4)])
    third = replace(TEMPLATE, name="even_load", propose=None)
    found = proposals(SCENE, (first, second, third)).groups
    assert sorted(group.origin for group in found) == ["handover", "shared_template"]


def test_a_group_is_asked_for_by_its_keys():
    [group] = proposed(hub(1, 2, 3, 4, keys=[7, 8]))
    asked = group.as_group()
    assert (asked.accounts.tolist(), asked.keys.tolist(), asked.kinds.tolist()) == ([1, 2, 3, 4], [7, 8], [1, 1])
