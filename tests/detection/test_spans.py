from __future__ import annotations

import numpy as np

from stillwatch.detection.scene import suspects_of
from stillwatch.detection.spans import active_spans, bin_table
from stillwatch.detection.world import town
from stillwatch.detection.world_people import START
from stillwatch.logs.window_rows import HOUR_NS

WORLD = town(40, days=3).people(5)


def test_spans_hold_every_exchange_and_touch_both_ends():
    suspects = WORLD.suspects()
    first, last = active_spans(suspects)
    for place in range(suspects.size):
        mine = suspects.events["started_at"][suspects.place == place]
        assert (first[place], last[place]) == (mine.min(), mine.max())


def test_an_account_without_exchanges_in_focus_spans_the_group():
    events = WORLD.events()
    idle = suspects_of(
        np.array([40, 41]),
        type(events)(columns={name: values[:0] for name, values in events.columns.items()}, models=events.models),
        "",
        WORLD.scene(),
    )
    assert bin_table(idle, START, HOUR_NS).tolist() == [[0], [0]]
    suspects = WORLD.suspects()
    without = suspects_of(np.append(suspects.accounts, 3), suspects.events, "", WORLD.scene())
    first, last = active_spans(without)
    assert (first[0], last[0]) == (suspects.events["started_at"].min(), suspects.events["started_at"].max())


def test_the_table_counts_every_conversation_once():
    suspects = WORLD.suspects()
    table = bin_table(suspects, START, 6 * HOUR_NS)
    begun = np.bincount(suspects.place[suspects.events["turn"] <= 1], minlength=suspects.size)
    assert table.sum(axis=1).tolist() == begun.tolist()
    assert table.sum() < suspects.exchanges
    assert table[:, 0].any()
    assert table[:, -1].any()
