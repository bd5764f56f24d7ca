from __future__ import annotations

from stillwatch.detection.world import town


def test_waves_follow_bans():
    world = town(30).fleet(8).in_waves(4, gap_h=2)
    first = world.scene().population.first_at[world.focus]
    banned = world.accounts["banned_at"][world.focus]
    assert (banned > 0).tolist() == [True] * 6 + [False] * 2
    after = first[2:] - banned[:-2]
    assert (after > 0).all()
    assert (after < 2 * 3_600 * 10**9 + 2).all()
