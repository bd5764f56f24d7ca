from __future__ import annotations

from stillwatch.evaluation.distil.quality import Quality, QualitySpread, spread_of_qualities


def test_each_defence_has_its_range_in_the_order_of_the_first_seed():
    seeds = [
        [Quality("mark", "none", "excess", 3.0 + at), Quality("mark", "codebook", "excess", 3.5)]
        for at in (0.2, 0.0, 0.1)
    ]
    assert spread_of_qualities(seeds) == [
        QualitySpread("mark", "none", "excess", 3.1, 3.0, 3.2),
        QualitySpread("mark", "codebook", "excess", 3.5, 3.5, 3.5),
    ]
