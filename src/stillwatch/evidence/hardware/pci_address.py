"""One way to write a place on the PCI bus, that of Linux."""

from __future__ import annotations

import re
from typing import Final

_ADDRESS: Final = re.compile(r"(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\.([0-7])")


def pci_address(text: str) -> str:
    """Domain, bus, device and function as Linux writes them; what is no address stays as it is.

    >>> pci_address("00000000:C1:00.0"), pci_address("c1:00.0"), pci_address("?")
    ('0000:c1:00.0', '0000:c1:00.0', '?')
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        return text.strip()
    domain, bus, device, function = found.groups()
    return f"{int(domain or '0', 16):04x}:{bus}:{device}.{function}".lower()
