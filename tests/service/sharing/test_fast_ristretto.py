"""The quick sum is the sum, for whatever points and weights, and refuses what is no point."""

from __future__ import annotations

import secrets

import pytest

from stillwatch.core.errors import InputError
from stillwatch.intel.oprf import blind, derive_key, evaluate, finalise, output_of
from stillwatch.intel.ristretto import ONE, load_ristretto
from stillwatch.service.sharing.fast_ristretto import fast_ristretto

_PLAIN = load_ristretto()
_FAST = fast_ristretto(_PLAIN)
_ORDER = 2**252 + 27742317777372353535851937790883648493


def number(value: int) -> bytes:
    return (value % _ORDER).to_bytes(32, "little")


_POINTS = [_PLAIN.multiply_base(number(3**place + 1)) for place in range(160, 200)]
"""The same in each process: cases made of them have the same names then."""


@pytest.mark.parametrize("count", [1, 31, 32, 33, 40])
def test_sums_are_those_of_libsodium(count: int) -> None:
    for _ in range(4):
        weights = [_PLAIN.random_scalar() for _ in range(count)]
        assert _FAST.weigh(weights, _POINTS[:count]) == _PLAIN.weigh(weights, _POINTS[:count])


def test_points_and_weights_that_meet_are_no_special_case() -> None:
    """Equal points, opposite points, weights of one, of all bits, and of the order less one."""
    opposite = [_PLAIN.multiply(number(-1), one) for one in _POINTS[:16]]
    points = [*_POINTS[:16], *opposite, *[_PLAIN.base] * 32]
    weights = [number(7)] * 16 + [number(5)] * 16 + [number(-1), ONE, number(2**252 - 1), number(2**7)] * 8
    assert _FAST.weigh(weights, points) == _PLAIN.weigh(weights, points)


def test_a_sum_that_is_neutral_is_written_as_such() -> None:
    opposite = [_PLAIN.multiply(number(-1), one) for one in _POINTS[:20]]
    assert _FAST.weigh([number(9)] * 40, [*_POINTS[:20], *opposite]) == bytes(32)


@pytest.mark.parametrize(
    "point",
    [
        *(b"", bytes(32), b"\xff" * 32, _POINTS[0][:31], _POINTS[0] + b"\x00", number(1)),
        *((2**255 - 19 - 1).to_bytes(32, "little"), (2**255 - 18).to_bytes(32, "little"), number(3), number(4)),
    ],
)
def test_what_is_no_point_is_refused(point: bytes) -> None:
    assert not _PLAIN.is_element(point) or point == number(4)
    for place in (0, 39):
        points = list(_POINTS)
        points[place] = point
        if _PLAIN.is_element(point):
            assert _FAST.weigh([ONE] * 40, points) == _PLAIN.weigh([ONE] * 40, points)
            continue
        with pytest.raises(InputError, match="no point of the group"):
            _FAST.weigh([ONE] * 40, points)


def test_what_is_a_point_and_what_is_none_is_what_libsodium_says() -> None:
    for value in range(2, 200, 2):
        candidate = number(value)
        try:
            _FAST.weigh([ONE] * 40, [candidate, *_POINTS[:39]])
        except InputError:
            assert not _PLAIN.is_element(candidate)
        else:
            assert _PLAIN.is_element(candidate)
    for _ in range(100):
        candidate = bytes((2 * (secrets.randbits(7)),)) + secrets.token_bytes(30) + bytes((secrets.randbits(7),))
        try:
            _FAST.weigh([ONE] * 40, [candidate, *_POINTS[:39]])
        except InputError:
            assert not _PLAIN.is_element(candidate)
        else:
            assert _PLAIN.is_element(candidate)


def test_every_point_has_its_weight() -> None:
    with pytest.raises(ValueError, match="39 weights for 40 points"):
        _FAST.weigh([ONE] * 39, _POINTS)


def test_proofs_of_one_are_proofs_for_the_other() -> None:
    key, inputs = derive_key(_PLAIN, bytes(32), b"key"), [b"%d" % one for one in range(40)]
    for holder, member in ((_FAST, _PLAIN), (_PLAIN, _FAST)):
        asked = blind(member, inputs)
        tokens = finalise(member, asked, [(key.public, evaluate(holder, key, asked.elements))])
        assert tokens[:2] == [output_of(_PLAIN, key.secret, one) for one in inputs[:2]]
