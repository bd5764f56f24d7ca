"""Pairwise tokens: two make the same, anybody else another."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError
from stillwatch.intel.pairwise import pair_key

_SHARED = bytes(range(32))


def test_two_make_the_same_and_others_another() -> None:
    assert pair_key(_SHARED, "2026-w48") == pair_key(_SHARED, "2026-w48")
    keys = [pair_key(_SHARED, "2026-w48"), pair_key(_SHARED, "2026-w49"), pair_key(bytes(32), "2026-w48")]
    assert len({one.id for one in keys}) == 3
    assert len({one.token(b"mail") for one in keys}) == 3
    assert {len(one.token(b"mail")) for one in keys} == {32}


def test_a_weak_key_or_no_epoch_is_refused() -> None:
    with pytest.raises(InputError, match="a key of 16 bytes"):
        pair_key(bytes(16), "2026-w48")
    with pytest.raises(InputError, match="an epoch without a name"):
        pair_key(_SHARED, "")
