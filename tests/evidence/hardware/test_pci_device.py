from __future__ import annotations

import struct

import pytest

from stillwatch.core.hardware import Accelerator
from stillwatch.evidence.hardware.pci_device import accelerator_at, device_serial


@pytest.mark.parametrize(
    ("vendor", "pci_class", "found"),
    [
        (0x10DE, 0x0302, "NVIDIA"),
        (0x10DE, 0x0300, "NVIDIA"),
        (0x1DA3, 0x1200, "Intel"),
        (0xABCD, 0x1200, "abcd"),
        (0x1A03, 0x0300, None),  # the display of a board's controller
        (0x10DE, 0x0200, None),  # a network card of the same vendor
    ],
)
def test_what_is_an_accelerator(vendor: int, pci_class: int, found: str | None) -> None:
    one = accelerator_at("0000:18:00.0", vendor=vendor, device=0x2330, pci_class=pci_class, serial="7")
    if found is None:
        assert one is None
    else:
        product = f"PCI {vendor:04x}:2330"
        assert one == Accelerator(
            pci_address="0000:18:00.0", vendor=found, product=product, serial="7", told_by=("PCI",)
        )


def test_the_serial_stands_in_its_capability() -> None:
    config = bytearray(4096)
    struct.pack_into("<I", config, 0x100, 0x0001 | 1 << 16 | 0x148 << 20)
    struct.pack_into("<III", config, 0x148, 0x0003 | 1 << 16, 0xC0FFEE11, 0x04BD7000)
    assert device_serial(bytes(config)) == "04bd7000c0ffee11"
    assert device_serial(bytes(config[:64])) == ""  # what others than root may read
    assert device_serial(bytes(4096)) == ""


def test_capabilities_that_go_round_end() -> None:
    config = bytearray(4096)
    struct.pack_into("<I", config, 0x100, 0x0001 | 0x100 << 20)
    assert device_serial(bytes(config)) == ""
