"""Enough shares bring a master secret back, and fewer do not."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.attribution.escrow import restore_master, shares_of
from stillwatch.service.attribution.mark_keys import MarkKeys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ring(tmp_path: Path) -> MarkKeys:
    return MarkKeys.make(tmp_path / "marks", begin=date(2026, 11, 16), days=7)


def test_any_two_of_three_bring_it_back(ring: MarkKeys) -> None:
    secret = ring.path_of(1).read_bytes()
    shares = shares_of(ring, 1, needed=2, of=3, passphrase=b"correct horse")
    for chosen in combinations(shares, 2):
        ring.path_of(1).unlink()
        restore_master(ring, 1, chosen, passphrase=b"correct horse")
        assert ring.path_of(1).read_bytes() == secret
    ring.path_of(1).unlink()
    restore_master(ring, 1, shares[:2], passphrase=b"another")
    assert ring.path_of(1).read_bytes() != secret


def test_too_few_or_wrong_ones_do_not(ring: MarkKeys) -> None:
    shares = shares_of(ring, 1, needed=2, of=3)
    with pytest.raises(SettingsError, match="there is a file already"):
        restore_master(ring, 1, shares[:2])
    ring.path_of(1).unlink()
    first, *rest = shares[1].split()
    for wrong in ([shares[0]], [shares[0], shares[0]], [shares[0], " ".join(["zebra", *rest])], [shares[0], first]):
        with pytest.raises(InputError, match="make no secret"):
            restore_master(ring, 1, wrong)
    assert not ring.path_of(1).exists()


@pytest.mark.parametrize(("needed", "of"), [(0, 3), (4, 3), (2, 17), (1, 3)])
def test_shares_that_cannot_be_made(ring: MarkKeys, needed: int, of: int) -> None:
    with pytest.raises(SettingsError, match="shares"):
        shares_of(ring, 1, needed=needed, of=of)
