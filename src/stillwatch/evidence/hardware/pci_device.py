"""Which devices of the PCI bus are accelerators, and what their configuration space tells of them.

The serial number is the capability of PCI Express (PCIe Base Specification, section 7.9.3), which only root may read
under Linux: it is the device's, which need not be the one printed on the board.
"""

from __future__ import annotations

import struct
from typing import Final

from stillwatch.core.hardware import Accelerator

TOLD_BY: Final = "PCI"
_ACCELERATOR_CLASSES: Final = frozenset((0x0302, 0x1200))
"""3D controllers without a display, and processing accelerators."""
_DISPLAY_CLASSES: Final = frozenset((0x0300, 0x0380))
_DISPLAY_VENDORS: Final = frozenset((0x10DE, 0x1002))
"""Who also sells accelerators that say they are displays; the display of a board's controller is none."""
_VENDORS: Final = {
    0x10DE: "NVIDIA",
    0x1002: "AMD",
    0x8086: "Intel",
    0x1DA3: "Intel",  # Habana Labs
    0x1AE0: "Google",
    0x1D0F: "Amazon",
    0x19E5: "Huawei",
    0x1E52: "Tenstorrent",
    0x1E36: "Enflame",
    0x1F36: "Furiosa",
}
_EXTENDED_START: Final = 0x100
_SERIAL_CAPABILITY: Final = 0x0003
_MOST_CAPABILITIES: Final = 64


def accelerator_at(address: str, *, vendor: int, device: int, pci_class: int, serial: str = "") -> Accelerator | None:
    """The accelerator at a place on the bus; None where something else is there.

    Args:
        address: As Linux writes it.
        vendor: Its number (PCI-SIG).
        device: Its number, of its vendor.
        pci_class: Class and subclass, 16 bits.
        serial: Where it is known.
    """
    is_display = pci_class in _DISPLAY_CLASSES and vendor in _DISPLAY_VENDORS
    if pci_class not in _ACCELERATOR_CLASSES and not is_display:
        return None
    return Accelerator(
        pci_address=address,
        vendor=_VENDORS.get(vendor, f"{vendor:04x}"),
        product=f"PCI {vendor:04x}:{device:04x}",
        serial=serial,
        told_by=(TOLD_BY,),
    )


def device_serial(config: bytes) -> str:
    """The device's serial number out of its configuration space, as 16 hex digits; empty where it has or shows none."""
    place = _EXTENDED_START
    for _ in range(_MOST_CAPABILITIES):
        if place < _EXTENDED_START or place + 12 > len(config):
            return ""
        head, low, high = struct.unpack_from("<III", config, place)
        if head & 0xFFFF == _SERIAL_CAPABILITY:
            return f"{high:08x}{low:08x}"
        place = head >> 20
    return ""
