"""SipHash-2-4 beside its authors' vectors, and the draws of tokens."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.prf.siphash import draws_of_tokens, siphash_of_tokens, uniforms_of_draws

KEY = bytes(range(16))


@pytest.mark.parametrize(
    ("size", "known"), [(4, "cf2794e0277187b7"), (8, "93f5f5799a932462"), (12, "751e8fbc860ee5fb")]
)
def test_the_hash_of_tokens_is_that_of_their_bytes(size: int, known: str) -> None:
    tokens = np.frombuffer(bytes(range(size)), "<u4").astype(np.int64)
    assert f"{int(siphash_of_tokens(tokens[None], KEY)[0]):016x}" == known  # vectors_sip64 of the reference code


def test_splitmix_draws_are_those_of_its_generator() -> None:
    known = (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F)  # the first of a generator seeded with 0
    assert tuple(map(int, draws_of_tokens(np.zeros(3, np.uint64), np.arange(3)))) == known


def test_seeds_broadcast_over_a_vocabulary() -> None:
    seeds = siphash_of_tokens(np.array([[1, 2], [3, 4]]), KEY)
    drawn = draws_of_tokens(seeds[:, None], np.arange(5))
    assert drawn.shape == (2, 5)
    assert np.array_equal(drawn[1], draws_of_tokens(np.broadcast_to(seeds[1], 5), np.arange(5)))


def test_a_uniform_never_reaches_an_end() -> None:
    ends = uniforms_of_draws(np.array([0, (1 << 64) - 1], np.uint64))
    assert 0.0 < ends[0] < ends[1] < 1.0
