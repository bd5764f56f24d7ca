from __future__ import annotations

import pytest

from stillwatch.evidence.hardware.pci_address import pci_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("00000000:18:00.0", "0000:18:00.0"),
        ("0000:C1:00.0", "0000:c1:00.0"),
        ("00010000:3B:00.1", "10000:3b:00.1"),
        (" c1:1f.7 ", "0000:c1:1f.7"),
        ("", ""),
        ("not on the bus", "not on the bus"),
    ],
)
def test_one_way_to_write_it(text: str, address: str) -> None:
    assert pci_address(text) == address
