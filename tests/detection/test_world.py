from __future__ import annotations

import numpy as np

from stillwatch.detection.world import town


def test_the_same_calls_give_the_same_world():
    one, other = (town(30).fleet(5).asking(3, share=0.5) for _ in range(2))
    assert all(np.array_equal(one.exchanges[name], other.exchanges[name]) for name in one.exchanges)
    assert not np.array_equal(town(30, seed=2).exchanges["started_at"], town(30, seed=1).exchanges["started_at"])


def test_a_world_is_never_changed():
    before = town(30).fleet(5)
    kept = {name: values.copy() for name, values in before.exchanges.items()}
    before.sharing("client_key").in_waves(5, gap_h=1).sending(3).conversing(1.0).worded_alike(share=0.1)
    assert all(np.array_equal(before.exchanges[name], kept[name]) for name in kept)
