"""The hash of SynthID-Text and its table."""

from __future__ import annotations

import numpy as np

from stillwatch.attribution.prf.lcg import TABLE_SIZE, absorb, bit_table, state_of_tokens

MULTIPLIER = 6364136223846793005


def test_a_state_is_that_of_plain_integers() -> None:
    state = 1
    for token in (5, 50_256, 7):
        state = ((state + token) * MULTIPLIER + 1) % (1 << 64)
    assert int(state_of_tokens(np.array([[5, 50_256]]), np.array([7]))[0]) == state
    assert int(absorb(np.array([state], np.uint64), 9)[0]) == ((state + 9) * MULTIPLIER + 1) % (1 << 64)


def test_what_differs_by_a_multiple_of_the_table_points_to_one_place() -> None:
    low = np.uint64(TABLE_SIZE - 1)
    states = state_of_tokens(np.array([[5, 6], [5 + TABLE_SIZE, 6 + 3 * TABLE_SIZE]]), np.array([7, 7]))
    assert int(states[0] & low) == int(states[1] & low)


def test_the_table_of_the_public_seed_has_the_ones_that_pytorch_draws() -> None:
    table = bit_table(0)
    assert (len(table), int(table.sum())) == (TABLE_SIZE, 32_743)
