"""Permutations of PyTorch's generator, followed without being written out."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.prf.torch_lists import on_lists, permutation


def shuffled(seed: int, length: int) -> list[int]:
    """Fisher and Yates by numpy's MT19937, one swap at a time."""
    draws = np.frombuffer(np.random.RandomState(seed).bytes(4 * length), "<u4")
    values = list(range(length))
    for place in range(length - 1):
        other = place + int(draws[place]) % (length - place)
        values[place], values[other] = values[other], values[place]
    return values


def test_a_permutation_is_that_of_pytorch() -> None:
    assert permutation(42, 10).tolist() == [2, 6, 1, 8, 4, 5, 0, 9, 3, 7]  # torch.randperm(10) of torch 2.13 on a CPU
    assert permutation(7, 1_500).tolist() == shuffled(7, 1_500)


def test_tokens_are_on_a_list_when_the_permutation_begins_with_them() -> None:
    lists = {seed: set(shuffled(seed, 700)[:175]) for seed in (0, 3, 0xFFFFFFFF)}
    seeds = np.repeat(np.array([*lists], np.uint64), 700)
    tokens = np.tile(np.arange(700), 3)
    wanted = [int(token) in lists[int(seed)] for seed, token in zip(seeds, tokens, strict=True)]
    assert on_lists(seeds, tokens, vocabulary=700, size=175).tolist() == wanted


def test_few_tokens_of_a_list_are_followed_to_the_same_answer() -> None:
    rng = np.random.default_rng(1)
    seeds, tokens = rng.integers(0, 1 << 32, 60).astype(np.uint64), rng.integers(0, 700, 60)
    wanted = [int(token) in shuffled(int(seed), 700)[:175] for seed, token in zip(seeds, tokens, strict=True)]
    assert on_lists(seeds, tokens, vocabulary=700, size=175).tolist() == wanted


@pytest.mark.parametrize("asked", [1, 2, 3, 20, 21, 40])
def test_however_many_tokens_of_a_list_are_asked_for_the_answer_is_the_same(asked: int) -> None:
    rng = np.random.default_rng(asked)
    seeds = np.repeat(rng.integers(0, 1 << 32, 12).astype(np.uint64), asked)
    tokens = rng.integers(0, 900, len(seeds))
    wanted = [int(token) in shuffled(int(seed), 900)[:400] for seed, token in zip(seeds, tokens, strict=True)]
    assert on_lists(seeds, tokens, vocabulary=900, size=400).tolist() == wanted


def test_seeds_count_by_their_low_32_bits() -> None:
    tokens = np.arange(50)
    low = on_lists(np.full(50, 9, np.uint64), tokens, vocabulary=50, size=20)
    assert np.array_equal(low, on_lists(np.full(50, 9 + (5 << 32), np.uint64), tokens, vocabulary=50, size=20))
