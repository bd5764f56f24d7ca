from __future__ import annotations

from dataclasses import replace

import pytest

from stillwatch.detection.key_cover import key_cover
from stillwatch.detection.world import town

WORLD = town().fleet(20).worded_alike(keys=6)


def cover(world, keys):
    suspects = world.suspects()
    return key_cover(world.scene(), replace(suspects, events=replace(suspects.events, keys=keys)))


def keys_of(world):
    return sorted(set(world.shares["key"].tolist()))


def test_a_template_covers_its_accounts():
    assert cover(WORLD, keys_of(WORLD)) == pytest.approx(1.0)


def test_phrases_of_a_part_each_cover_that_part():
    parts = town().fleet(20)
    for start in range(0, 20, 5):
        mine = replace(parts, focus=parts.focus[start : start + 5])
        worded = replace(mine, seed=start + 1).worded_alike(keys=2)
        parts = replace(parts, shares=worded.shares)
    assert cover(parts, keys_of(parts)) == pytest.approx(0.25, abs=0.02)


def test_a_group_without_keys_is_covered():
    assert cover(WORLD, []) == 1.0
