from __future__ import annotations

from stillwatch.core.prompt_set import SetTaken


def test_the_share_taken_is_of_the_items():
    taken = SetTaken(
        name="set", items=200, taken=50, exchanges=60, shards=4, whole=0, overlap_share=0.0, because="covered 25 %"
    )
    assert taken.taken_share == 0.25
