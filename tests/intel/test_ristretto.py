"""The group's operations, in the system's libsodium and in the one that comes in a wheel."""

from __future__ import annotations

import ctypes
import tempfile
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.intel import ristretto
from stillwatch.intel.ristretto import ONE, Ristretto, load_ristretto

if TYPE_CHECKING:
    from pathlib import Path

_GROUP = load_ristretto()
_IDENTITY = bytes(32)
_MULTIPLES = (
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
    "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
    "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
)
"""The generator once, twice and three times: RFC 9496, appendix A.1."""


def number(value: int) -> bytes:
    return value.to_bytes(32, "little")


def test_multiples_of_the_generator_are_those_of_the_rfc() -> None:
    assert [_GROUP.multiply_base(number(times)).hex() for times in (1, 2, 3)] == list(_MULTIPLES)
    assert [_GROUP.multiply(number(times), _GROUP.base).hex() for times in (1, 2, 3)] == list(_MULTIPLES)
    assert _GROUP.add(_GROUP.base, _GROUP.multiply_base(number(2))).hex() == _MULTIPLES[2]


@pytest.mark.parametrize("point", [b"", _IDENTITY, b"\xff" * 32, b"\x01" + bytes(31), _GROUP.base[:31]])
def test_what_is_no_element_is_refused(point: bytes) -> None:
    assert not _GROUP.is_element(point)
    with pytest.raises(InputError, match="no point of the group"):
        _GROUP.multiply(ONE, point)


@pytest.mark.parametrize("point", [b"", b"\xff" * 32, _GROUP.base + b"\x00"])
def test_only_points_are_added(point: bytes) -> None:
    with pytest.raises(InputError, match="no point of the group"):
        _GROUP.add(_GROUP.base, point)


def test_a_weighted_sum_is_the_sum() -> None:
    points = [_GROUP.multiply_base(number(times)) for times in (5, 7, 11)]
    summed = _GROUP.weigh([number(2), number(3), number(4)], points)
    assert summed == _GROUP.multiply_base(number(2 * 5 + 3 * 7 + 4 * 11))


def test_inverses_undo_a_multiplication() -> None:
    scalars = [_GROUP.random_scalar() for _ in range(5)]
    inverses = _GROUP.invert(scalars)
    assert [_GROUP.multiply_scalars(*pair) for pair in zip(scalars, inverses, strict=True)] == [ONE] * 5
    assert _GROUP.invert([]) == []


def test_a_scalar_is_written_in_one_way() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    assert _GROUP.is_scalar(number(order - 1))
    assert not _GROUP.is_scalar(number(order))
    assert not _GROUP.is_scalar(b"\x01")
    assert _GROUP.reduce(number(order + 5) + bytes(32)) == number(5)
    assert _GROUP.subtract_scalars(number(3), number(5)) == number(order - 2)


@pytest.mark.parametrize("length", [0, 63, 65])
def test_lengths_are_not_guessed(length: int) -> None:
    with pytest.raises(ValueError, match="64 belong"):
        _GROUP.reduce(bytes(length))
    with pytest.raises(ValueError, match="64 belong"):
        _GROUP.from_hash(bytes(length))
    with pytest.raises(InputError, match="zero"):
        _GROUP.multiply_base(_IDENTITY)


def test_the_wheels_library_does_the_same_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("barriers", reason="rbcl is not installed")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(ristretto, "_SYSTEM_NAMES", ())
    assert load_ristretto().multiply_base(number(3)).hex() == _MULTIPLES[2]
    assert list(tmp_path.iterdir()) == []


def test_without_a_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(ristretto, "_SYSTEM_NAMES", ("libsodium-that-is-not-there.so",))
    monkeypatch.setattr(ristretto, "import_module", missing)
    with pytest.raises(SettingsError, match=r"stillwatch\[intel\]"):
        load_ristretto()


def test_a_library_that_does_not_start_is_not_used() -> None:
    class Broken(ctypes.CDLL):
        sodium_init = staticmethod(lambda: -1)

    with pytest.raises(SettingsError, match="cannot be used"):
        Ristretto(Broken(None))
